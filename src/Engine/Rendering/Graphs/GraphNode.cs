using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>A function in a picture.</summary>
internal sealed class GraphNode(FunctionSymbol symbol)
{
    public FunctionSymbol Symbol { get; } = symbol;

    /// <summary>How often it was called, over all edges of the graph, drawn or not.</summary>
    public long Calls { get; set; }

    /// <summary>Outside the source paths that were asked for, and here because something inside calls it or is called by it.</summary>
    public bool IsBorder { get; init; }

    /// <summary>Stands for callers the recording does not name.</summary>
    public bool IsUnknown => Symbol.Name.Length == 0;

    /// <summary>The caller that leads to it on the busiest way from a root; null for a root.</summary>
    public GraphNode? Parent { get; set; }

    /// <summary>Edges out of it, and into it, of the whole graph.</summary>
    public List<GraphEdge> Callees { get; } = [];

    /// <summary>Edges into it.</summary>
    public List<GraphEdge> Callers { get; } = [];

    /// <summary>Its place in the order of names, which decides wherever counts are equal.</summary>
    public int Order { get; set; }

    /// <summary>
    /// Calls of it by <see cref="ExecutionContext"/>; for a function seen only as a caller, its own calls. Null when they were not counted.
    /// </summary>
    public long[]? Contexts { get; set; }

    /// <summary>The context nine of ten calls ran in; null when there is none such, or it is not known.</summary>
    public ExecutionContext? Context => EdgeContexts.Main(Contexts);
}
