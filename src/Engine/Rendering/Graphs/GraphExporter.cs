using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Writes a call graph as a picture, as an HTML page, or in Graphviz's DOT language.</summary>
internal static class GraphExporter
{
    /// <summary>The extensions that choose the format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".dot", ".gv", ".svg", ".pdf", ".png", ".html"];

    /// <summary>Writes the graph. The file appears complete or not at all.</summary>
    /// <remarks>
    /// <c>.dot</c> and <c>.gv</c> hold the whole graph and need no Graphviz, as does <c>.html</c> up to the size that a browser
    /// displays well. In a picture, a graph that takes too long to lay out is reduced to its busiest part;
    /// <see cref="GraphExport.Note"/> and the caption report it.
    /// </remarks>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The file. Its extension is one of <see cref="Formats"/>.</param>
    /// <param name="options">How to draw the graph.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException"> The file cannot be written, an option names no function of the graph or needs
    /// data that it does not hold, or Graphviz is missing or failed.
    /// </exception>
    public static GraphExport Export(
        CallGraph graph, string path, GraphOptions options, Action<string, int>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        var format = FileFormat.Of(path, Formats);
        IReadOnlyList<InputIdentity> inputs = [.. TraceInfo.InputsOf(graph.Traces), .. options.Inputs];
        OutputFile.Check(path, options.Force, inputs);
        SourceLinks.Check(options.SourceUrl);
        var isText = format is "dot" or "gv";
        var isPage = format == "html";
        if (isPage) HtmlPageWriter.Require();
        var dot = isText || isPage ? null : ExternalTool.Find("dot", GraphPicture.Tool, "graphviz");
        if (dot is not null && options.TimeLimit <= TimeSpan.Zero)
            throw new KernelMagnifierException(ErrorCode.ValueOutOfRange, null, "The time limit of a picture is not positive.",
                "Use a longer time.");

        progress?.Invoke("Finding the busiest paths", 0);
        var model = Model(graph, options);
        GraphClusters.Require(model, options.ClusterBy);
        var marks = GraphMarks.Of(model, options);
        cancel.ThrowIfCancellationRequested();
        using var file = OutputFile.Create(path, options.Force, inputs, cancel);
        try
        {
            var export = isText ? WriteText(model, marks, options, file)
                : isPage ? WritePage(model, marks, options, file, progress, cancel)
                : new GraphPicture(model, marks, options, file, (dot!, format), progress, cancel).Draw();
            progress?.Invoke("Writing", 100);
            file.Commit();
            return export with { Path = path };
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    /// <summary>The part of the graph that the options request.</summary>
    internal static GraphPart Requested(GraphModel model, GraphMarks marks, GraphOptions options)
        => options.Top is { } top && top < model.Nodes.Count
            ? model.Busiest(Math.Max(top, 1), int.MaxValue, options.MinCount, marks)
            : model.Whole(options.MinCount);

    /// <summary>The DOT text of a part of the graph.</summary>
    internal static string Text(
        GraphModel model, GraphPart part, GraphMarks marks, GraphOptions options, string? omitted, bool isForSvg = false)
    {
        using var to = new StringWriter();
        var caption = GraphCaption.Of(model, options, omitted, marks);
        var drawing = new DotDrawing(part, caption, Links(model.Graph, options, isForSvg), marks, options);
        DotWriter.Write(drawing, Detail(part, options), to);
        return to.ToString();
    }

    /// <summary>The detail for the size of a part.</summary>
    internal static GraphDetail Detail(GraphPart part, GraphOptions options) => LayoutCost.Detail(
        part.Nodes.Count + part.Folds.Count, part.Edges.Count + part.Folds.Count, options.ClusterBy != GraphClustering.None);

    /// <summary>The result of drawing a part of the graph, still without its path.</summary>
    internal static GraphExport Result(GraphModel model, GraphPart part, GraphOptions options, bool thinned)
    {
        if (options.Difference is { } difference) return DifferenceGraphExporter.Result(difference, model, part, thinned);
        var shown = part.Edges.Sum(e => e.Calls) + part.Nodes.Sum(n => n.CallsFromOutside);
        var export = new GraphExport(
            "", part.Nodes.Count, part.Edges.Count, model.Nodes.Count - part.Nodes.Count, model.Edges.Count - part.Edges.Count,
            model.Calls - shown, null, thinned);
        if (export.OmittedFunctions == 0 && export.OmittedEdges == 0) return export;
        var note = $"Shows {DisplayText.Number(export.Functions)} of {DisplayText.Count(model.Nodes.Count, "function")} and "
            + $"{DisplayText.Percent(shown, model.Calls)} of {DisplayText.Count(model.Calls, "call")}, the busiest first";
        if (part.Folds.Count > 0) note += "; nodes marked “…” count the rest";
        return export with { Note = thinned ? $"{note}. The whole graph is too large to be drawn quickly or read." : $"{note}." };
    }

    private static GraphModel Model(CallGraph graph, GraphOptions options)
    {
        var model = new GraphModel(graph, Border(options.Filter));
        if (options.From.Count + options.To.Count == 0) return model;
        var byStack = GraphPaths.FollowsStacks(graph, options.From, options.To);
        var part = new GraphModel(
            GraphPaths.Between(model, options.From, options.To), Border(options.Filter), byStack ? options.From : null);
        if (part.Edges.Count == 0) throw GraphPaths.NotFound(options.From, options.To);
        if (options.From.Count > 0 && !byStack) part.CountStarts(GraphPaths.Find(model, options.From, GraphPaths.Start));
        return part;
    }

    /// <summary>Whether a function is outside the source paths of the filter.</summary>
    private static Func<FunctionSymbol, bool> Border(CallFilter? filter)
    {
        if (filter is not { SourcePath.Count: > 0 }) return _ => false;
        var inside = new CallPredicate(new CallFilter { SourcePath = filter.SourcePath });
        return symbol => !inside.IsInSource(symbol);
    }

    private static GraphExport WriteText(GraphModel model, GraphMarks marks, GraphOptions options, OutputFile file)
    {
        var part = Requested(model, marks, options);
        var export = Result(model, part, options, thinned: false);
        // A graph of hundreds of thousands of functions is not held as text.
        using var to = new StreamWriter(file.Stream, bufferSize: 1 << 16, leaveOpen: true);
        var caption = GraphCaption.Of(model, options, export.Note, marks);
        var drawing = new DotDrawing(part, caption, Links(model.Graph, options), marks, options);
        DotWriter.Write(drawing, Detail(part, options), to);
        return export;
    }

    private static GraphExport WritePage(
        GraphModel model, GraphMarks marks, GraphOptions options, OutputFile file, Action<string, int>? progress,
        CancellationToken cancel)
    {
        var part = Requested(model, marks, options);
        var thinned = !options.Everything
            && (part.Nodes.Count > HtmlPageWriter.MostFunctions || part.Edges.Count > HtmlPageWriter.MostEdges);
        if (thinned) part = model.Busiest(HtmlPageWriter.MostFunctions, HtmlPageWriter.MostEdges, options.MinCount, marks);
        part = part with { Folds = [] };
        var export = Result(model, part, options, thinned);
        progress?.Invoke(LayoutStep(part), 30);
        var caption = GraphCaption.Of(model, options, export.Note, marks);
        var data = new HtmlPageData(model, part, marks, caption, options, Links(model.Graph, options));
        HtmlPageWriter.Write(data, file.Stream, cancel);
        return export;
    }

    /// <summary>The progress text of a layout.</summary>
    internal static string LayoutStep(GraphPart part)
        => $"Laying out {DisplayText.Count(part.Nodes.Count, "function")} and {DisplayText.Count(part.Edges.Count, "edge")}";

    /// <summary>Links to the source of the recorded kernel; to the latest one if the recordings are of several kernels.</summary>
    private static SourceLinks Links(CallGraph graph, GraphOptions options, bool forXml = false)
    {
        var releases = graph.Traces.Select(t => t.KernelRelease).Distinct().ToList();
        return new(options.SourceUrl, releases is [var one] ? one : null, forXml);
    }
}
