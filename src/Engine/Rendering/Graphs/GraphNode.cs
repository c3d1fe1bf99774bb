using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>A function of a <see cref="GraphModel"/>.</summary>
internal sealed class GraphNode(FunctionSymbol symbol)
{
    // Summed once: each of a function's many callers asks for it.
    private long? _onward;

    public FunctionSymbol Symbol { get; } = symbol;

    /// <summary>The calls of a root by functions that are not part of the graph.</summary>
    public long CallsFromOutside { get; set; }

    /// <summary>The calls of the function by all edges of the graph, drawn or not, and from outside.</summary>
    public long Calls { get; set; }

    /// <summary>
    /// Whether the function is outside the source paths of the filter and only present as a caller or callee of one inside.
    /// </summary>
    public bool IsBorder { get; init; }

    /// <summary>Whether the node stands for callers that the recording does not name.</summary>
    public bool IsUnknown => Symbol.Name.Length == 0;

    /// <summary>The caller on the busiest path from a root; null for a root.</summary>
    public GraphNode? Parent { get; set; }

    /// <summary>The edges of the whole graph that leave the function, in descending order of calls.</summary>
    public List<GraphEdge> Callees { get; } = [];

    /// <summary>The edges of the whole graph that lead to the function, in descending order of calls.</summary>
    public List<GraphEdge> Callers { get; } = [];

    /// <summary>The calls that the function makes, except those of itself.</summary>
    public long CallsOnward => _onward ??= Callees.Where(e => e.Callee != this).Sum(e => e.Calls);

    /// <summary>The position in the order of names, which decides where counts are equal.</summary>
    public int Order { get; set; }

    /// <summary>
    /// Calls of the function by <see cref="ExecutionContext"/>; for a function that is only seen as a caller, the calls it makes.
    /// Null when they were not counted.
    /// </summary>
    public long[]? Contexts { get; set; }

    /// <summary>The context of at least 90 % of the calls; null when there is none or it is unknown.</summary>
    public ExecutionContext? Context => EdgeContexts.Main(Contexts);
}
