using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// A call graph made ready to draw: functions as nodes, in an order that depends on names and counts alone, and the busiest way
/// from a root to each of them.
/// </summary>
internal sealed class GraphModel
{
    // More would take the room of functions.
    private const int MostFolds = 48;

    private readonly List<GraphNode> _nodes;
    private readonly List<GraphEdge> _edges;

    public GraphModel(CallGraph graph, Func<FunctionSymbol, bool> isBorder)
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
        foreach (var edge in graph.Edges) _edges.Add(new GraphEdge(Node(edge.CallerSymbol), Node(edge.CalleeSymbol), edge));
        _nodes = [.. byKey.OrderBy(n => n.Key.Name, StringComparer.Ordinal)
            .ThenBy(n => n.Key.Module, StringComparer.Ordinal).ThenBy(n => n.Key.Source, StringComparer.Ordinal).Select(n => n.Value)];
        for (var i = 0; i < _nodes.Count; i++) _nodes[i].Order = i;
        _edges.Sort((a, b) => a.Calls != b.Calls ? b.Calls.CompareTo(a.Calls)
            : a.Caller.Order != b.Caller.Order ? a.Caller.Order.CompareTo(b.Caller.Order) : a.Callee.Order.CompareTo(b.Callee.Order));
        foreach (var edge in _edges)
        {
            edge.Callee.Calls += edge.Calls;
            edge.Caller.Callees.Add(edge);
            edge.Callee.Callers.Add(edge);
            Calls += edge.Calls;
        }
        FindTrunks();
        if (graph.Shares is { } shares) EdgeContexts.Assign(shares, _edges, _nodes);
    }

    public CallGraph Graph { get; }

    /// <summary>All functions, by name.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>All edges, most calls first.</summary>
    public IReadOnlyList<GraphEdge> Edges => _edges;

    /// <summary>Calls over all edges.</summary>
    public long Calls { get; }

    /// <summary>Everything but edges of fewer calls, and the functions that then have no edge.</summary>
    public GraphPart Whole(long minCount)
    {
        if (minCount <= 1) return new GraphPart(_nodes, _edges);
        var edges = _edges.TakeWhile(e => e.Calls >= minCount).ToList();
        var used = new HashSet<GraphNode>();
        foreach (var edge in edges)
        {
            used.Add(edge.Caller);
            used.Add(edge.Callee);
        }
        return new GraphPart([.. _nodes.Where(used.Contains)], edges);
    }

    /// <summary>
    /// The most important part: the busiest edges, one after the other, each with the busiest way that leads to it from a root,
    /// as long as there is room; then what else runs between the functions chosen, the busiest first. What is not drawn is folded.
    /// </summary>
    /// <param name="mostNodes">At most so many functions.</param>
    /// <param name="mostEdges">At most so many edges.</param>
    /// <param name="minCount">Edges of fewer calls do not count.</param>
    /// <param name="marks">What is marked comes before the rest.</param>
    public GraphPart Busiest(int mostNodes, int mostEdges, long minCount, GraphMarks? marks = null)
    {
        var chosen = new HashSet<GraphNode>((marks?.First ?? []).Take(mostNodes));
        var way = new HashSet<GraphNode>();
        void Follow(GraphNode? node)
        {
            for (; node is not null && !chosen.Contains(node) && chosen.Count + way.Count <= mostNodes; node = node.Parent)
                if (!way.Add(node))
                    break;
        }
        foreach (var edge in marks?.Paths is { } paths ? _edges.Where(paths.Contains).Concat(_edges) : _edges)
        {
            if (chosen.Count >= mostNodes) break;
            if (edge.Calls < minCount) continue;
            way.Clear();
            Follow(edge.Caller);
            Follow(edge.Callee);
            if (chosen.Count + way.Count <= mostNodes) chosen.UnionWith(way);
        }
        // No way fits: better the two ends of the busiest edge than an empty picture.
        if (chosen.Count == 0 && _edges.Count > 0) chosen.UnionWith([_edges[0].Caller, _edges[0].Callee]);
        bool Must(GraphEdge edge) => edge.IsTrunk || marks?.IsHot(edge) == true;
        var between = _edges.Where(e => chosen.Contains(e.Caller) && chosen.Contains(e.Callee) && (e.Calls >= minCount || Must(e))).ToList();
        if (between.Count > mostEdges)
        {
            var others = mostEdges - between.Count(Must);
            between = [.. between.Where(e => Must(e) || others-- > 0)];
        }
        return new GraphPart([.. _nodes.Where(chosen.Contains)], between) { Folds = Fold(chosen, between, minCount) };
    }

    /// <summary>
    /// What is not drawn, every edge in one place: at its caller, else at its callee, where that is drawn and much is folded there; else
    /// in one for all that remains.
    /// </summary>
    private List<GraphFold> Fold(HashSet<GraphNode> drawn, List<GraphEdge> between, long minCount)
    {
        var kept = between.ToHashSet();
        var hidden = _edges.Where(e => e.Calls >= minCount && !kept.Contains(e)).ToList();
        if (hidden.Count == 0) return [];
        static GraphFold Sum(GraphNode? at, bool callers, IReadOnlyCollection<GraphEdge> edges, int functions) => new(at, callers, functions, edges.Count, edges.Sum(e => e.Calls));
        var groups = hidden.GroupBy(e => drawn.Contains(e.Caller) ? (At: e.Caller, IsCallers: false) : drawn.Contains(e.Callee) ? (At: e.Callee, IsCallers: true) : (At: null, IsCallers: false))
            .Where(g => g.Key.At is not null)
            .Select(g => (Edges: g.ToList(), Fold: Sum(g.Key.At, g.Key.IsCallers, [.. g], g.Count())))
            .OrderByDescending(g => g.Fold.Calls).ThenBy(g => g.Fold.At!.Order).Take(Math.Clamp(drawn.Count / 5, 5, MostFolds)).ToList();
        var told = groups.SelectMany(g => g.Edges).ToHashSet();
        var rest = hidden.Where(e => !told.Contains(e)).ToList();
        List<GraphFold> folds = [.. groups.Select(g => g.Fold).OrderBy(f => f.At!.Order).ThenBy(f => f.IsCallers)];
        if (rest.Count > 0)
            folds.Add(Sum(null, false, rest, rest.SelectMany(e => new[] { e.Caller, e.Callee }).Where(n => !drawn.Contains(n)).Distinct().Count()));
        return folds;
    }

    /// <summary>
    /// Prim's algorithm from the roots (functions nobody was seen to call), busiest edge first: the way to each function whose
    /// rarest edge is as busy as can be. What no root leads to, a ring of functions, is entered at its busiest member.
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
                if (!reached.Contains(edge.Callee))
                    open.Enqueue(edge, (-edge.Calls, edge.Caller.Order, edge.Callee.Order));
        }
        void Spread()
        {
            while (open.TryDequeue(out var edge, out _))
                if (!reached.Contains(edge.Callee))
                    Reach(edge.Callee, edge.Caller);
        }
        foreach (var node in _nodes)
            if (node.Callers.TrueForAll(e => e.Caller == node))
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
