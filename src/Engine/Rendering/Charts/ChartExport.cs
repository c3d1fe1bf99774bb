using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>A chart of latencies that was written to a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Kind">What it shows: a name of <see cref="ChartKind"/>.</param>
/// <param name="Series">The number of latencies in it.</param>
/// <param name="OmittedSeries">The number of latencies that were left out because the chart had no room.</param>
/// <param name="Intervals">The number of intervals of the latencies in it.</param>
/// <param name="Note">Limits of the chart, for the user; null for none.</param>
public sealed record ChartExport(string Path, string Kind, int Series, int OmittedSeries, long Intervals, string? Note)
{
    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Kind}, {Intervals} intervals");
}
