namespace KernelMagnifier.Rendering.Graphs;

/// <summary>What is highlighted in a picture.</summary>
/// <param name="Functions">The highlighted functions; empty for none.</param>
/// <param name="Paths">All edges on paths through them; null when no function is highlighted and nothing fades.</param>
/// <param name="HotPath">The edges of the hot path, in order; empty for none.</param>
internal sealed record GraphMarks(
    IReadOnlySet<GraphNode> Functions, IReadOnlySet<GraphEdge>? Paths, IReadOnlyList<GraphEdge> HotPath)
{
    private readonly HashSet<GraphEdge> _hot = [.. HotPath];

    private readonly HashSet<GraphNode> _onHotPath = [.. HotPath.SelectMany(e => new[] { e.Caller, e.Callee })];

    private readonly HashSet<GraphNode>? _onPaths =
        Paths is null ? null : [.. Paths.SelectMany(e => new[] { e.Caller, e.Callee }), .. Functions];

    /// <summary>The functions that are always drawn: those on the hot path, then the highlighted ones.</summary>
    public IReadOnlyList<GraphNode> First { get; } =
    [
        .. HotPath.Take(1).Select(e => e.Caller).Concat(HotPath.Select(e => e.Callee))
            .Concat(Functions.OrderByDescending(n => n.Calls).ThenBy(n => n.Order)).Distinct(),
    ];

    /// <summary>The marks that the options request.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.FunctionNotFound"/>: a name matches no function of the
    /// graph.</exception>
    public static GraphMarks Of(GraphModel model, GraphOptions options)
    {
        HashSet<GraphNode> marked = [];
        if (options.Highlight.Count > 0) marked = GraphPaths.Find(model, options.Highlight, GraphPaths.Highlighted);
        var paths = marked.Count > 0 ? GraphPaths.Through(marked) : null;
        return new GraphMarks(marked, paths, options.HotPath ? Hot(model, options, marked) : []);
    }

    public bool IsHot(GraphEdge edge) => _hot.Contains(edge);

    public bool IsHot(GraphNode node) => _onHotPath.Contains(node);

    public bool IsFaded(GraphEdge edge) => Paths is not null && !Paths.Contains(edge);

    public bool IsFaded(GraphNode node) => _onPaths is not null && !_onPaths.Contains(node);

    private static List<GraphEdge> Hot(GraphModel model, GraphOptions options, HashSet<GraphNode> marked)
    {
        var from = options.From.Count > 0 ? GraphPaths.Find(model, options.From, GraphPaths.Start) : null;
        return from is not null && options.To.Count > 0
            ? GraphPaths.Widest(from, GraphPaths.Find(model, options.To, GraphPaths.End))
            : GraphPaths.Hottest(model, from, marked.Count > 0 ? marked : null);
    }
}
