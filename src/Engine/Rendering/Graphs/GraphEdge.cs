using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Calls in a picture.</summary>
internal sealed class GraphEdge(GraphNode caller, GraphNode callee, CallEdge edge)
{
    public GraphNode Caller { get; } = caller;

    public GraphNode Callee { get; } = callee;

    public CallEdge Edge { get; } = edge;

    public long Calls => Edge.Count;

    /// <summary>Calls by <see cref="ExecutionContext"/>; null when they were not counted.</summary>
    public long[]? Contexts { get; set; }

    /// <summary>The softirq or interrupt these calls run in, of a function that runs outside of it; null for ordinary calls.</summary>
    public ExecutionContext? Entry { get; set; }

    /// <summary>On the busiest way from a root to the callee.</summary>
    public bool IsTrunk => Callee.Parent == Caller;
}
