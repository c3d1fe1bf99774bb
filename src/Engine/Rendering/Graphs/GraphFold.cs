namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Edges that are not drawn, counted by one node.</summary>
/// <param name="At">The function that makes or receives the calls; null for edges that are counted together for the whole
/// picture.</param>
/// <param name="IsCallers">Whether the edges lead to <paramref name="At"/>, rather than from it.</param>
/// <param name="Functions">Functions at the other ends of the edges.</param>
/// <param name="Edges">The number of edges.</param>
/// <param name="Calls">Calls of the edges.</param>
internal sealed record GraphFold(GraphNode? At, bool IsCallers, int Functions, int Edges, long Calls);
