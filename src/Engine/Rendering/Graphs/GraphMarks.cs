namespace KernelMagnifier.Rendering.Graphs;

/// <summary>What is marked in a picture.</summary>
/// <param name="Functions">The functions whose paths are shown; empty for none.</param>
/// <param name="Paths">Every edge on a path through them; null when there are none, and nothing fades.</param>
/// <param name="HotPath">The most travelled path, in order; empty for none.</param>
internal sealed record GraphMarks(IReadOnlySet<GraphNode> Functions, IReadOnlySet<GraphEdge>? Paths, IReadOnlyList<GraphEdge> HotPath)
{
    private readonly HashSet<GraphEdge> _hot = [.. HotPath];

    /// <summary>The functions on the most travelled path, then those whose paths are shown: what must not be folded.</summary>
    public IReadOnlyList<GraphNode> First { get; } = [.. HotPath.Take(1).Select(e => e.Caller).Concat(HotPath.Select(e => e.Callee)).Concat(Functions.OrderByDescending(n => n.Calls).ThenBy(n => n.Order)).Distinct()];

    private readonly HashSet<GraphNode>? _onPaths = Paths is null ? null : [.. Paths.SelectMany(e => new[] { e.Caller, e.Callee }), .. Functions];

    private readonly HashSet<GraphNode> _onHotPath = [.. HotPath.SelectMany(e => new[] { e.Caller, e.Callee })];

    /// <summary>The marks that options ask for.</summary>
    /// <exception cref="RenderException">A name means no function of the graph.</exception>
    public static GraphMarks Of(GraphModel model, GraphOptions options)
    {
        HashSet<GraphNode> marked = options.Highlight.Count > 0 ? GraphPaths.Find(model, options.Highlight, "-Highlight (--highlight)") : [];
        var from = options.HotPath && options.From.Count > 0 ? GraphPaths.Find(model, options.From, "-From (--from)") : null;
        var path = !options.HotPath ? []
            : from is not null && options.To.Count > 0 ? GraphPaths.Widest(from, GraphPaths.Find(model, options.To, "-To (--to)"))
            : GraphPaths.Hottest(model, from, marked.Count > 0 ? marked : null);
        return new GraphMarks(marked, marked.Count > 0 ? GraphPaths.Through(marked) : null, path);
    }

    public bool IsHot(GraphEdge edge) => _hot.Contains(edge);

    public bool IsHot(GraphNode node) => _onHotPath.Contains(node);

    public bool IsFaded(GraphEdge edge) => Paths is not null && !Paths.Contains(edge);

    public bool IsFaded(GraphNode node) => _onPaths is not null && !_onPaths.Contains(node);
}
