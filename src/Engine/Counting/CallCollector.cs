using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>
/// Counts call events and call edges that arrive one at a time, from any number of recordings. It gives the counts in a pipeline
/// that a <see cref="CallTally"/> gives while a recording is read. Not thread-safe.
/// </summary>
internal sealed class CallCollector
{
    private readonly CallGrouping _grouping;
    private readonly CallGrouping[] _groupings;
    private readonly bool _byStack;
    private readonly Dictionary<TraceContext, CallTally> _tallies = [];
    private readonly List<CallEdge> _edges = [];
    private readonly List<CallTally> _ofObjects = [];
    private TraceContext? _context;
    private CallTally _tally;

    /// <summary>Creates an empty collector.</summary>
    /// <param name="grouping">What to count by.</param>
    /// <param name="forReport">Whether to count by edges, tasks and contexts too, as a report needs.</param>
    /// <param name="byStack">Whether the calls of an edge are counted by their stacks too, for a graph.</param>
    public CallCollector(CallGrouping grouping, bool forReport = false, bool byStack = false)
    {
        (_grouping, _byStack) = (grouping, byStack);
        CallGrouping[] all = [grouping, CallGrouping.Edge, CallGrouping.Task | CallGrouping.Context];
        _groupings = forReport ? [.. all.Distinct()]
            : byStack && grouping != CallGrouping.Edge ? [grouping, CallGrouping.Edge] : [grouping];
        _tally = NewTally();
    }

    /// <summary>The recordings of the calls counted.</summary>
    internal IEnumerable<TraceInfo> Traces
        => _tallies.Keys.Select(context => context.Source.Info)
            .Concat(_edges.SelectMany(edge => edge.Traces)).OfType<TraceInfo>().Distinct();

    /// <summary>The names of the recordings of the calls counted; null for one without a name.</summary>
    internal IEnumerable<string?> Recordings
        => _tallies.Keys.Select(context => context.Source.Name).Concat(_edges.Select(edge => edge.Recording)).Distinct();

    /// <summary>The filter that all calls passed; null if there is none or if it is not the same for all.</summary>
    internal CallFilter? Filter
    {
        get
        {
            var contexts = _tallies.Keys.Concat(_edges.Select(edge => edge.Origin));
            return contexts.Select(FilteredContext.FilterOf).Distinct().Take(2).ToList() is [var one] ? one : null;
        }
    }

    /// <summary>
    /// The number of counts that <see cref="Counts()"/> returned, by which a report detects that it received all of them.
    /// </summary>
    internal int Given { get; private set; }

    /// <summary>
    /// The warnings about calls that were counted together because of a <see cref="StateBudget"/>. Those of a whole reading are in
    /// its <see cref="TraceInfo.Warnings"/> instead.
    /// </summary>
    internal IEnumerable<string> Warnings
        => _tallies.Keys.Where(context => context.Names.IsDetached).SelectMany(context => context.Names.OthersWarnings())
            .Concat(_ofObjects.SelectMany(tally => tally.Warnings)).Distinct();

    /// <summary>Whether edges can be counted by a grouping.</summary>
    private static bool CanGroupEdges(CallGrouping grouping) => (grouping & ~(CallGrouping.Edge | CallGrouping.Recording)) == 0;

    /// <summary>Whether <see cref="Counts(CallGrouping)"/> can return counts by a grouping.</summary>
    internal bool CanCount(CallGrouping by)
        => Array.Exists(_groupings, g => (by & ~g) == 0) && (_edges.Count == 0 || CanGroupEdges(by));

    /// <summary>
    /// Returns a tally with the groupings of this collector, to read a recording on all cores. Pass it to
    /// <see cref="Add(CallTally)"/> then.
    /// </summary>
    public CallTally NewTally() => new(_byStack, _groupings);

    /// <summary>Adds a tally that <see cref="NewTally"/> returned, after its recording was read.</summary>
    public void Add(CallTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        if (tally.Context is { } context) _tallies.Add(context, tally);
    }

    /// <summary>Counts a call.</summary>
    public void Add(CallEvent call)
    {
        if (!ReferenceEquals(call.Origin, _context)) Switch(call.Origin);
        var record = new ReadOnlySpan<CallRecord>(in call.Record);
        // Names that belong to no reading are counted here only.
        if (call.Origin.Names.IsDetached) call.Origin.Names.CountOthers(record);
        _tally.Accept(record);
    }

    /// <summary>Counts the calls of an edge.</summary>
    /// <exception cref="KernelMagnifierException">Edges cannot be counted by the grouping
    /// (<see cref="ErrorCode.NotForEdges"/>).</exception>
    public void Add(CallEdge edge)
    {
        if (!CanGroupEdges(_grouping))
            throw new KernelMagnifierException(ErrorCode.NotForEdges, (_grouping & ~CallGrouping.Edge).ToString(),
                "edges contain only caller, callee and count and cannot be grouped by this.",
                "Count the calls instead of their edges.");
        _edges.Add(edge);
    }

    /// <summary>
    /// Returns the counts, largest first. Functions of the same name, module and source are merged across recordings.
    /// </summary>
    public IReadOnlyList<FunctionCallCount> Counts()
    {
        var counts = Counts(_grouping);
        Given = counts.Count;
        foreach (var count in counts) count.Source = this;
        return counts;
    }

    /// <summary>Notes that somebody else has made the counts of all calls.</summary>
    internal void HasGiven(int counts) => Given = counts;

    /// <summary>Returns the counts by a grouping that the collector counts by, or by a part of one.</summary>
    internal IReadOnlyList<FunctionCallCount> Counts(CallGrouping by)
    {
        if (_edges.Count == 0 && _tallies.Count == 1 && _groupings.Contains(by)) return _tallies.Values.First().Counts(by);
        return Merge(by, Groups(by));
    }

    /// <summary>Merges groups that are equal in everything that is counted by.</summary>
    internal static IReadOnlyList<FunctionCallCount> Merge(
        CallGrouping by, IEnumerable<(CallTally.Group Group, TraceInfo? Trace)> groups)
    {
        var merged = new Dictionary<GroupKey, (CallTally.Group Group, TraceInfo? Trace)>(new SeededComparer<GroupKey>());
        foreach (var (group, trace) in groups)
        {
            var key = new GroupKey(group);
            merged[key] = merged.TryGetValue(key, out var other) ? (other.Group.Plus(group), other.Trace) : (group, trace);
        }
        return CallTally.Sorted(merged.Values.Select(m => new FunctionCallCount(by, m.Group, m.Trace)));
    }

    /// <summary>
    /// Returns the graph of the calls. One of the groupings must contain <see cref="CallGrouping.Edge"/>; see
    /// <see cref="CallTally.ToGraph"/>.
    /// </summary>
    public CallGraph ToGraph()
    {
        List<CallGraph> graphs = [.. _tallies.Values.Select(tally => tally.ToGraph())];
        if (_edges.Count > 0 || graphs.Count == 0)
            graphs.Add(new CallGraph(_edges.SelectMany(edge => edge.Traces), _edges));
        return CallGraph.Merge(graphs);
    }

    private IEnumerable<(CallTally.Group Group, TraceInfo? Trace)> Groups(CallGrouping by)
    {
        var counted = Array.Find(_groupings, g => g == by || (by & ~g) == 0);
        foreach (var (context, tally) in _tallies)
            foreach (var group in tally.Groups(counted))
                yield return (group.ReduceTo(by), context.Source.Info);
        foreach (var edge in _edges)
        {
            var group = new CallTally.Group(
                edge.CalleeSymbol, edge.CallerSymbol, KernelTask.Unknown, ExecutionContext.Unknown, -1,
                edge.Count, edge.TotalNanoseconds, edge.SelfNanoseconds)
            { Recording = edge.Recording };
            yield return (group.ReduceTo(by), edge.Trace);
        }
    }

    private void Switch(TraceContext context)
    {
        if (!_tallies.TryGetValue(context, out var tally))
        {
            tally = NewTally();
            tally.Begin(context);
            _tallies.Add(context, tally);
            _ofObjects.Add(tally);
        }
        (_context, _tally) = (context, tally);
    }

    /// <summary>The identity of a group across recordings.</summary>
    private readonly record struct GroupKey(
        CallGraph.FunctionKey Function, CallGraph.FunctionKey Caller,
        string Comm, int ProcessId, int? ThreadGroupId, ExecutionContext Context, int Cpu, string? Recording) : IHashed
    {
        public GroupKey(in CallTally.Group group)
            : this(new CallGraph.FunctionKey(group.Function), new CallGraph.FunctionKey(group.Caller),
                group.Task.Comm, group.Task.ProcessId, group.Task.ThreadGroupId, group.Context, group.Cpu, group.Recording)
        {
        }

        /// <inheritdoc/>
        public ulong Hash(in SeededHash with)
        {
            var names = ((ulong)(uint)HashCode.Combine(Function, Caller, Comm, Recording) << 32) | (uint)ProcessId;
            return with.Of(with.Of(names, (uint)(ThreadGroupId ?? -1)), ((ulong)(uint)Cpu << 32) | (uint)Context);
        }
    }
}
