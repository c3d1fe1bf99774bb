namespace KernelMagnifier.Rendering.Graphs;

/// <summary>The detail of a drawing and the effort of <c>dot</c>, which depend on the size of the graph.</summary>
/// <param name="CountLabels"> Whether edges are labelled with their counts. Labels take space and time; without them, width,
/// colour and tooltip show the count.
/// </param>
/// <param name="Attributes">Graph attributes, each after a comma.</param>
internal readonly record struct GraphDetail(bool CountLabels, string Attributes);
