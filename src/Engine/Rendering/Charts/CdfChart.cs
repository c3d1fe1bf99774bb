using System.Globalization;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>
/// Draws the share of intervals that are at most so long. The axis of shares is drawn by how many exceed them: 90, 99 and 99.9 %
/// have equal distances, because what matters about latencies is their tail.
/// </summary>
internal static class CdfChart
{
    /// <summary>The titles of the axes.</summary>
    public const string Horizontal = HistogramChart.Horizontal, Vertical = "intervals that are at most so long";

    private const double MostNines = 6;

    private static readonly IReadOnlyList<int>[] Dashes = [[], [7, 3], [2, 2], [9, 3, 2, 3]];

    /// <summary>The dashes of the line of a series, so that lines differ in more than their colours.</summary>
    public static IReadOnlyList<int> DashOf(int series) => Dashes[series % Dashes.Length];

    /// <summary>Draws all series in one plot.</summary>
    public static void Draw(ChartPicture to, ChartPanel panel, IReadOnlyList<ChartSeries> series, double low, double high)
    {
        var (lengths, shares) = Axes(to, panel, series, low, high);
        for (var i = 0; i < series.Count; i++) Line(to, series[i], lengths, shares, i);
        ChartAxes.Lines(to, panel);
    }

    /// <summary>Draws the grid and the labels of the axes.</summary>
    public static (LogScale Lengths, LinearScale Shares) Axes(
        ChartPicture to, ChartPanel panel, IReadOnlyList<ChartSeries> series, double low, double high)
    {
        var lengths = new LogScale(low, high, panel.Left, panel.Right);
        var nines = Math.Clamp(Math.Log10(2.0 * series.Select(s => s.Count).DefaultIfEmpty(1).Max()), 1, MostNines);
        var shares = new LinearScale(0, nines, panel.Bottom, panel.Top);
        foreach (var percent in (double[])[0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999])
        {
            if (NinesOf(percent / 100) > nines) break;
            var y = shares.At(NinesOf(percent / 100));
            to.Line(panel.Left, y, panel.Right, y, ChartColor.Grid);
            to.Text(panel.Left - 9, y + 4, string.Create(CultureInfo.InvariantCulture, $"{percent} %"), 12, ChartColor.Soft, 2);
        }
        ChartAxes.Lengths(to, panel, lengths, series[0]);
        return (lengths, shares);
    }

    /// <summary>Draws the line of a series with a style, the colour and the dashes of which are those of its legend.</summary>
    public static void Line(ChartPicture to, ChartSeries series, LogScale lengths, LinearScale shares, int style)
        => to.Line(Points(series, lengths, shares), ChartColor.Series[style % ChartColor.Series.Count], 2, DashOf(style));

    /// <summary>Marks the percentiles of a series. A page shows the length while the pointer is over a mark.</summary>
    public static void Marks(ChartPicture to, ChartSeries series, LogScale lengths, LinearScale shares, int style)
    {
        const double Half = 4;
        foreach (var (rank, length) in series.Percentiles)
        {
            var (x, y) = (lengths.At(length), shares.At(NinesOf(rank / 1000.0)));
            to.Box(x - Half, y - Half, 2 * Half, 2 * Half, ChartColor.Series[style % ChartColor.Series.Count],
                $"{series.Name}: {ChartSeries.RankText(rank)} {series.Text(length)}");
        }
    }

    /// <summary>How often a share has the factor of ten to 1: 1 for 0.9, 2 for 0.99.</summary>
    private static double NinesOf(double share) => share >= 1 ? double.MaxValue : -Math.Log10(1 - share);

    private static List<(double X, double Y)> Points(ChartSeries series, LogScale lengths, LinearScale scale)
    {
        var points = new List<(double X, double Y)> { (lengths.At(series.Min), scale.At(0)) };
        var passed = 0L;
        foreach (var bucket in series.Buckets)
        {
            passed += bucket.Count;
            // The longest interval has no share above it. Its line ends at half an interval.
            var share = Math.Min((double)passed / series.Count, 1 - (0.5 / series.Count));
            points.Add((lengths.At(Math.Min(bucket.High, series.Max)), scale.At(NinesOf(share))));
        }
        return points;
    }
}
