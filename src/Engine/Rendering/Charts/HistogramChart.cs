using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Draws how many intervals have which length.</summary>
internal static class HistogramChart
{
    private const int MostBars = 150;
    private const double MarkSize = 12;

    /// <summary>The titles of the axes.</summary>
    public const string Horizontal = "length of the interval (logarithmic)", Vertical = "intervals";

    /// <summary>Draws the plot of a series.</summary>
    /// <param name="to">The picture.</param>
    /// <param name="panel">The plot.</param>
    /// <param name="series">The series.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="low">The least length of the axis.</param>
    /// <param name="high">The largest length of the axis.</param>
    public static void Draw(ChartPicture to, ChartPanel panel, ChartSeries series, ChartColor color, double low, double high)
    {
        var scale = new LogScale(low, high, panel.Left, panel.Right);
        var bars = series.Merged(MostBars);
        var counts = new LinearScale(0, bars.Select(b => b.Count).DefaultIfEmpty(1).Max(), panel.Bottom, panel.Top);
        ChartAxes.Counts(to, panel, counts);
        ChartAxes.Lengths(to, panel, scale, series);
        var before = 0L;
        foreach (var bar in bars)
        {
            before += bar.Count;
            var (left, right) = (scale.At(bar.Low), scale.At(bar.High));
            var gap = right - left > 5 ? 1 : 0;
            // A single interval is to be seen beside thousands.
            var top = Math.Min(counts.At(bar.Count), panel.Bottom - 2);
            to.Box(left, top, Math.Max(right - left - gap, 1), panel.Bottom - top, color, Hover(series, bar, before));
        }
        Marks(to, panel, series, scale);
        ChartAxes.Lines(to, panel);
    }

    /// <summary>The bounds of a bucket, its count, its share, and the share of all up to it.</summary>
    private static string Hover(ChartSeries series, ChartBucket bar, long before) => string.Create(CultureInfo.InvariantCulture,
        $"{series.LowText(bar.Low)} to {series.Text(bar.High)}: {DisplayText.Count(bar.Count, "interval")}, "
        + $"{DisplayText.Percent(bar.Count, series.Count)}; up to here {DisplayText.Percent(before, series.Count)}");

    private static void Marks(ChartPicture to, ChartPanel panel, ChartSeries series, LogScale scale)
    {
        var free = panel.Left;
        foreach (var (name, value) in MarksOf(series))
        {
            var x = scale.At(value);
            to.Line(x, panel.Top - 4, x, panel.Bottom, ChartColor.Ink, 1, [4, 3]);
            var width = ChartPicture.WidthOfText(name, MarkSize);
            var start = Math.Min(Math.Max(x - (width / 2), free), panel.Right - width);
            if (start < free) continue;
            to.Text(start, panel.Top - 8, name, MarkSize, ChartColor.Soft);
            free = start + width + 6;
        }
    }

    /// <summary>The values that are marked, in ascending order.</summary>
    public static IEnumerable<(string Name, long Value)> MarksOf(ChartSeries series)
    {
        if (series.Count == 0) yield break;
        foreach (var rank in (int[])[500, 990])
            if (series.Percentiles.TryGetValue(rank, out var value))
                yield return (ChartSeries.RankText(rank), value);
        yield return ("max", series.Max);
    }
}
