namespace KernelMagnifier.Rendering.Graphs;

/// <summary>How much of a graph's text <c>dot</c> is given, and how hard it tries; settled by size.</summary>
/// <param name="CountLabels">Counts stand on the edges. They take room and time; without them, width, colour and tooltips tell.</param>
/// <param name="Attributes">Graph attributes, each after a comma.</param>
internal readonly record struct GraphDetail(bool CountLabels, string Attributes);
