using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// A call graph prepared for drawing: functions as nodes, in an order that depends only on names and counts, and the busiest path
/// from a root to each of them.
/// </summary>
internal sealed class GraphModel
{
    private readonly List<GraphNode> _nodes;
    private readonly List<GraphEdge> _edges;

    /// <summary>Prepares a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="isBorder">Whether a function is outside the source paths of the filter.</param>
    /// <param name="roots">Functions whose calls from outside are no edges of the graph, as with the roots of a filter.</param>
    public GraphModel(CallGraph graph, Func<FunctionSymbol, bool> isBorder, IReadOnlyList<string>? roots = null)
    {
        Graph = graph;
        var byKey = new Dictionary<CallGraph.FunctionKey, GraphNode>();
        GraphNode Node(FunctionSymbol symbol)
        {
            var key = new CallGraph.FunctionKey(symbol);
            if (!byKey.TryGetValue(key, out var node))
                byKey.Add(key, node = new GraphNode(symbol) { IsBorder = symbol.Name.Length > 0 && isBorder(symbol) });
            return node;
        }
        _edges = new List<GraphEdge>(graph.Edges.Count);
        var entries = RootEntries.Of(graph.Edges, roots ?? []);
        foreach (var edge in graph.Edges)
        {
            if (entries.Contains(edge)) Node(edge.CalleeSymbol).CallsFromOutside += edge.Count;
            else _edges.Add(new GraphEdge(Node(edge.CallerSymbol), Node(edge.CalleeSymbol), edge));
        }
        _nodes = [.. byKey.OrderBy(n => n.Key.Name, StringComparer.Ordinal)
            .ThenBy(n => n.Key.Module, StringComparer.Ordinal).ThenBy(n => n.Key.Source, StringComparer.Ordinal)
            .Select(n => n.Value)];
        for (var i = 0; i < _nodes.Count; i++) _nodes[i].Order = i;
        _edges.Sort((a, b) => a.Calls != b.Calls ? b.Calls.CompareTo(a.Calls)
            : a.Caller.Order != b.Caller.Order ? a.Caller.Order.CompareTo(b.Caller.Order)
            : a.Callee.Order.CompareTo(b.Callee.Order));
        foreach (var node in _nodes) Calls += node.Calls = node.CallsFromOutside;
        foreach (var edge in _edges)
        {
            edge.Callee.Calls += edge.Calls;
            edge.Caller.Callees.Add(edge);
            edge.Callee.Callers.Add(edge);
            Calls += edge.Calls;
        }
        CountRoots();
        if (graph.Shares is { } shares) EdgeContexts.Assign(shares, _edges, _nodes);
        FindTrunks();
    }

    public CallGraph Graph { get; }

    /// <summary>All functions, ordered by name.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>All edges, in descending order of calls.</summary>
    public IReadOnlyList<GraphEdge> Edges => _edges;

    /// <summary>The calls of all edges, and those of roots from outside the graph.</summary>
    public long Calls { get; }

    /// <summary>
    /// Sets the calls of functions that paths start at to those of the whole graph: the edges into them are on no path.
    /// </summary>
    public void CountStarts(IReadOnlyCollection<GraphNode> starts)
    {
        var whole = starts.ToDictionary(n => new CallGraph.FunctionKey(n.Symbol));
        foreach (var node in _nodes)
        {
            if (!whole.TryGetValue(new CallGraph.FunctionKey(node.Symbol), out var start)) continue;
            (node.Calls, node.Contexts) = (Math.Max(node.Calls, start.Calls), start.Contexts);
        }
    }

    /// <summary>
    /// Sets the calls of the roots of a filter by caller links, whose own calls are not among the edges that pass.
    /// </summary>
    private void CountRoots()
    {
        var contexts = Graph.Edges.Select(e => e.Origin).OfType<FilteredContext>().Distinct();
        var calls = contexts.SelectMany(c => c.RootCalls ?? new Dictionary<(string, string?), long>())
            .GroupBy(c => c.Key).ToDictionary(c => c.Key, c => c.Sum(one => one.Value));
        if (calls.Count == 0) return;
        foreach (var node in _nodes)
            if (calls.TryGetValue((node.Symbol.Name, node.Symbol.Module), out var all))
                node.Calls = Math.Max(node.Calls, all);
    }

    /// <summary>
    /// Sets the parent of each function with Prim's algorithm, busiest edge first, starting at the roots (functions without a
    /// recorded caller). The rarest edge of the resulting path to a function has as many calls as possible. A cycle that no root
    /// leads to is entered at its busiest function. An interrupt is a root too: what it interrupts did not call it.
    /// </summary>
    private void FindTrunks()
    {
        var reached = new HashSet<GraphNode>();
        var open = new PriorityQueue<GraphEdge, (long, int, int)>();
        void Reach(GraphNode node, GraphNode? parent)
        {
            reached.Add(node);
            node.Parent = parent;
            foreach (var edge in node.Callees)
                if (!edge.IsInterruption && !reached.Contains(edge.Callee))
                    open.Enqueue(edge, (-edge.Calls, edge.Caller.Order, edge.Callee.Order));
        }
        void Spread()
        {
            while (open.TryDequeue(out var edge, out _))
                if (!reached.Contains(edge.Callee))
                    Reach(edge.Callee, edge.Caller);
        }
        foreach (var node in _nodes)
            if (node.Callers.TrueForAll(e => e.Caller == node || e.IsInterruption))
                Reach(node, null);
        Spread();
        foreach (var node in _nodes.OrderByDescending(n => n.Calls).ThenBy(n => n.Order))
        {
            if (reached.Contains(node)) continue;
            Reach(node, null);
            Spread();
        }
    }
}
