using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>The edges that are reachable from the roots of a <see cref="CallFilter"/> and were taken at least its minimum count.</summary>
public sealed class ReachableEdges : EdgeSelection
{
    private readonly HashSet<(int Caller, int Function)> _edges;

    private ReachableEdges(HashSet<(int Caller, int Function)> edges) => _edges = edges;

    /// <summary>Whether an edge is kept, by the ids of the names the selection was made with.</summary>
    public override bool Contains(int caller, int function) => _edges.Contains((caller, function));

    /// <summary>Selects among the edges a tally has counted.</summary>
    internal static ReachableEdges Of(CallTally tally, CallFilter filter)
        => new([.. Select(tally.Groups(CallGrouping.Edge), g => g.Caller, g => g.Function, g => g.Count, filter).Select(g => (g.Caller.Id, g.Function.Id))]);

    /// <summary>Selects among the edges of a graph.</summary>
    public static CallGraph Of(CallGraph graph, CallFilter filter)
        => new(graph.Traces, Select(graph.Edges, e => e.CallerSymbol, e => e.CalleeSymbol, e => e.Count, filter), graph.Shares);

    /// <summary>Applies a whole filter to a graph; it must ask nothing that edges cannot answer (<see cref="CallFilter.NotForEdges"/>).</summary>
    public static CallGraph Narrow(CallGraph graph, CallFilter filter)
    {
        if (filter.NotForEdges is { } part) throw new ArgumentException($"An edge has no answer to {part}.", nameof(filter));
        var predicate = new CallPredicate(filter);
        return Of(new CallGraph(graph.Traces, graph.Edges.Where(predicate.Matches), graph.Shares), filter);
    }

    private static List<T> Select<T>(
        IEnumerable<T> all, Func<T, FunctionSymbol> callerOf, Func<T, FunctionSymbol> calleeOf, Func<T, long> countOf, CallFilter filter)
    {
        var edges = all.ToList();
        if (filter.Root.Count > 0)
        {
            // Breadth first, so that a function's depth is its shortest distance from a root.
            var byCaller = edges.ToLookup(e => new CallGraph.FunctionKey(callerOf(e)));
            var isRoot = new CallPredicate(new CallFilter { Function = filter.Root });
            var level = edges.SelectMany(e => new[] { callerOf(e), calleeOf(e) }).Where(isRoot.IsFunction)
                .Select(f => new CallGraph.FunctionKey(f)).ToHashSet();
            var reached = new HashSet<CallGraph.FunctionKey>(level);
            var kept = new List<T>();
            for (var depth = 0; level.Count > 0 && depth < (filter.Depth ?? int.MaxValue); depth++)
            {
                var next = new HashSet<CallGraph.FunctionKey>();
                foreach (var caller in level)
                    foreach (var edge in byCaller[caller])
                    {
                        kept.Add(edge);
                        var callee = new CallGraph.FunctionKey(calleeOf(edge));
                        if (reached.Add(callee)) next.Add(callee);
                    }
                level = next;
            }
            edges = kept;
        }
        if (filter.MinCount > 1) edges.RemoveAll(e => countOf(e) < filter.MinCount);
        return edges;
    }
}
