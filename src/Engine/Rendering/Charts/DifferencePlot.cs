using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>The lengths of one latency before and after, for one plot.</summary>
/// <param name="Name">The kind and the key. Untrusted text.</param>
/// <param name="Verdicts">The verdicts of its rows, in words.</param>
/// <param name="Before">The lengths before; null if there is no interval.</param>
/// <param name="After">The lengths after; null if there is no interval.</param>
internal sealed record DifferencePlot(string Name, string Verdicts, ChartSeries? Before, ChartSeries? After)
{
    /// <summary>The sides with intervals.</summary>
    public IReadOnlyList<ChartSeries> Series => [.. new[] { Before, After }.OfType<ChartSeries>()];

    /// <summary>The plots of the latencies that rows of a comparison are about, in the order of the rows.</summary>
    public static IReadOnlyList<DifferencePlot> Of(IReadOnlyList<TraceDifference> rows)
        => [.. rows.Where(IsLength).GroupBy(row => (row.Kind, row.Key)).Select(Of).OfType<DifferencePlot>()];

    private static bool IsLength(TraceDifference row) => row.Metric != nameof(DifferenceMetric.Rate);

    private static DifferencePlot? Of(IGrouping<(string Kind, string? Key), TraceDifference> rows)
    {
        var first = rows.First();
        if (first.Comparison?.Lengths.TryGetValue(rows.Key, out var sides) != true) return null;
        var isCounts = first.Unit != "ns";
        var (kind, key) = rows.Key;
        var series = new ChartSeries { Kind = kind, Key = key ?? "", Count = 0, Min = 0, Max = 0, Buckets = [] };
        return new DifferencePlot(series.Name, VerdictsOf(rows),
            Of(kind, key, "before", sides.Before, isCounts), Of(kind, key, "after", sides.After, isCounts));
    }

    private static ChartSeries? Of(string kind, string? key, string side, PooledLengths? lengths, bool isCounts)
    {
        if (lengths is null) return null;
        var buckets = lengths.Counts.Select(pair => new LatencyBucket(TimeHistogram.LowOf(pair.Bucket),
            TimeHistogram.HighOf(pair.Bucket) is < long.MaxValue and var high ? high : null, pair.Count));
        return new ChartSeries
        {
            Kind = kind, Key = key ?? "", Origin = side, Count = lengths.Count, Min = lengths.Min, Max = lengths.Max,
            // A percentile of fewer intervals says little more than the longest of them.
            Percentiles = lengths.Percentiles.Where(pair => lengths.Count >= ConfidenceRanks.Needed(pair.Key / 1000.0))
                .ToDictionary(),
            Buckets = LatencySeries.Clipped(buckets, lengths.Max), IsInCounts = isCounts,
        };
    }

    private static string VerdictsOf(IEnumerable<TraceDifference> rows)
        => string.Join(" · ", rows.GroupBy(row => row.Verdict).OrderBy(group => OrderOf(group.Key)).Select(group =>
            $"{TextOf(group.Key)}: {string.Join(", ", group.Select(Number))}"));

    private static string Number(TraceDifference row)
        => row is { Verdict: nameof(DifferenceVerdict.Regressed) or nameof(DifferenceVerdict.Improved), Ratio: { } ratio }
            ? $"{row.Metric} {TimesText(ratio)}" : row.Metric;

    private static string TimesText(double ratio)
        => ratio.ToString(ratio >= 10 ? "0.#x" : "0.##x", System.Globalization.CultureInfo.InvariantCulture);

    private static string TextOf(string verdict) => verdict switch
    {
        nameof(DifferenceVerdict.NoDifference) => "no difference",
        nameof(DifferenceVerdict.NotComparable) => "not comparable",
        _ => verdict.ToLowerInvariant(),
    };

    private static int OrderOf(string verdict) => verdict switch
    {
        nameof(DifferenceVerdict.Regressed) => 0,
        nameof(DifferenceVerdict.Improved) => 1,
        nameof(DifferenceVerdict.NoDifference) => 2,
        nameof(DifferenceVerdict.Inconclusive) => 3,
        _ => 4,
    };
}
