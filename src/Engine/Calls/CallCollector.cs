namespace KernelMagnifier;

/// <summary>
/// Counts calls that come one at a time, as events or as edges, of any number of recordings. What a <see cref="CallTally"/>
/// counts while one recording is read, this counts behind a pipeline. One thread only.
/// </summary>
/// <param name="grouping">What is counted by.</param>
public sealed class CallCollector(CallGrouping grouping)
{
    private readonly Dictionary<CallNames, CallTally> _tallies = [];
    private readonly List<CallEdge> _edges = [];
    private CallNames? _names;
    private CallTally _tally = new(grouping);

    /// <summary>Whether edges hold what is counted by.</summary>
    public static bool EdgesCanAnswer(CallGrouping grouping) => (grouping & ~CallGrouping.Edge) == 0;

    /// <summary>Counts one call.</summary>
    public void Add(CallEvent call)
    {
        if (!ReferenceEquals(call.Names, _names)) Switch(call.Names);
        _tally.Accept(new ReadOnlySpan<CallRecord>(in call.Record));
    }

    /// <summary>Counts the calls of an edge.</summary>
    /// <exception cref="FilterException">Edges do not hold what is counted by.</exception>
    public void Add(CallEdge edge)
    {
        if (!EdgesCanAnswer(grouping))
            throw new FilterException(FilterFault.NotForEdges, grouping.ToString(), $"edges cannot be counted by {grouping & ~CallGrouping.Edge}: they only hold caller, callee and count.");
        _edges.Add(edge);
    }

    /// <summary>The counts, most calls first. The same function of two recordings is one.</summary>
    public IReadOnlyList<FunctionCallCount> Counts()
    {
        if (_edges.Count == 0 && _tallies.Count == 1) return _tally.Counts(grouping);
        var merged = new Dictionary<object, (CallTally.Group Group, TraceInfo? Trace)>();
        foreach (var (group, trace) in Groups())
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
        return CallTally.Sorted(merged.Values.Select(m => new FunctionCallCount(grouping, m.Group, m.Trace)));
    }

    /// <summary>The graph of what was counted by <see cref="CallGrouping.Edge"/>, by itself or with more; see <see cref="CallTally.ToGraph"/>.</summary>
    public CallGraph ToGraph()
    {
        List<CallGraph> graphs = [.. _tallies.Values.Select(tally => tally.ToGraph())];
        if (_edges.Count > 0 || graphs.Count == 0) graphs.Add(new CallGraph(_edges.Select(edge => edge.Trace).OfType<TraceInfo>(), _edges));
        return CallGraph.Merge(graphs);
    }

    private IEnumerable<(CallTally.Group Group, TraceInfo? Trace)> Groups()
    {
        foreach (var (names, tally) in _tallies)
            foreach (var group in tally.Groups(grouping))
                yield return (group, names.Trace);
        foreach (var edge in _edges)
            yield return (new CallTally.Group(
                grouping.HasFlag(CallGrouping.Function) ? edge.CalleeSymbol : FunctionSymbol.Unknown,
                grouping.HasFlag(CallGrouping.Caller) ? edge.CallerSymbol : FunctionSymbol.Unknown,
                KernelTask.Unknown, ExecutionContext.Unknown, -1, edge.Count, edge.TotalNanoseconds, edge.SelfNanoseconds), edge.Trace);
    }

    private void Switch(CallNames names)
    {
        if (!_tallies.TryGetValue(names, out var tally))
        {
            tally = new CallTally(grouping);
            tally.Begin(names);
            _tallies.Add(names, tally);
        }
        (_names, _tally) = (names, tally);
    }
}
