using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>
/// The edges that are reachable from the roots of a <see cref="CallFilter"/> and have at least its minimum count. Where the
/// recording has call stacks, these decide which calls are below a root, not the graph.
/// </summary>
internal sealed class ReachableEdges : EdgeSelection
{
    private readonly HashSet<(int Caller, int Function)> _edges;

    private ReachableEdges(HashSet<(int Caller, int Function)> edges) => _edges = edges;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Name, string? Module), long>? RootCalls => Roots;

    private Dictionary<(string Name, string? Module), long>? Roots { get; init; }

    /// <inheritdoc/>
    public override bool Contains(int caller, int function) => _edges.Contains((caller, function));

    /// <summary>
    /// Selects among the edges that a tally counted. Of a recording with call stacks, it has counted the calls below the roots.
    /// </summary>
    internal static ReachableEdges Of(CallTally tally, CallFilter filter)
    {
        var byStack = tally.Context?.Source.Nesting == CallNesting.Stack;
        var all = tally.Groups(CallGrouping.Edge).ToList();
        if (filter.MinCount > 1 && tally.Context is { } context)
            context.Names.LargestCount = all.Select(g => g.Count).DefaultIfEmpty().Max();
        var selected = Select(all, g => (g.Caller, g.Function), g => g.Count, byStack ? WithoutRoot(filter) : filter);
        return new([.. selected.Select(g => (g.Caller.Id, g.Function.Id))])
        {
            Roots = byStack ? null : CallsOfRoots(all.Select(g => (g.Function, g.Count)), filter),
        };
    }

    /// <summary>Selects among the edges of a graph.</summary>
    public static CallGraph Of(CallGraph graph, CallFilter filter)
    {
        var (edges, shares) = (graph.Edges, graph.Shares);
        if (filter.MinCount > 1)
            foreach (var names in edges.GroupBy(e => e.Origin?.Names).Where(own => own.Key is not null))
                names.Key!.LargestCount = names.Max(e => e.Count);
        if (filter.Root.Count > 0 && graph.HasStacks)
        {
            var below = new EdgesBelow(filter);
            edges = [.. edges.Select(below.Of).OfType<CallEdge>()];
            shares = below.Of(shares);
            filter = WithoutRoot(filter);
        }
        else if (CallsOfRoots(graph.Edges.Select(e => (e.CalleeSymbol, e.Count)), filter) is { } calls)
        {
            foreach (var context in graph.Edges.Select(e => e.Origin).OfType<FilteredContext>().Distinct())
                context.RootCalls = calls;
        }
        return new(graph.Traces, Select(edges, e => (e.CallerSymbol, e.CalleeSymbol), e => e.Count, filter), shares);
    }

    /// <summary>Applies a whole filter to a graph.</summary>
    /// <exception cref="ArgumentException">The filter cannot be applied to edges
    /// (<see cref="CallFilter.NotForEdges"/>).</exception>
    public static CallGraph Narrow(CallGraph graph, CallFilter filter)
    {
        if (filter.NotForEdges is { } property)
            throw new ArgumentException($"Edges cannot be filtered by {property}.", nameof(filter));
        var predicate = new CallPredicate(filter);
        return Of(new CallGraph(graph.Traces, graph.Edges.Where(predicate.Matches), graph.Shares), filter);
    }

    private static CallFilter WithoutRoot(CallFilter filter) => filter with { Root = [], Depth = null };

    private static Dictionary<(string, string?), long>? CallsOfRoots(
        IEnumerable<(FunctionSymbol Function, long Count)> calls, CallFilter filter)
    {
        if (filter.Root.Count == 0) return null;
        var roots = new CallPredicate(new CallFilter { Function = filter.Root });
        var sums = new Dictionary<(string, string?), long>();
        foreach (var (function, count) in calls)
            if (roots.IsFunction(function))
                sums[(function.Name, function.Module)] = sums.GetValueOrDefault((function.Name, function.Module)) + count;
        return sums;
    }

    private static List<T> Select<T>(
        IEnumerable<T> all, Func<T, (FunctionSymbol Caller, FunctionSymbol Callee)> endsOf, Func<T, long> countOf,
        CallFilter filter)
    {
        var edges = all.ToList();
        if (filter.Root.Count > 0) edges = Reachable(edges, endsOf, filter);
        if (filter.MinCount > 1) edges.RemoveAll(e => countOf(e) < filter.MinCount);
        return edges;
    }

    /// <summary>Walks the graph breadth first, so that the depth of a function is its shortest distance from a root.</summary>
    private static List<T> Reachable<T>(
        List<T> edges, Func<T, (FunctionSymbol Caller, FunctionSymbol Callee)> endsOf, CallFilter filter)
    {
        var byCaller = edges.ToLookup(e => new CallGraph.FunctionKey(endsOf(e).Caller));
        var roots = new CallPredicate(new CallFilter { Function = filter.Root });
        var level = edges.SelectMany(e => new[] { endsOf(e).Caller, endsOf(e).Callee }).Where(roots.IsFunction)
            .Select(f => new CallGraph.FunctionKey(f)).ToHashSet();
        var reached = new HashSet<CallGraph.FunctionKey>(level);
        var kept = new List<T>();
        for (var depth = 0; level.Count > 0 && depth < (filter.Depth ?? int.MaxValue); depth++)
        {
            var next = new HashSet<CallGraph.FunctionKey>();
            foreach (var edge in level.SelectMany(caller => byCaller[caller]))
            {
                kept.Add(edge);
                var callee = new CallGraph.FunctionKey(endsOf(edge).Callee);
                if (reached.Add(callee)) next.Add(callee);
            }
            level = next;
        }
        return kept;
    }
}
