using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The formats of profiles, by the end of the file's name.</summary>
public static class ProfileFormats
{
    internal const string Speedscope = "speedscope", Folded = "folded stacks", Pprof = "pprof", ChromeTrace = "Chrome trace", Perfetto = "Perfetto trace",
        Graphviz = "Graphviz", GraphMl = "GraphML", Mermaid = "Mermaid";

    /// <summary>Formats that hold stacks; they need the calls in order.</summary>
    public static IReadOnlyDictionary<string, string> OfStacks { get; } = new Dictionary<string, string>
    {
        [".speedscope.json"] = Speedscope, [".folded"] = Folded, [".pb.gz"] = Pprof, [".json"] = ChromeTrace, [".perfetto-trace"] = Perfetto,
    };

    /// <summary>Formats that hold the call graph.</summary>
    public static IReadOnlyDictionary<string, string> OfGraphs { get; } = new Dictionary<string, string>
    {
        [".gv"] = Graphviz, [".graphml"] = GraphMl, [".mmd"] = Mermaid,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfStacks.Keys, .. OfGraphs.Keys];

    /// <summary>The format that a name chooses, or null.</summary>
    public static string? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        // The longest end that fits: .speedscope.json is no .json.
        return OfStacks.Concat(OfGraphs).Where(f => path.EndsWith(f.Key, StringComparison.OrdinalIgnoreCase)).OrderByDescending(f => f.Key.Length).Select(f => f.Value).FirstOrDefault();
    }

    /// <summary>Whether a name chooses a format that holds the call graph.</summary>
    public static bool IsGraph(string path) => Of(path) is { } format && OfGraphs.Values.Contains(format);

    /// <summary>Writes a call graph; the file appears whole or not at all.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The file; its extension is one of <see cref="OfGraphs"/>.</param>
    /// <param name="title">What it is called; null for the recordings' names.</param>
    /// <param name="force">Replaces a file that is there already.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="RenderException">The file cannot be written.</exception>
    public static ProfileExport Write(CallGraph graph, string path, string? title, bool force, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var format = Of(path);
        if (format == Graphviz)
        {
            var drawn = GraphExporter.Export(graph, path, new GraphOptions { Title = title, Force = force, Filter = graph.Filter, Everything = true }, null, cancel);
            return new ProfileExport(path, format, graph.Calls, drawn.Edges, false, drawn.Note);
        }
        if (format is not (GraphMl or Mermaid)) throw new RenderException($"{path}: the extension chooses the format. A graph is written as {string.Join(", ", OfGraphs.Keys)}.");
        var name = title ?? string.Join(", ", graph.Traces.Take(3).Select(t => t.Path == "-" ? "standard input" : Path.GetFileName(t.Path)));
        using var file = OutputFile.Create(path, force);
        try
        {
            var edges = graph.Edges.Count;
            string? note = null;
            if (format == GraphMl)
            {
                GraphMlWriter.Write(graph, name, file.Stream);
            }
            else if ((edges = MermaidWriter.Write(graph, name, MermaidWriter.MostEdges, file.Stream)) < graph.Edges.Count)
            {
                var shown = graph.Edges.Take(edges).Sum(e => e.Count);
                note = $"Shows the {DisplayText.Number(edges)} edges of the most calls of {DisplayText.Number(graph.Edges.Count)}, with {GraphCaption.Percent(shown, graph.Calls)} of {DisplayText.Number(graph.Calls)} calls: Mermaid draws no more.";
            }
            file.Commit();
            return new ProfileExport(path, format, graph.Calls, edges, false, note);
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }
}
