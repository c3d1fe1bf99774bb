using System.Globalization;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Draws how many intervals have which length, over time.</summary>
internal static class HeatmapChart
{
    /// <summary>The title of the vertical axis.</summary>
    public const string Vertical = "length of the interval (logarithmic)";

    /// <summary>The room to the right of the plots, for the legend.</summary>
    public const double LegendWidth = 96;

    private const double LeastCell = 4;

    /// <summary>The largest count of a cell in any of the series, which is the hottest colour.</summary>
    public static long Most(IReadOnlyList<ChartSeries> series, double height, double low, double high)
        => series.SelectMany(s => Cells(s, PerOctave(height, low, high))).Select(c => c.Count).DefaultIfEmpty(1).Max();

    /// <summary>Draws the plot of a series.</summary>
    /// <param name="to">The picture.</param>
    /// <param name="panel">The plot.</param>
    /// <param name="series">The series.</param>
    /// <param name="time">Where its times are.</param>
    /// <param name="most">The count with the hottest colour.</param>
    /// <param name="low">The least length of the axis.</param>
    /// <param name="high">The largest length of the axis.</param>
    public static void Draw(
        ChartPicture to, ChartPanel panel, ChartSeries series, TimeRange time, long most, double low, double high)
    {
        var span = time.Span;
        var across = new LinearScale(0, span, panel.Left, panel.Right);
        var scale = new LogScale(low, high, panel.Bottom, panel.Top);
        ChartAxes.Times(to, panel, across, series.IsInCounts, time);
        ChartAxes.LengthsUpward(to, panel, scale, series);
        foreach (var (column, bucketLow, bucketHigh, count) in Cells(series, PerOctave(panel.Height, low, high)))
        {
            var from = time.Offset + ((double)column * series.OverTime!.Width);
            // Sides on whole pixels leave no seam between columns. A column of a longer plot may be narrower than one.
            var left = Math.Round(across.At(from));
            var right = Math.Max(Math.Round(across.At(from + series.OverTime.Width)), left + 1);
            var (top, bottom) = (scale.At(bucketHigh), scale.At(bucketLow));
            var hover = string.Create(CultureInfo.InvariantCulture,
                $"{time.Text(from, series.IsInCounts)}, "
                + $"{series.LowText(bucketLow)} to {series.Text(bucketHigh)}: {DisplayText.Count(count, "interval")}");
            to.Box(left, top, right - left, Math.Max(bottom - top, 1.5), ChartColor.Heat[LevelOf(count, most)], hover);
        }
        ChartAxes.Lines(to, panel);
    }

    /// <summary>Draws the scale of colours to the right of all plots.</summary>
    public static void Legend(ChartPicture to, ChartPanel all, long most)
    {
        const double Swatch = 16, Step = 16;
        var left = all.Right + 24;
        var top = all.Top + 24;
        to.Text(left, all.Top + 4, "intervals", 12, ChartColor.Ink);
        to.Text(left, all.Top + 17, "per cell", 12, ChartColor.Ink);
        var levels = ChartColor.Heat.Count;
        var written = "";
        for (var level = levels - 1; level >= 0; level--)
        {
            var y = top + ((levels - 1 - level) * Step);
            to.Box(left, y, Swatch, Step, ChartColor.Heat[level]);
            // The least count of the level. Small counts do not use every level.
            var text = level == levels - 1 ? DisplayText.Number(most) : DisplayText.Number(LeastOf(level, most));
            if (text != written && (level % 3 == 0)) to.Text(left + Swatch + 6, y + 12, text, 12, ChartColor.Soft);
            written = text;
        }
    }

    /// <summary>The level of a count, from 0 to the last of <see cref="ChartColor.Heat"/>.</summary>
    public static int LevelOf(long count, long most)
    {
        var last = ChartColor.Heat.Count - 1;
        return count <= 1 ? 0 : Math.Min(last, (int)Math.Round(last * Math.Log(count) / Math.Log(Math.Max(most, 2))));
    }

    private static long LeastOf(int level, long most)
    {
        var last = ChartColor.Heat.Count - 1.0;
        return level == 0 ? 1 : (long)Math.Ceiling(Math.Pow(Math.Max(most, 2), (level - 0.5) / last));
    }

    /// <summary>The parts of an octave, so that cells are high enough to be seen.</summary>
    private static int PerOctave(double height, double low, double high)
    {
        var octaves = Math.Log2(Math.Max(high / Math.Max(low, 1), 4));
        var parts = TimeHistogram.PerOctave;
        while (parts > 1 && octaves * parts * LeastCell > height) parts /= 2;
        return parts;
    }

    private static IEnumerable<(int Column, double Low, double High, long Count)> Cells(ChartSeries series, int perOctave)
    {
        if (series.OverTime is not { } times) yield break;
        var together = TimeHistogram.PerOctave / perOctave;
        for (var column = 0; column < times.Columns; column++)
        {
            foreach (var cell in times[column].GroupBy(c => Group(c.Bucket, together)))
            {
                var (low, high) = Bounds(cell.Key, together);
                // The lowest and the highest bucket have no bounds of their own.
                low = Math.Max(low, ChartSeries.Lowest);
                if (high >= long.MaxValue) high = Math.Max(series.Max, low * 1.05);
                yield return (column, low, high, cell.Sum(c => c.Count));
            }
        }
    }

    private static int Group(int bucket, int together)
        => bucket is 0 or TimeHistogram.Buckets - 1 ? bucket : 1 + ((bucket - 1) / together * together);

    private static (double Low, double High) Bounds(int first, int together)
        => (TimeHistogram.LowOf(first), first is 0 or TimeHistogram.Buckets - 1
            ? TimeHistogram.HighOf(first) : TimeHistogram.HighOf(first + together - 1));
}
