using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// Counts calls by one or several <see cref="CallGrouping"/>s while a recording is read, on all cores.
/// Memory grows with the number of distinct functions, edges and tasks, never with the number of calls.
/// </summary>
public sealed class CallTally : CallSink
{
    private readonly CallGrouping[] _groupings;
    private readonly CountTable[] _tables;
    private TraceContext? _context;

    /// <summary>Counts by each of the groupings, in one pass.</summary>
    public CallTally(params ReadOnlySpan<CallGrouping> groupings)
    {
        _groupings = groupings.ToArray();
        _tables = [.. _groupings.Select(_ => new CountTable())];
        var fields = CallFields.Duration;
        foreach (var grouping in _groupings)
        {
            if (grouping.HasFlag(CallGrouping.Task)) fields |= CallFields.Task;
            if (grouping.HasFlag(CallGrouping.Context)) fields |= CallFields.Context;
            if (grouping.HasFlag(CallGrouping.Cpu)) fields |= CallFields.Cpu;
        }
        Fields = fields;
    }

    /// <summary>One line of a tally.</summary>
    internal readonly record struct Group(
        FunctionSymbol Function, FunctionSymbol Caller, KernelTask Task, ExecutionContext Context, int Cpu, long Count, long Total, long Self);

    /// <inheritdoc/>
    public override CallFields Fields { get; }

    /// <summary>Calls counted so far.</summary>
    public long Calls { get; private set; }

    /// <summary>The context of the calls counted; null before <see cref="Begin"/>.</summary>
    internal TraceContext? Context => _context;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => _context = context;

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        Calls += calls.Length;
        for (var i = 0; i < _tables.Length; i++)
        {
            var table = _tables[i];
            var grouping = _groupings[i];
            if (grouping == CallGrouping.Edge)
                foreach (ref readonly var call in calls)
                    table.Add(Pack(call.Function, call.Caller), 0, in call);
            else
                foreach (ref readonly var call in calls)
                    table.Add(
                        Pack(grouping.HasFlag(CallGrouping.Function) ? call.Function : 0, grouping.HasFlag(CallGrouping.Caller) ? call.Caller : 0),
                        Pack(grouping.HasFlag(CallGrouping.Task) ? call.Task : 0,
                            (grouping.HasFlag(CallGrouping.Context) ? (int)call.Context << 24 : 0) | (grouping.HasFlag(CallGrouping.Cpu) ? (call.Cpu + 1) & 0xFFFFFF : 0)),
                        in call);
        }
    }

    /// <inheritdoc/>
    public override CallSink Fork() => new CallTally(_groupings) { _context = _context };

    /// <inheritdoc/>
    public override void Join(TraceSink fork)
    {
        var other = (CallTally)fork;
        Calls += other.Calls;
        for (var i = 0; i < _tables.Length; i++) _tables[i].Add(other._tables[i]);
    }

    /// <summary>The counts by one of the groupings asked for, most calls first.</summary>
    public IReadOnlyList<FunctionCallCount> Counts(CallGrouping grouping)
        => Sorted(Groups(grouping).Select(g => new FunctionCallCount(grouping, g, _context?.Source.Info)));

    /// <summary>Most calls first, then by whatever was counted by: the same counts always come in the same order.</summary>
    internal static IReadOnlyList<FunctionCallCount> Sorted(IEnumerable<FunctionCallCount> counts)
        => [.. counts.OrderByDescending(c => c.Calls).ThenBy(c => c.Function, StringComparer.Ordinal).ThenBy(c => c.Caller, StringComparer.Ordinal)
            .ThenBy(c => c.Comm, StringComparer.Ordinal).ThenBy(c => c.ProcessId).ThenBy(c => c.Context).ThenBy(c => c.Cpu)];

    /// <summary>
    /// The graph of all edges; needs <see cref="CallGrouping.Edge"/> among the groupings, by itself or with more. When edges were counted by
    /// context too, the graph knows how its calls are shared between contexts, and tasks where these were counted.
    /// </summary>
    public CallGraph ToGraph()
    {
        var trace = _context?.Source.Info;
        TraceInfo[] traces = trace is null ? [] : [trace];
        var finest = _groupings.FirstOrDefault(g => g.HasFlag(CallGrouping.Edge | CallGrouping.Context));
        var shares = finest == CallGrouping.None ? null
            : Groups(finest).GroupBy(g => (g.Caller, g.Function, g.Task, g.Context)).Select(g => new CallShare(g.Key.Caller, g.Key.Function, g.Key.Task, g.Key.Context, g.Sum(one => one.Count))).ToList();
        // The graph adds up what was counted more finely than by edge.
        var grouping = _groupings.Contains(CallGrouping.Edge) || finest == CallGrouping.None ? CallGrouping.Edge : finest;
        return new CallGraph(traces, Groups(grouping).Select(g => new CallEdge(g.Caller, g.Function, g.Count, g.Total, g.Self, _context)), shares);
    }

    internal IEnumerable<Group> Groups(CallGrouping grouping)
    {
        var at = Array.IndexOf(_groupings, grouping);
        if (at < 0) throw new ArgumentException($"Calls were not counted by {grouping}.", nameof(grouping));
        if (_context?.Names is not { } names) return [];
        return _tables[at].Rows().Select(row => new Group(
            names.Functions[(int)(row.Key >> 32)], names.Functions[(int)row.Key], names.Tasks[(int)(row.Key2 >> 32)],
            (ExecutionContext)((row.Key2 >> 24) & 0xFF), (int)(row.Key2 & 0xFFFFFF) - 1, row.Count, row.Total, row.Self));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pack(int high, int low) => ((ulong)(uint)high << 32) | (uint)low;

    /// <summary>Open addressing over a power of two: one cache line or two per call, no allocation but to grow.</summary>
    private sealed class CountTable
    {
        private Row[] _rows = new Row[4096];
        private int _used;

        internal struct Row
        {
            public ulong Key;
            public ulong Key2;
            public long Count;
            public long Total;
            public long Self;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong key, ulong key2, in CallRecord call)
        {
            ref var row = ref At(key, key2);
            row.Count++;
            row.Total = Sum(row.Total, call.Duration);
            row.Self = Sum(row.Self, call.SelfDuration);
        }

        public void Add(CountTable other)
        {
            foreach (var row in other.Rows())
            {
                ref var mine = ref At(row.Key, row.Key2);
                mine.Count += row.Count;
                mine.Total = Sum(mine.Total, row.Total);
                mine.Self = Sum(mine.Self, row.Self);
            }
        }

        public IEnumerable<Row> Rows() => _rows.Where(row => row.Count != 0);

        /// <summary>Durations that are not known neither add nor take away; a sum of none stays not known.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static long Sum(long sum, long more) => more < 0 ? sum : (sum < 0 ? 0 : sum) + more;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ref Row At(ulong key, ulong key2)
        {
            var rows = _rows;
            var mask = rows.Length - 1;
            for (var at = Start(key, key2) & mask; ; at = (at + 1) & mask)
            {
                ref var row = ref rows[at];
                if (row.Key == key && row.Key2 == key2 && row.Count != 0) return ref row;
                if (row.Count == 0) return ref Claim(at, key, key2);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private ref Row Claim(int at, ulong key, ulong key2)
        {
            if (++_used * 2 > _rows.Length)
            {
                var old = _rows;
                _rows = new Row[old.Length * 2];
                var mask = _rows.Length - 1;
                foreach (var row in old)
                {
                    if (row.Count == 0) continue;
                    var free = Start(row.Key, row.Key2) & mask;
                    while (_rows[free].Count != 0) free = (free + 1) & mask;
                    _rows[free] = row;
                }
                at = Start(key, key2) & mask;
                while (_rows[at].Count != 0) at = (at + 1) & mask;
            }
            _rows[at] = new Row { Key = key, Key2 = key2, Total = CallRecord.NoDuration, Self = CallRecord.NoDuration };
            return ref _rows[at];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Start(ulong key, ulong key2)
        {
            var hash = (key ^ (key2 * 0xD6E8FEB86659FD93)) * 0x9E3779B97F4A7C15;
            return (int)(hash >> 33);
        }
    }
}
