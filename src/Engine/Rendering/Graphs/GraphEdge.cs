using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>An edge of a <see cref="GraphModel"/>.</summary>
internal sealed class GraphEdge(GraphNode caller, GraphNode callee, CallEdge edge)
{
    public GraphNode Caller { get; } = caller;

    public GraphNode Callee { get; } = callee;

    public CallEdge Edge { get; } = edge;

    public long Calls => Edge.Count;

    /// <summary>Calls by <see cref="ExecutionContext"/>; null when they were not counted.</summary>
    public long[]? Contexts { get; set; }

    /// <summary>
    /// The softirq or interrupt context that the callee runs in and the caller does not; null for all other edges.
    /// </summary>
    public ExecutionContext? Entry { get; set; }

    /// <summary>
    /// Whether an interrupt came in while the caller ran. A recording of the function_graph tracer names whatever was interrupted
    /// as the caller, so an interrupt has many callers by chance.
    /// </summary>
    public bool IsInterruption { get; set; }

    /// <summary>Whether the edge is on the busiest path from a root to the callee.</summary>
    public bool IsTrunk => Callee.Parent == Caller;
}
