using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Writes a chart of latencies. The extension chooses the format.</summary>
internal static class ChartExporter
{
    /// <summary>The most latencies in a chart.</summary>
    public const int MostSeries = 40;

    /// <summary>The extensions that choose the format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".svg", ".png", ".pdf", ".html"];

    /// <summary>Writes the chart. The file appears complete or not at all.</summary>
    /// <param name="series">The latencies.</param>
    /// <param name="path">The file. Its extension is one of <see cref="Formats"/> unless the options name the format.</param>
    /// <param name="options">What to draw.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException">
    /// The latencies have no times, which the kind of chart needs; the file cannot be written; gnuplot is missing or failed.
    /// </exception>
    public static ChartExport Export(
        IReadOnlyList<ChartSeries> series, string path, ChartOptions options, Action<string, int>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(options);
        var file = new ChartFile(path, options);
        var (drawn, omitted, untimed) = Drawn(series, options);
        progress?.Invoke("Drawing", 0);
        var picture = ChartDrawing.Draw(drawn, omitted, options);
        file.Write(picture, drawn, progress, cancel);
        string[] notes =
        [
            .. untimed == 0 ? (string[])[]
                : [$"Leaves out {DisplayText.Number(untimed)} of "
                    + $"{DisplayText.Number(drawn.Count + omitted + untimed)} "
                + "latencies, which do not hold the times of their intervals."],
            .. omitted == 0 ? (string[])[]
                : [$"Shows the {DisplayText.Number(drawn.Count)} of {DisplayText.Number(drawn.Count + omitted)} "
                + "latencies with the most intervals."],
        ];
        var note = notes.Length == 0 ? null : string.Join(' ', notes);
        return new ChartExport(path, options.Kind.ToString(), drawn.Count, omitted, drawn.Sum(s => s.Count), note);
    }

    /// <summary>The format of a path, or the one that was requested.</summary>
    public static string FormatOf(string path, string? requested)
        => requested is null ? FileFormat.Of(path, Formats) : FileFormat.Of($".{requested}", Formats);

    /// <summary>
    /// The series that are drawn: those with the most intervals, in their order; the number of those without room, and of those
    /// without times, which the kind of chart needs.
    /// </summary>
    public static (IReadOnlyList<ChartSeries> Series, int Omitted, int Untimed) Drawn(
        IReadOnlyList<ChartSeries> series, ChartOptions options)
    {
        var isOverTime = options.Kind is ChartKind.Heatmap or ChartKind.Percentiles;
        var named = isOverTime ? LatencySeries.OverTime(series) : LatencySeries.ByTime(series);
        var filled = named.Where(s => s.Count > 0).ToList();
        var untimed = isOverTime ? filled.RemoveAll(s => s.OverTime is not { Columns: > 0 }) : 0;
        if (untimed > 0 && filled.Count == 0)
        {
            throw new KernelMagnifierException(ErrorCode.NoDurations, null,
                "A chart over time needs the times of the intervals, which the latencies do not hold: they were merged from "
                + "recordings with clocks of their own, or lost their properties.",
                "Measure each recording by itself (-By Recording), or draw a histogram.");
        }
        if (filled.Count == 0)
        {
            throw new KernelMagnifierException(ErrorCode.NoDurations, null, "There are no intervals to draw.",
                "Use a wider filter, or list what the recording can tell with Test-KmTrace.");
        }
        var most = filled.OrderByDescending(s => s.Count).Take(options.Top).ToHashSet();
        return (LatencySeries.ByRecording([.. filled.Where(most.Contains)]), filled.Count - most.Count, untimed);
    }
}
