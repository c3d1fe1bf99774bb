using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// Counts calls by one or several <see cref="CallGrouping"/>s while a recording is read, on all cores.
/// Memory grows with the number of distinct functions, edges and tasks, not with the number of calls.
/// </summary>
internal sealed class CallTally : CallSink
{
    private readonly CallGrouping[] _groupings;
    private readonly CountTable[] _tables;
    private readonly CountFolding?[] _foldings;
    private readonly bool _byStack;
    private TraceContext? _context;

    /// <summary>The bits of the second key of a row that its stack takes.</summary>
    internal const ulong StackBits = 0xFFFFFF;

    /// <summary>Creates a tally that counts by each of the groupings in one pass.</summary>
    public CallTally(params ReadOnlySpan<CallGrouping> groupings) : this(false, groupings) { }

    /// <summary>Creates a tally that counts by each of the groupings in one pass.</summary>
    /// <param name="byStack">Whether the calls of an edge are counted by their stacks too, for <see cref="CallEdge.Stacks"/>.</param>
    /// <param name="groupings">What to count by.</param>
    public CallTally(bool byStack, params ReadOnlySpan<CallGrouping> groupings)
    {
        _byStack = byStack;
        _groupings = groupings.ToArray();
        _tables = [.. _groupings.Select(_ => new CountTable())];
        _foldings = new CountFolding[_tables.Length];
        var fields = CallFields.Duration | (byStack ? CallFields.Stack : CallFields.Edge);
        foreach (var grouping in _groupings)
        {
            if (grouping.HasFlag(CallGrouping.Task)) fields |= CallFields.Task;
            if (grouping.HasFlag(CallGrouping.Context)) fields |= CallFields.Context;
            if (grouping.HasFlag(CallGrouping.Cpu)) fields |= CallFields.Cpu;
        }
        Fields = fields;
    }

    /// <summary>
    /// The calls that are equal in everything that is grouped by. Durations are in nanoseconds, or
    /// <see cref="CallRecord.NoDuration"/>.
    /// </summary>
    internal readonly record struct Group(
        FunctionSymbol Function, FunctionSymbol Caller, KernelTask Task, ExecutionContext Context, int Cpu,
        long Count, long Total, long Self)
    {
        /// <summary>The name of the recording; null if not known.</summary>
        public string? Recording { get; init; }

        /// <summary>The stack of the calls; <see cref="StackTree.None"/> if they were not counted by it.</summary>
        public int Stack { get; init; }

        /// <summary>Returns the group with every part that is not grouped by set to unknown.</summary>
        public Group ReduceTo(CallGrouping by) => this with
        {
            Function = by.HasFlag(CallGrouping.Function) ? Function : FunctionSymbol.Unknown,
            Caller = by.HasFlag(CallGrouping.Caller) ? Caller : FunctionSymbol.Unknown,
            Task = by.HasFlag(CallGrouping.Task) ? Task : KernelTask.Unknown,
            Context = by.HasFlag(CallGrouping.Context) ? Context : ExecutionContext.Unknown,
            Cpu = by.HasFlag(CallGrouping.Cpu) ? Cpu : -1,
            Recording = by.HasFlag(CallGrouping.Recording) ? Recording : null,
        };

        /// <summary>Returns this group with the calls and durations of another one added.</summary>
        public Group Plus(in Group other) => this with
        {
            Count = Count + other.Count,
            Total = CallGraph.Sum(Total, other.Total),
            Self = CallGraph.Sum(Self, other.Self),
        };
    }

    /// <inheritdoc/>
    public override CallFields Fields { get; }

    /// <summary>The number of calls counted.</summary>
    public long Calls { get; private set; }

    /// <summary>The context of the calls; null before <see cref="Begin"/>.</summary>
    internal TraceContext? Context => _context;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings
        => Enumerable.Range(0, _tables.Length).Where(i => _tables[i].Folded > 0)
            .Select(i => _foldings[i]!.Warning(_tables[i].Folded));

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _context = context;
        for (var i = 0; i < _tables.Length; i++)
        {
            var by = _groupings[i];
            _foldings[i] = new CountFolding(by, (_byStack && by == CallGrouping.Edge) || HasStack(by), context.Names);
            _tables[i].Limit(_foldings[i]!);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        Calls += calls.Length;
        for (var i = 0; i < _tables.Length; i++)
        {
            var table = _tables[i];
            // A tally has one recording.
            var grouping = _groupings[i] & ~CallGrouping.Recording;
            if (grouping == CallGrouping.Edge)
                foreach (ref readonly var call in calls)
                    table.Add(Combine(call.Function, call.Caller), _byStack ? (uint)call.Stack : 0, in call);
            else
            {
                var hasStack = HasStack(grouping);
                foreach (ref readonly var call in calls)
                    table.Add(
                        Combine(
                            grouping.HasFlag(CallGrouping.Function) ? call.Function : 0,
                            grouping.HasFlag(CallGrouping.Caller) ? call.Caller : 0),
                        Combine(
                            grouping.HasFlag(CallGrouping.Task) ? call.Task : 0,
                            (grouping.HasFlag(CallGrouping.Context) ? (int)call.Context << 24 : 0)
                            | (hasStack ? call.Stack : grouping.HasFlag(CallGrouping.Cpu) ? (call.Cpu + 1) & 0xFFFFFF : 0)),
                        in call);
            }
        }
    }

    /// <inheritdoc/>
    public override CallSink Fork()
    {
        var fork = new CallTally(_byStack, _groupings);
        if (_context is { } context) fork.Begin(context);
        return fork;
    }

    /// <inheritdoc/>
    public override void Join(TraceSink fork)
    {
        var other = (CallTally)fork;
        Calls += other.Calls;
        for (var i = 0; i < _tables.Length; i++) _tables[i].Add(other._tables[i]);
    }

    /// <summary>Returns the counts by one of the groupings, largest first.</summary>
    public IReadOnlyList<FunctionCallCount> Counts(CallGrouping grouping)
        => Sorted(Groups(grouping).Select(g => new FunctionCallCount(grouping, g, _context?.Source.Info)));

    /// <summary>
    /// Sorts counts: largest first, then by everything that was counted by, so that the order does not depend on threads.
    /// </summary>
    internal static IReadOnlyList<FunctionCallCount> Sorted(IEnumerable<FunctionCallCount> counts) =>
    [
        .. counts.OrderByDescending(c => c.Calls)
            .ThenBy(c => c.Function, StringComparer.Ordinal).ThenBy(c => c.Caller, StringComparer.Ordinal)
            .ThenBy(c => c.Comm, StringComparer.Ordinal).ThenBy(c => c.ProcessId).ThenBy(c => c.Group.Context).ThenBy(c => c.Cpu)
            .ThenBy(c => c.Recording, StringComparer.Ordinal)
            .ThenBy(c => c.Group.Function, FunctionOrder.Instance).ThenBy(c => c.Group.Caller, FunctionOrder.Instance),
    ];

    /// <summary>
    /// Returns the graph of all edges. One of the groupings must contain <see cref="CallGrouping.Edge"/>. If edges were also
    /// counted by context, the graph has the number of calls of each edge in each context, and in each task if these were counted
    /// too.
    /// </summary>
    public CallGraph ToGraph()
    {
        var byContext = _groupings.FirstOrDefault(g => g.HasFlag(CallGrouping.Edge | CallGrouping.Context));
        // The constructor of the graph merges edges that were counted by more than caller and callee.
        var grouping = _groupings.Contains(CallGrouping.Edge) || byContext == CallGrouping.None ? CallGrouping.Edge : byContext;
        return new CallGraph(
            _context?.Source.Info is { } trace ? [trace] : [],
            _byStack && _context?.Source.Nesting == CallNesting.Stack ? EdgesWithStacks()
                : Groups(grouping).Select(g => new CallEdge(g.Caller, g.Function, g.Count, g.Total, g.Self, _context)),
            byContext == CallGrouping.None ? null : Shares(byContext));
    }

    /// <summary>Returns the counts by one of the groupings, in no order.</summary>
    internal IEnumerable<Group> Groups(CallGrouping grouping)
    {
        var at = Array.IndexOf(_groupings, grouping);
        if (at < 0) throw new ArgumentException($"Calls were not counted by {grouping}.", nameof(grouping));
        if (_context?.Names is not { } names) return [];
        if (_byStack && grouping == CallGrouping.Edge)
            return EdgesWithStacks().Select(e => new Group(e.CalleeSymbol, e.CallerSymbol, KernelTask.Unknown,
                ExecutionContext.Unknown, -1, e.Count, e.TotalNanoseconds, e.SelfNanoseconds));
        var hasStack = HasStack(grouping);
        return _tables[at].Rows().Select(row => new Group(
            names.Functions[(int)(row.Key >> 32)], names.Functions[(int)row.Key], names.Tasks[(int)(row.Key2 >> 32)],
            (ExecutionContext)((row.Key2 >> 24) & 0xFF), hasStack ? -1 : (int)(row.Key2 & 0xFFFFFF) - 1,
            row.Count, row.Total, row.Self)
        { Recording = _context.Source.Name, Stack = hasStack ? (int)(row.Key2 & 0xFFFFFF) : StackTree.None });
    }

    /// <summary>
    /// Whether calls by edge and context are counted by stack too. The stack takes the place of the CPU in the key, which is large
    /// enough for <see cref="StackTree.Most"/>.
    /// </summary>
    private bool HasStack(CallGrouping grouping)
        => _byStack && grouping.HasFlag(CallGrouping.Edge | CallGrouping.Context) && !grouping.HasFlag(CallGrouping.Cpu);

    /// <summary>The edges with their calls by stack: the rows of the table have a stack as second key.</summary>
    private IEnumerable<CallEdge> EdgesWithStacks()
    {
        var names = _context!.Names;
        var isKnown = _context.Source.Nesting == CallNesting.Stack;
        var rows = _tables[Array.IndexOf(_groupings, CallGrouping.Edge)].Rows();
        for (int i = 0, end; i < rows.Count; i = end)
        {
            var key = rows[i].Key;
            for (end = i + 1; end < rows.Count && rows[end].Key == key; end++) { }
            var stacks = new StackShare[end - i];
            for (var s = i; s < end; s++)
                stacks[s - i] = new StackShare(names, (int)rows[s].Key2, rows[s].Count, rows[s].Total, rows[s].Self);
            yield return new CallEdge(names.Functions[(int)key], names.Functions[(int)(key >> 32)],
                stacks.Sum(s => s.Count), CallGraph.Sum(stacks.Select(s => s.Total)), CallGraph.Sum(stacks.Select(s => s.Self)),
                _context, isKnown ? stacks : null);
        }
    }

    private List<CallShare> Shares(CallGrouping grouping)
    {
        var names = HasStack(grouping) ? _context!.Names : null;
        CallShare Share(Group g, long calls)
            => new(g.Caller, g.Function, g.Task, g.Context, calls) { Names = names, Stack = g.Stack };
        // Without CPUs, each row is a share already.
        return !grouping.HasFlag(CallGrouping.Cpu) ? [.. Groups(grouping).Select(g => Share(g, g.Count))]
            : [.. Groups(grouping).GroupBy(g => (g.Caller, g.Function, g.Task, g.Context, g.Stack))
                .Select(same => Share(same.First(), same.Sum(g => g.Count)))];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Combine(int high, int low) => ((ulong)(uint)high << 32) | (uint)low;
}
