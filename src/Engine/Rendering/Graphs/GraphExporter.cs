using System.Diagnostics;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Writes a call graph as a picture, as a page to look around in, or as Graphviz's text.</summary>
public static class GraphExporter
{
    // Laying out everything is asked for by name, so it may take its time, but not forever.
    private static readonly TimeSpan LimitForEverything = TimeSpan.FromHours(1);

    /// <summary>The extensions that choose the format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".dot", ".gv", ".svg", ".pdf", ".png", ".html"];

    /// <summary>Writes the graph; the file appears whole or not at all.</summary>
    /// <remarks>
    /// <c>.dot</c> and <c>.gv</c> hold everything and need no Graphviz; so does <c>.html</c>, up to a size no browser is quick with. In a picture a graph too large to lay out in time is thinned to its
    /// busiest part, which <see cref="GraphExport.Note"/> and the caption tell.
    /// </remarks>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The file; its extension is one of <see cref="Formats"/>.</param>
    /// <param name="options">How to draw it.</param>
    /// <param name="progress">Told what is being done and how far it is, in per cent.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <exception cref="RenderException">The file cannot be written, or Graphviz is missing or failed.</exception>
    public static GraphExport Export(CallGraph graph, string path, GraphOptions options, Action<string, int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        var format = FormatOf(path, Formats, "picture");
        OutputFile.Check(path, options.Force);
        var isText = format is "dot" or "gv";
        var isPage = format == "html";
        if (isPage) HtmlPageWriter.Require();
        var dot = isText || isPage ? null : ExternalTool.Find("dot", "Graphviz's dot", "graphviz");
        if (dot is not null && options.TimeLimit <= TimeSpan.Zero) throw new RenderException("The time limit of a picture must be longer than nothing.");

        progress?.Invoke("Finding the busiest paths", 0);
        var model = new GraphModel(graph, Border(options.Filter));
        if (options.From.Count + options.To.Count > 0) model = new GraphModel(GraphPaths.Between(model, options.From, options.To), Border(options.Filter));
        GraphClusters.Require(model, options.ClusterBy);
        var marks = GraphMarks.Of(model, options);
        cancel.ThrowIfCancellationRequested();
        using var file = OutputFile.Create(path, options.Force);
        try
        {
            var export = isText ? WriteText(model, marks, options, file)
                : isPage ? WritePage(model, marks, options, file, progress, cancel)
                : new Picture(model, marks, options, file, dot!, format, progress, cancel).Draw();
            progress?.Invoke("Writing", 100);
            file.Commit();
            return export with { Path = path };
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
    }

    /// <summary>The format an extension chooses, without its dot.</summary>
    internal static string FormatOf(string path, IReadOnlyList<string> formats, string what)
    {
        var extension = Path.GetExtension(path ?? "").ToLowerInvariant();
        return formats.Contains(extension) ? extension[1..]
            : throw new RenderException($"{path}: {(extension.Length == 0 ? "the name has no extension" : $"the extension {extension} is not known")}. A {what} is written as {string.Join(", ", formats)}.");
    }

    private static Func<FunctionSymbol, bool> Border(CallFilter? filter)
    {
        if (filter is not { SourcePath.Count: > 0 }) return _ => false;
        var inside = new CallPredicate(new CallFilter { SourcePath = filter.SourcePath });
        return symbol => !inside.IsInSource(symbol);
    }

    private static GraphPart Choose(GraphModel model, GraphMarks marks, GraphOptions options)
        => options.Top is { } top && top < model.Nodes.Count ? model.Busiest(Math.Max(top, 1), int.MaxValue, options.MinCount, marks) : model.Whole(options.MinCount);

    private static GraphExport WriteText(GraphModel model, GraphMarks marks, GraphOptions options, OutputFile file)
    {
        var part = Choose(model, marks, options);
        var export = Count(model, part, thinned: false);
        file.Stream.Write(Encoding.UTF8.GetBytes(Text(model, part, marks, options, export.Note)));
        return export;
    }

    private static GraphExport WritePage(GraphModel model, GraphMarks marks, GraphOptions options, OutputFile file, Action<string, int>? progress, CancellationToken cancel)
    {
        var asked = Choose(model, marks, options);
        var (part, thinned) = (asked, false);
        if (!options.Everything && (asked.Nodes.Count > HtmlPageWriter.MostFunctions || asked.Edges.Count > HtmlPageWriter.MostEdges))
            (part, thinned) = (model.Busiest(HtmlPageWriter.MostFunctions, HtmlPageWriter.MostEdges, options.MinCount, marks), true);
        part = part with { Folds = [] };
        var export = Count(model, part, thinned);
        progress?.Invoke($"Laying out {DisplayText.Number(part.Nodes.Count)} functions and {DisplayText.Number(part.Edges.Count)} edges", 30);
        HtmlPageWriter.Write(model, part, marks, GraphCaption.Of(model, options, export.Note, marks), options, Links(model.Graph, options), file.Stream, cancel);
        return export;
    }

    /// <summary>Links into the source of the recorded kernel, where all recordings are of one.</summary>
    internal static SourceLinks Links(CallGraph graph, GraphOptions options)
        => new(options.SourceUrl, graph.Traces.Select(t => t.KernelRelease).Distinct().ToList() is [var one] ? one : null);

    private static string Text(GraphModel model, GraphPart part, GraphMarks marks, GraphOptions options, string? omitted)
        => DotWriter.Write(part, GraphCaption.Of(model, options, omitted, marks), Links(model.Graph, options), marks, options, Detail(part, options));

    private static GraphDetail Detail(GraphPart part, GraphOptions options)
        => LayoutCost.Detail(part.Nodes.Count + part.Folds.Count, part.Edges.Count + part.Folds.Count, options.ClusterBy != GraphClustering.None);

    private static GraphExport Count(GraphModel model, GraphPart part, bool thinned)
    {
        var shown = part.Edges.Sum(e => e.Calls);
        var export = new GraphExport("", part.Nodes.Count, part.Edges.Count, model.Nodes.Count - part.Nodes.Count, model.Edges.Count - part.Edges.Count, model.Calls - shown, null);
        if (export.OmittedFunctions == 0 && export.OmittedEdges == 0) return export;
        var note = $"Shows {DisplayText.Number(export.Functions)} of {DisplayText.Number(model.Nodes.Count)} functions and {GraphCaption.Percent(shown, model.Calls)} of {DisplayText.Number(model.Calls)} calls, the busiest{(thinned ? "" : ", as asked for")}"
            + (part.Folds.Count > 0 ? "; the rest is folded into nodes marked \u201c…\u201d" : "");
        return export with { IsNoteNews = thinned, Note = thinned ? $"{note}. Draw all of it: -Everything (--everything), or write a .dot file." : $"{note}." };
    }

    /// <summary>One picture: a layout that is expected to end in time, then smaller ones until one does.</summary>
    private sealed class Picture(GraphModel model, GraphMarks marks, GraphOptions options, OutputFile file, string dot, string format, Action<string, int>? progress, CancellationToken cancel)
    {
        // A share of the limit a layout may be expected to take: other machines are slower, and have other work.
        private const double Margin = 8;

        public GraphExport Draw()
        {
            var limit = options.Everything ? LimitForEverything : options.TimeLimit;
            var started = Stopwatch.GetTimestamp();
            var asked = Choose(model, marks, options);
            var (part, thinned) = (asked, false);
            var readable = PaperSize.ReadableFunctions(options.Paper);
            if (!options.Everything && (Cost(asked) > limit.TotalSeconds / Margin || (options.Top is null && asked.Nodes.Count > readable && options.Paper != GraphPaper.None)))
                (part, thinned) = (Fit(options.Top is { } top ? Math.Min(top, LayoutCost.ReadableFunctions) : readable, limit.TotalSeconds / Margin), true);
            for (var tries = 1; ; tries++)
            {
                var left = limit - Stopwatch.GetElapsedTime(started);
                // The last try has all the time that is left, those before it leave some to the smaller ones.
                var last = options.Everything || part.Nodes.Count <= 20;
                var export = Count(model, part, thinned);
                progress?.Invoke($"Laying out {DisplayText.Number(part.Nodes.Count)} functions and {DisplayText.Number(part.Edges.Count)} edges", Math.Min(10 + (20 * tries), 90));
                if (left > TimeSpan.Zero && Run(Text(model, part, marks, options, export.Note), Dpi(part), last ? left : left * 0.6, out var complaint))
                    return complaint is null ? export : export with { IsNoteNews = true, Note = export.Note is null ? complaint : $"{export.Note} {complaint}" };
                if (last || left <= TimeSpan.Zero)
                    throw new RenderException(options.Everything
                        ? $"Graphviz's dot did not lay out {DisplayText.Number(part.Nodes.Count)} functions and {DisplayText.Number(part.Edges.Count)} edges within {limit.TotalMinutes:0} minutes. Narrow the calls, or write a .dot file and lay it out with another engine: sfdp -Tsvg FILE.dot"
                        : $"Graphviz's dot did not finish within {limit.TotalSeconds:0.#} s, not even for {part.Nodes.Count} functions. Give it more time with -TimeLimit (--time-limit), or write a .dot file.");
                thinned = true;
                part = Fit(Math.Max(Math.Min(part.Nodes.Count / 3, LayoutCost.ReadableFunctions), 10), left.TotalSeconds / Margin);
            }
        }

        /// <summary>Sharp where there is room; filling the pixels of a large bitmap takes longer than its layout.</summary>
        private int Dpi(GraphPart part) => options.Paper != GraphPaper.None ? 150 : part.Nodes.Count switch { <= 40 => 144, <= 150 => 96, _ => 72 };

        private double Cost(GraphPart part)
            => LayoutCost.Seconds(part.Nodes.Count + part.Folds.Count, part.Edges.Count + part.Folds.Count, Detail(part, options).CountLabels, options.ClusterBy != GraphClustering.None);

        private GraphPart Fit(int functions, double seconds)
        {
            for (; ; functions = functions * 2 / 3)
            {
                var part = model.Busiest(functions, functions * 2, options.MinCount, marks);
                if (functions <= 20 || Cost(part) <= seconds) return part;
            }
        }

        /// <summary>False: time was up.</summary>
        private bool Run(string text, int dpi, TimeSpan limit, out string? complaint)
        {
            complaint = null;
            file.Stream.SetLength(0);
            var result = ExternalTool.Run(dot, format == "png" ? ["-Tpng", $"-Gdpi={dpi}"] : [$"-T{format}"], text, file.Stream, limit, cancel);
            if (!result.Finished) return false;
            var errors = DisplayText.Visible(result.Errors.Trim().ReplaceLineEndings("; "));
            if (result.ExitCode != 0)
                throw new RenderException($"Graphviz's dot failed (exit code {result.ExitCode}){(errors.Length > 0 ? ": " + DisplayText.Shorten(errors, 500) : ".")}");
            if (file.Stream.Length == 0) throw new RenderException($"Graphviz's dot wrote no picture{(errors.Length > 0 ? ": " + DisplayText.Shorten(errors, 500) : ".")}");
            if (errors.Contains("too large for cairo-renderer", StringComparison.Ordinal))
                complaint = "The bitmap was scaled down to what fits into one; .svg and .pdf have no such limit.";
            return true;
        }
    }
}
