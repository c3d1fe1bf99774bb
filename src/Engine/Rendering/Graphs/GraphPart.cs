namespace KernelMagnifier.Rendering.Graphs;

/// <summary>A part of a graph to draw.</summary>
internal sealed record GraphPart(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges)
{
    /// <summary>What is not drawn, as far as it is to be told in the picture.</summary>
    public IReadOnlyList<GraphFold> Folds { get; init; } = [];
}
