using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>
/// Counts calls that come one at a time, as events or as edges, of any number of recordings. What a <see cref="CallTally"/>
/// counts while one recording is read, this counts behind a pipeline. One thread only.
/// </summary>
public sealed class CallCollector
{
    private readonly CallGrouping _grouping;
    private readonly CallGrouping[] _groupings;
    private readonly Dictionary<TraceContext, CallTally> _tallies = [];
    private readonly List<CallEdge> _edges = [];
    private TraceContext? _context;
    private CallTally _tally;

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="grouping">What is counted by.</param>
    /// <param name="forReport">Counts in the same pass what a report shows beside it: edges, tasks, contexts.</param>
    public CallCollector(CallGrouping grouping, bool forReport = false)
    {
        _grouping = grouping;
        _groupings = forReport ? [.. new[] { grouping, CallGrouping.Edge, CallGrouping.Task | CallGrouping.Context }.Distinct()] : [grouping];
        _tally = NewTally();
    }

    /// <summary>The recordings counted so far.</summary>
    internal IEnumerable<TraceInfo> Traces => _tallies.Keys.Select(context => context.Source.Info).Concat(_edges.Select(edge => edge.Trace)).OfType<TraceInfo>().Distinct();

    /// <summary>The filter all the calls have passed, as far as it is one; null for none.</summary>
    internal CallFilter? Filter
    {
        get
        {
            var all = _tallies.Keys.Concat(_edges.Select(edge => edge.Origin)).Select(FilteredContext.FilterOf).Distinct().Take(2).ToList();
            return all is [var one] ? one : null;
        }
    }

    /// <summary>How many counts <see cref="Counts()"/> gave out, by which a report sees whether it got them all.</summary>
    internal int Given { get; private set; }

    /// <summary>Whether edges hold what is counted by.</summary>
    public static bool EdgesCanAnswer(CallGrouping grouping) => (grouping & ~CallGrouping.Edge) == 0;

    /// <summary>Whether calls were counted so that they can be told by this.</summary>
    internal bool CanCount(CallGrouping by)
        => Array.Exists(_groupings, g => (by & ~g) == 0) && (_edges.Count == 0 || EdgesCanAnswer(by));

    /// <summary>A tally that counts what this collector counts, for a reading on all cores; afterwards it is given to <see cref="Add(CallTally)"/>.</summary>
    public CallTally NewTally() => new(_groupings);

    /// <summary>Takes a tally made by <see cref="NewTally"/>, when its recording has been read.</summary>
    public void Add(CallTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        if (tally.Context is { } context) _tallies.Add(context, tally);
    }

    /// <summary>Counts one call.</summary>
    public void Add(CallEvent call)
    {
        if (!ReferenceEquals(call.Origin, _context)) Switch(call.Origin);
        _tally.Accept(new ReadOnlySpan<CallRecord>(in call.Record));
    }

    /// <summary>Counts the calls of an edge.</summary>
    /// <exception cref="FilterException">Edges do not hold what is counted by.</exception>
    public void Add(CallEdge edge)
    {
        if (!EdgesCanAnswer(_grouping))
            throw new FilterException(FilterFault.NotForEdges, _grouping.ToString(), $"edges cannot be counted by {_grouping & ~CallGrouping.Edge}: they only hold caller, callee and count.");
        _edges.Add(edge);
    }

    /// <summary>The counts, most calls first. The same function of two recordings is one.</summary>
    public IReadOnlyList<FunctionCallCount> Counts()
    {
        var counts = Counts(_grouping);
        Given = counts.Count;
        foreach (var count in counts) count.Source = this;
        return counts;
    }

    /// <summary>The counts by anything that was counted by, or a part of it.</summary>
    internal IReadOnlyList<FunctionCallCount> Counts(CallGrouping by)
    {
        if (_edges.Count == 0 && _tallies.Count == 1 && _groupings.Contains(by)) return _tallies.Values.First().Counts(by);
        return Merge(by, Groups(by));
    }

    /// <summary>Adds up what is equal in all that is counted by.</summary>
    internal static IReadOnlyList<FunctionCallCount> Merge(CallGrouping by, IEnumerable<(CallTally.Group Group, TraceInfo? Trace)> groups)
    {
        var merged = new Dictionary<object, (CallTally.Group Group, TraceInfo? Trace)>();
        foreach (var (group, trace) in groups)
        {
            var key = (new CallGraph.FunctionKey(group.Function), new CallGraph.FunctionKey(group.Caller),
                group.Task.Comm, group.Task.ProcessId, group.Task.ThreadGroupId, group.Context, group.Cpu);
            merged[key] = merged.TryGetValue(key, out var other)
                ? (other.Group with
                {
                    Count = other.Group.Count + group.Count,
                    Total = CallGraph.Sum(other.Group.Total, group.Total),
                    Self = CallGraph.Sum(other.Group.Self, group.Self),
                }, other.Trace)
                : (group, trace);
        }
        return CallTally.Sorted(merged.Values.Select(m => new FunctionCallCount(by, m.Group, m.Trace)));
    }

    /// <summary>The graph of what was counted by <see cref="CallGrouping.Edge"/>, by itself or with more; see <see cref="CallTally.ToGraph"/>.</summary>
    public CallGraph ToGraph()
    {
        List<CallGraph> graphs = [.. _tallies.Values.Select(tally => tally.ToGraph())];
        if (_edges.Count > 0 || graphs.Count == 0) graphs.Add(new CallGraph(_edges.Select(edge => edge.Trace).OfType<TraceInfo>(), _edges));
        return CallGraph.Merge(graphs);
    }

    private IEnumerable<(CallTally.Group Group, TraceInfo? Trace)> Groups(CallGrouping by)
    {
        var counted = Array.Find(_groupings, g => g == by || (by & ~g) == 0);
        foreach (var (context, tally) in _tallies)
            foreach (var group in tally.Groups(counted))
                yield return (new CallTally.Group(
                    by.HasFlag(CallGrouping.Function) ? group.Function : FunctionSymbol.Unknown,
                    by.HasFlag(CallGrouping.Caller) ? group.Caller : FunctionSymbol.Unknown,
                    by.HasFlag(CallGrouping.Task) ? group.Task : KernelTask.Unknown,
                    by.HasFlag(CallGrouping.Context) ? group.Context : ExecutionContext.Unknown,
                    by.HasFlag(CallGrouping.Cpu) ? group.Cpu : -1, group.Count, group.Total, group.Self), context.Source.Info);
        foreach (var edge in _edges)
            yield return (new CallTally.Group(
                by.HasFlag(CallGrouping.Function) ? edge.CalleeSymbol : FunctionSymbol.Unknown,
                by.HasFlag(CallGrouping.Caller) ? edge.CallerSymbol : FunctionSymbol.Unknown,
                KernelTask.Unknown, ExecutionContext.Unknown, -1, edge.Count, edge.TotalNanoseconds, edge.SelfNanoseconds), edge.Trace);
    }

    private void Switch(TraceContext context)
    {
        if (!_tallies.TryGetValue(context, out var tally))
        {
            tally = NewTally();
            tally.Begin(context);
            _tallies.Add(context, tally);
        }
        (_context, _tally) = (context, tally);
    }
}
