namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Edges that are not drawn, as one node in their place.</summary>
/// <param name="At">The function they are the calls of, or to; null for what has neither end in the picture, and for many small ones.</param>
/// <param name="IsCallers">They lead to <paramref name="At"/>, rather than from it.</param>
/// <param name="Functions">Functions at their other ends.</param>
/// <param name="Edges">How many they are.</param>
/// <param name="Calls">Calls over them.</param>
internal sealed record GraphFold(GraphNode? At, bool IsCallers, int Functions, int Edges, long Calls);
