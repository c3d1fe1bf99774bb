namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The part of a graph that is drawn.</summary>
internal sealed record GraphPart(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges)
{
    /// <summary>The nodes that count edges which are not drawn.</summary>
    public IReadOnlyList<GraphFold> Folds { get; init; } = [];
}
