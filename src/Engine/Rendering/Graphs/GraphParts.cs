namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Chooses the part of a graph to draw.</summary>
internal static class GraphParts
{
    // Each node that counts edges takes the space of a function.
    private const int MostFolds = 48;

    /// <summary>All edges with at least <paramref name="minCount"/> calls, and their functions.</summary>
    public static GraphPart Whole(this GraphModel model, long minCount)
    {
        if (minCount <= 1) return new GraphPart(model.Nodes, model.Edges);
        var edges = model.Edges.TakeWhile(e => e.Calls >= minCount).ToList();
        var used = new HashSet<GraphNode>();
        foreach (var edge in edges)
        {
            used.Add(edge.Caller);
            used.Add(edge.Callee);
        }
        return new GraphPart([.. model.Nodes.Where(used.Contains)], edges);
    }

    /// <summary>
    /// The busiest part: adds edges in descending order of calls, each with the busiest path from a root to it, as long as there
    /// is room; then the busiest other edges between these functions. Nodes count what is not drawn.
    /// </summary>
    /// <param name="model">The graph.</param>
    /// <param name="mostNodes">The most functions.</param>
    /// <param name="mostEdges">The most edges.</param>
    /// <param name="minCount">The fewest calls of an edge; edges with fewer are not counted either.</param>
    /// <param name="marks">Marked functions and edges, which are chosen first.</param>
    public static GraphPart Busiest(this GraphModel model, int mostNodes, int mostEdges, long minCount, GraphMarks? marks = null)
    {
        var chosen = Choose(model, mostNodes, minCount, marks);
        bool IsRequired(GraphEdge edge) => edge.IsTrunk || marks?.IsHot(edge) == true;
        // What an interrupt interrupted, and calls without a known caller, are long lines across the picture that tell little.
        bool IsChance(GraphEdge edge) => edge.IsInterruption || edge.Caller.IsUnknown;
        var between = model.Edges
            .Where(e => chosen.Contains(e.Caller) && chosen.Contains(e.Callee)
                && (IsRequired(e) || (e.Calls >= minCount && !IsChance(e))))
            .ToList();
        if (between.Count > mostEdges)
        {
            var others = mostEdges - between.Count(IsRequired);
            between = [.. between.Where(e => IsRequired(e) || others-- > 0)];
        }
        return new GraphPart([.. model.Nodes.Where(chosen.Contains)], between) { Folds = Fold(model, chosen, between, minCount) };
    }

    private static HashSet<GraphNode> Choose(GraphModel model, int mostNodes, long minCount, GraphMarks? marks)
    {
        var chosen = new HashSet<GraphNode>((marks?.First ?? []).Take(mostNodes));
        var room = new TrunkRoom(model, chosen);
        void Follow(GraphNode? node)
        {
            for (; node is not null && chosen.Add(node); node = node.Parent) ;
        }
        foreach (var edge in marks?.Paths is { } paths ? model.Edges.Where(paths.Contains).Concat(model.Edges) : model.Edges)
        {
            if (chosen.Count >= mostNodes) break;
            if (edge.Calls < minCount || room.Missing(edge) > mostNodes - chosen.Count) continue;
            Follow(edge.Caller);
            Follow(edge.Callee);
        }
        // No path fits: the two ends of the busiest edge are better than an empty picture.
        if (chosen.Count == 0 && model.Edges.Count > 0) chosen.UnionWith([model.Edges[0].Caller, model.Edges[0].Callee]);
        return chosen;
    }

    /// <summary>
    /// Counts each edge that is not drawn once: at its caller if that is drawn, else at its callee. Edges of functions where
    /// little is hidden, and edges between functions that are not drawn, are counted together.
    /// </summary>
    private static List<GraphFold> Fold(GraphModel model, HashSet<GraphNode> drawn, List<GraphEdge> between, long minCount)
    {
        var kept = between.ToHashSet();
        var hidden = model.Edges.Where(e => e.Calls >= minCount && !kept.Contains(e)).ToList();
        if (hidden.Count == 0) return [];
        var groups = hidden
            .GroupBy(e => drawn.Contains(e.Caller) && !(e.IsInterruption && drawn.Contains(e.Callee))
                ? (At: e.Caller, IsCallers: false)
                : drawn.Contains(e.Callee) ? (At: e.Callee, IsCallers: true) : (At: null, IsCallers: false))
            .Where(g => g.Key.At is not null)
            .Select(g => (Edges: g.ToList(), Fold: Sum(g.Key.At, g.Key.IsCallers, [.. g], g.Count())))
            .OrderByDescending(g => g.Fold.Calls).ThenBy(g => g.Fold.At!.Order)
            .Take(Math.Clamp(drawn.Count / 5, 5, MostFolds)).ToList();
        var counted = groups.SelectMany(g => g.Edges).ToHashSet();
        var rest = hidden.Where(e => !counted.Contains(e)).ToList();
        List<GraphFold> folds = [.. groups.Select(g => g.Fold).OrderBy(f => f.At!.Order).ThenBy(f => f.IsCallers)];
        if (rest.Count > 0)
        {
            var functions = rest.SelectMany(e => new[] { e.Caller, e.Callee }).Where(n => !drawn.Contains(n)).Distinct().Count();
            folds.Add(Sum(null, false, rest, functions));
        }
        return folds;
    }

    private static GraphFold Sum(GraphNode? at, bool callers, List<GraphEdge> edges, int functions)
        => new(at, callers, functions, edges.Count, edges.Sum(e => e.Calls));
}
