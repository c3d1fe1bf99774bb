using KernelMagnifier.Latency;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Draws the median, p90, p99 and the longest interval over time.</summary>
internal static class PercentilesChart
{
    /// <summary>The title of the vertical axis.</summary>
    public const string Vertical = HeatmapChart.Vertical;

    // A percentile of fewer intervals than these is the longest of them.
    private static readonly (int PerMille, int Needs)[] Ranks = [(500, 1), (900, 10), (990, 100), (1000, 1)];

    private static readonly (int Color, double Thickness, IReadOnlyList<int> Dash)[] Styles =
        [(0, 2.5, []), (1, 2, [7, 3]), (2, 2, [2, 2]), (6, 1.2, [])];

    private const int FewestColumns = 16, WantedIntervals = 100;

    /// <summary>Draws the plot of a series.</summary>
    /// <param name="to">The picture.</param>
    /// <param name="panel">The plot.</param>
    /// <param name="series">The series.</param>
    /// <param name="time">Where its times are.</param>
    /// <param name="low">The least length of the axis.</param>
    /// <param name="high">The largest length of the axis.</param>
    public static void Draw(ChartPicture to, ChartPanel panel, ChartSeries series, TimeRange time, double low, double high)
    {
        var columns = Columns(series);
        var across = new LinearScale(0, time.Span, panel.Left, panel.Right);
        var scale = new LogScale(low, high, panel.Bottom, panel.Top);
        ChartAxes.Times(to, panel, across, series.IsInCounts, time);
        ChartAxes.LengthsUpward(to, panel, scale, series);
        for (var i = 0; i < Ranks.Length; i++)
        {
            var (rank, needs) = Ranks[i];
            var run = new List<(double X, double Y)>();
            foreach (var column in columns)
            {
                if (column.Count >= needs)
                {
                    // Joined columns may end after the axis.
                    var middle = Math.Min(time.Offset + column.From + (column.Width / 2), time.Span);
                    run.Add((across.At(middle), scale.At(PercentileOf(column, rank, series))));
                }
                else Draw(to, run, i);
            }
            Draw(to, run, i);
        }
        ChartAxes.Lines(to, panel);
    }

    /// <summary>Explains the lines, in a row that ends at a place.</summary>
    public static void Legend(ChartPicture to, double right, double y)
    {
        for (var i = Ranks.Length - 1; i >= 0; i--)
        {
            var name = Name(Ranks[i].PerMille);
            right -= ChartPicture.WidthOfText(name, 12);
            to.Text(right, y, name, 12, ChartColor.Ink);
            var (color, thickness, dash) = Styles[i];
            to.Line(right - 34, y - 4, right - 6, y - 4, ChartColor.Series[color], thickness, dash);
            right -= 52;
        }
    }

    /// <summary>The name of a rank.</summary>
    public static string Name(int perMille) => perMille == 1000 ? "max" : ChartSeries.RankText(perMille);

    /// <summary>The ranks that are drawn, and the number of intervals that each needs.</summary>
    public static IReadOnlyList<(int PerMille, int Needs)> Drawn => Ranks;

    /// <summary>The least median of any column, which is the lowest point of the plot.</summary>
    public static long Least(ChartSeries series)
        => Columns(series).Where(c => c.Count > 0).Select(c => PercentileOf(c, 500, series)).DefaultIfEmpty(series.Min).Min();

    /// <summary>The columns, joined until most of them have enough intervals for a p99.</summary>
    public static IReadOnlyList<TimeColumn> Columns(ChartSeries series)
    {
        var times = series.OverTime!;
        var together = 1;
        // Ranges of wall time were chosen by the user.
        while (!series.IsWallTime && times.Columns / (together * 2) >= FewestColumns
            && (together == 1 || series.Count / Math.Max(times.Columns / together, 1) < WantedIntervals)) together *= 2;
        var columns = new List<TimeColumn>();
        for (var first = 0; first < times.Columns; first += together)
        {
            var counts = new SortedDictionary<int, long>();
            for (var i = first; i < Math.Min(first + together, times.Columns); i++)
                foreach (var (bucket, count) in times[i])
                    counts[bucket] = counts.GetValueOrDefault(bucket) + count;
            columns.Add(new TimeColumn((double)first * times.Width, (double)together * times.Width, counts));
        }
        return columns;
    }

    /// <summary>A percentile by nearest rank: the largest length of its bucket.</summary>
    public static long PercentileOf(TimeColumn column, int perMille, ChartSeries series)
    {
        var rank = (long)Math.Ceiling(column.Count * (perMille / 1000.0));
        foreach (var (bucket, count) in column.Counts)
        {
            rank -= count;
            if (rank <= 0) return Math.Clamp(TimeHistogram.HighOf(bucket) - 1, series.Min, series.Max);
        }
        return series.Max;
    }

    private static void Draw(ChartPicture to, List<(double X, double Y)> run, int style)
    {
        var (color, thickness, dash) = Styles[style];
        if (run.Count > 1) to.Line([.. run], ChartColor.Series[color], thickness, dash);
        else if (run is [var (x, y)]) to.Box(x - 2, y - 2, 4, 4, ChartColor.Series[color]);
        run.Clear();
    }
}
