using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>The numbers of a chart as a table, for readers who cannot see the picture.</summary>
/// <param name="Caption">What the rows are. Untrusted text.</param>
/// <param name="Headings">The headings of the columns.</param>
/// <param name="Rows">The cells.</param>
internal sealed record ChartTable(string Caption, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    // The widest buckets that still show the shape.
    private const int MostRows = 80;

    /// <summary>The tables of a chart: all series in short, then each of them.</summary>
    public static IEnumerable<ChartTable> Of(IReadOnlyList<ChartSeries> series, ChartKind kind)
    {
        yield return All(series);
        var times = kind is ChartKind.Heatmap or ChartKind.Percentiles ? TimeRange.Of(series) : null;
        for (var i = 0; i < series.Count; i++)
            yield return times is null ? ByLength(series[i]) : OverTime(series[i], times[i]);
    }

    private static ChartTable All(IReadOnlyList<ChartSeries> series)
    {
        int[] ranks = [.. series.SelectMany(s => s.Percentiles.Keys).Distinct().Order()];
        return new ChartTable("All intervals",
            ["Latency", "Intervals", "Min", .. ranks.Select(ChartSeries.RankText), "Max"],
            [.. series.Select(s => (IReadOnlyList<string>)
            [
                s.Name, DisplayText.Number(s.Count), s.Text(s.Min),
                .. ranks.Select(r => s.Percentiles.TryGetValue(r, out var value) ? s.Text(value) : ""), s.Text(s.Max),
            ])]);
    }

    private static ChartTable ByLength(ChartSeries series)
    {
        var passed = 0L;
        var rows = new List<IReadOnlyList<string>>();
        foreach (var bucket in series.Merged(MostRows))
        {
            passed += bucket.Count;
            rows.Add([series.LowText(bucket.Low), series.Text(bucket.High), DisplayText.Number(bucket.Count),
                DisplayText.Percent(bucket.Count, series.Count), DisplayText.Percent(passed, series.Count)]);
        }
        return new ChartTable(series.Name, ["From", "To below", "Intervals", "Share", "Up to here"], rows);
    }

    private static ChartTable OverTime(ChartSeries series, TimeRange time)
    {
        var ranks = PercentilesChart.Drawn;
        var rows = new List<IReadOnlyList<string>>();
        foreach (var column in PercentilesChart.Columns(series))
        {
            rows.Add([time.Text(time.Offset + column.From, series.IsInCounts), DisplayText.Number(column.Count),
                .. ranks.Select(r => column.Count < r.Needs ? ""
                    : series.Text(PercentilesChart.PercentileOf(column, r.PerMille, series)))]);
        }
        return new ChartTable(series.Name, ["From", "Intervals", .. ranks.Select(r => PercentilesChart.Name(r.PerMille))], rows);
    }
}
