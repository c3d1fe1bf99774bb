using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// The formats of profiles, chosen by the end of the file name, and the writer of those that hold a call graph.
/// </summary>
internal static class ProfileFormats
{
    internal const string Speedscope = "speedscope", Folded = "folded stacks", Pprof = "pprof", ChromeTrace = "Chrome trace",
        Perfetto = "Perfetto trace", Graphviz = "Graphviz", GraphMl = "GraphML", Mermaid = "Mermaid";

    /// <summary>Formats that hold stacks, by extension. They need the calls in time order.</summary>
    public static IReadOnlyDictionary<string, string> OfStacks { get; } = new Dictionary<string, string>
    {
        [".speedscope.json"] = Speedscope, [".folded"] = Folded, [".pb.gz"] = Pprof, [".json"] = ChromeTrace,
        [".perfetto-trace"] = Perfetto,
    };

    /// <summary>Formats that hold the call graph, by extension.</summary>
    public static IReadOnlyDictionary<string, string> OfGraphs { get; } = new Dictionary<string, string>
    {
        [".gv"] = Graphviz, [".graphml"] = GraphMl, [".mmd"] = Mermaid,
    };

    /// <summary>All extensions.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfStacks.Keys, .. OfGraphs.Keys];

    /// <summary>The format of a file, or null if its name has no known extension.</summary>
    public static string? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        // The longest extension decides: .speedscope.json is not .json.
        return OfStacks.Concat(OfGraphs).Where(f => path.EndsWith(f.Key, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(f => f.Key.Length).Select(f => f.Value).FirstOrDefault();
    }

    /// <summary>Whether the format of a file holds the call graph.</summary>
    public static bool IsGraph(string path) => Of(path) is { } format && OfGraphs.Values.Contains(format);

    /// <summary>Writes a call graph. The file appears complete or not at all.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The file. Its extension is one of <see cref="OfGraphs"/>.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="cancel">Cancels the export.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.FormatUnknown"/>: the extension is not one of them; or the file cannot be written.
    /// </exception>
    public static ProfileExport Write(CallGraph graph, string path, string? title, bool force, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var format = Of(path);
        if (format == Graphviz)
        {
            var options = new GraphOptions { Title = title, Force = force, Filter = graph.Filter, Everything = true };
            var drawn = GraphExporter.Export(graph, path, options, null, cancel);
            return new ProfileExport(path, format, graph.Calls, drawn.Edges, false, drawn.Note);
        }
        if (format is not (GraphMl or Mermaid)) throw FileFormat.Unknown(path, Path.GetExtension(path), [.. OfGraphs.Keys]);
        var name = title ?? RecordingTitle.Names(graph.Traces);
        using var file = OutputFile.Create(path, force, TraceInfo.InputsOf(graph.Traces), cancel);
        try
        {
            var edges = graph.Edges.Count;
            if (format == GraphMl) GraphMlWriter.Write(graph, name, file.Stream);
            else edges = MermaidWriter.Write(graph, name, MermaidWriter.MostEdges, file.Stream);
            file.Commit();
            var note = edges < graph.Edges.Count ? Note(graph, edges) : null;
            return new ProfileExport(path, format, graph.Calls, edges, false, note);
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    private static string Note(CallGraph graph, int edges)
    {
        var shown = graph.Edges.Take(edges).Sum(e => e.Count);
        return $"Shows the {DisplayText.Number(edges)} busiest of {DisplayText.Count(graph.Edges.Count, "edge")}, with "
            + $"{DisplayText.Percent(shown, graph.Calls)} of {DisplayText.Count(graph.Calls, "call")}: "
            + "Mermaid's default limits allow no more.";
    }
}
