namespace KernelMagnifier.Rendering;

/// <summary>Writes a call graph as a picture, or as Graphviz's text.</summary>
public static class GraphExporter
{
    /// <summary>The extensions that choose the format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".dot", ".gv", ".svg", ".pdf", ".png"];

    /// <summary>Writes the graph; the file appears whole or not at all.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The file; its extension is one of <see cref="Formats"/>.</param>
    /// <param name="options">How to draw it.</param>
    /// <param name="progress">Told what is being done and how far it is, in per cent.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <exception cref="RenderException">The file cannot be written, or Graphviz is missing or failed.</exception>
    public static GraphExport Export(CallGraph graph, string path, GraphOptions options, Action<string, int>? progress = null, CancellationToken cancel = default)
        => throw new NotImplementedException();
}
