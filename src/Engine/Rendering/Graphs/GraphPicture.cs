using System.Diagnostics;
using KernelMagnifier.Files;
using KernelMagnifier.Processes;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Draws one picture with Graphviz's dot. Starts with a layout that should finish in time, and tries smaller ones until one does.
/// </summary>
internal sealed class GraphPicture(
    GraphModel model, GraphMarks marks, GraphOptions options, OutputFile file, (string Dot, string Format) tool,
    Action<string, int>? progress, CancellationToken cancel)
{
    /// <summary>The name of the program in messages.</summary>
    public const string Tool = "Graphviz's dot";

    // An estimate may use one eighth of the limit, because other machines are slower or busy.
    private const double Margin = 8;

    private const int SmallestPart = 20, LongestErrors = 500;

    // The user requested the whole graph, which may take long, but not forever.
    private static readonly TimeSpan LimitForEverything = TimeSpan.FromHours(1);

    /// <summary>Draws the picture into the file.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolFailed"/>: dot failed or exceeded the time
    /// limit.</exception>
    public GraphExport Draw()
    {
        var limit = options.Everything ? LimitForEverything : options.TimeLimit;
        var started = Stopwatch.GetTimestamp();
        var (part, thinned) = First(limit);
        for (var tries = 1; ; tries++)
        {
            var left = limit - Stopwatch.GetElapsedTime(started);
            // The last attempt gets all remaining time; those before it leave some for smaller ones.
            var isLast = options.Everything || part.Nodes.Count <= SmallestPart;
            var export = GraphExporter.Result(model, part, options, thinned);
            progress?.Invoke(GraphExporter.LayoutStep(part), Math.Min(10 + (20 * tries), 90));
            if (left > TimeSpan.Zero && Run(part, export.Note, isLast ? left : left * 0.6, out var isScaledDown))
                return isScaledDown ? ScaledDown(export) : export;
            if (isLast || left <= TimeSpan.Zero) throw TooSlow(part, limit);
            thinned = true;
            part = Fit(Math.Max(Math.Min(part.Nodes.Count / 3, LayoutCost.ReadableFunctions), 10), left.TotalSeconds / Margin);
        }
    }

    private (GraphPart Part, bool Thinned) First(TimeSpan limit)
    {
        var requested = GraphExporter.Requested(model, marks, options);
        if (options.Everything) return (requested, false);
        var readable = PaperSize.ReadableFunctions(options.Paper);
        var isTooSlow = Cost(requested) > limit.TotalSeconds / Margin;
        var isTooLarge = options.Paper != GraphPaper.None && options.Top is null && requested.Nodes.Count > readable;
        if (!isTooSlow && !isTooLarge) return (requested, false);
        var functions = options.Top is { } top ? Math.Min(top, LayoutCost.ReadableFunctions) : readable;
        return (Fit(functions, limit.TotalSeconds / Margin), true);
    }

    private GraphPart Fit(int functions, double seconds)
    {
        for (; ; functions = functions * 2 / 3)
        {
            var part = model.Busiest(functions, functions * 2, options.MinCount, marks);
            if (functions <= SmallestPart || Cost(part) <= seconds) return part;
        }
    }

    private double Cost(GraphPart part) => LayoutCost.Seconds(
        part.Nodes.Count + part.Folds.Count, part.Edges.Count + part.Folds.Count,
        GraphExporter.Detail(part, options).CountLabels, options.ClusterBy != GraphClustering.None);

    /// <summary>The resolution of a bitmap. Rendering the pixels of a large bitmap takes longer than its layout.</summary>
    private int Dpi(GraphPart part)
        => options.Paper != GraphPaper.None ? 150 : part.Nodes.Count switch { <= 40 => 144, <= 150 => 96, _ => 72 };

    /// <summary>Runs dot. Returns false if it exceeded the limit.</summary>
    private bool Run(GraphPart part, string? omitted, TimeSpan limit, out bool isScaledDown)
    {
        isScaledDown = false;
        file.Seekable.SetLength(0);
        string[] arguments = tool.Format == "png" ? ["-Tpng", $"-Gdpi={Dpi(part)}"] : [$"-T{tool.Format}"];
        var text = GraphExporter.Text(model, part, marks, options, omitted, isForSvg: tool.Format == "svg");
        var result = ExternalTool.Run(tool.Dot, arguments, text, file.Seekable, limit, cancel);
        if (!result.Finished) return false;
        var errors = DisplayText.Visible(result.Errors.Trim().ReplaceLineEndings("; "));
        if (result.ExitCode != 0 || file.Seekable.Length == 0)
        {
            var cause = result.ExitCode != 0 ? $"the program failed with exit code {result.ExitCode}"
                : "the program wrote no picture";
            throw new KernelMagnifierException(ErrorCode.ToolFailed, Tool,
                cause + (errors.Length > 0 ? $": {DisplayText.Shorten(errors, LongestErrors)}." : "."),
                "Write a .dot file to see what it was given.");
        }
        // A sheet of paper keeps its size.
        if (tool.Format == "svg" && options.Paper == GraphPaper.None)
            SvgWindow.Fit(file.Seekable, GraphPalette.Of(options.Theme).Ground);
        isScaledDown = errors.Contains("too large for cairo-renderer", StringComparison.Ordinal);
        return true;
    }

    private static GraphExport ScaledDown(GraphExport export)
    {
        const string Note =
            "The bitmap was scaled down to the largest size that Graphviz draws; .svg and .pdf have no such limit.";
        return export with { IsScaledDown = true, Note = export.Note is null ? Note : $"{export.Note} {Note}" };
    }

    private KernelMagnifierException TooSlow(GraphPart part, TimeSpan limit)
    {
        var size = $"{DisplayText.Count(part.Nodes.Count, "function")} and {DisplayText.Count(part.Edges.Count, "edge")}";
        return options.Everything
            ? new(ErrorCode.ToolFailed, Tool, $"the program did not lay out {size} within {limit.TotalMinutes:0} minutes.",
                "Select fewer calls, or write a .dot file and lay it out with another engine: sfdp -Tsvg FILE.dot")
            : new(ErrorCode.ToolFailed, Tool,
                $"the program did not finish within {limit.TotalSeconds:0.#} s, not even with {size}.",
                "Allow more time, or write a .dot file.");
    }
}
