using KernelMagnifier.Comparison;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Writes a chart of the lengths before and after that rows of a comparison are about.</summary>
internal static class DifferenceChartExporter
{
    /// <summary>Writes the chart. The file appears complete or not at all.</summary>
    /// <param name="rows">The rows of the comparison. Those about rates are left out.</param>
    /// <param name="path">The file. Its extension is one of <see cref="ChartExporter.Formats"/> unless the options name it.</param>
    /// <param name="options">What to draw.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException">
    /// The rows are about no lengths, or do not hold them; the file cannot be written; gnuplot is missing or failed.
    /// </exception>
    public static ChartExport Export(
        IReadOnlyList<TraceDifference> rows, string path, ChartOptions options, Action<string, int>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        var sides = rows.Select(row => row.Comparison).OfType<TraceComparison>().Distinct().ToList();
        if (options.Kind != ChartKind.Cdf)
            throw new KernelMagnifierException(ErrorCode.BadRequest, path,
                $"A comparison is drawn as cumulative distributions, not as {options.Kind}.", "Use the kind Cdf.");
        if (sides.Count > 1)
            throw new KernelMagnifierException(ErrorCode.MixedInput, path, "The rows are of several comparisons.",
                "Draw a chart of each of them.");
        IReadOnlyList<TraceInfo> traces = sides is [var both] ? [.. both.Before, .. both.After] : [];
        options = options with
        {
            Inputs = [.. options.Inputs, .. TraceInfo.InputsOf(traces)], Doubt = options.Doubt ?? Losses.OfIntervals(traces),
        };
        var file = new ChartFile(path, options);
        var plots = DifferencePlot.Of(rows).Where(plot => plot.Series.Count > 0).ToList();
        if (plots.Count == 0)
            throw new KernelMagnifierException(ErrorCode.NoDurations, path, sides.Count == 0
                    ? "The rows come from a file or another process, and do not hold the lengths of the intervals."
                    : "No row of the comparison is about the lengths of intervals.",
                sides.Count == 0 ? "Pipe the output of the comparison itself."
                    : "Compare latencies, and not only rates or calls.");
        var drawn = plots.Take(options.Top).ToList();
        var omitted = plots.Count - drawn.Count;
        progress?.Invoke("Drawing", 0);
        IReadOnlyList<ChartSeries> series = [.. drawn.SelectMany(plot => plot.Series)];
        file.Write(DifferenceDrawing.Draw(drawn, sides[0], omitted, options), series, progress, cancel);
        var note = omitted == 0 ? null
            : $"Shows {DisplayText.Number(drawn.Count)} of {DisplayText.Number(plots.Count)} latencies, the first ones.";
        return new ChartExport(path, nameof(ChartKind.Cdf), drawn.Count, omitted, series.Sum(side => side.Count), note);
    }
}
