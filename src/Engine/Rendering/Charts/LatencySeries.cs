using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Makes series of latencies and of intervals.</summary>
internal static class LatencySeries
{
    private static readonly Dictionary<string, int> Ranks =
        new() { ["P50"] = 500, ["P90"] = 900, ["P99"] = 990, ["P999"] = 999 };

    /// <summary>The series of a latency.</summary>
    public static ChartSeries Of(Latency.Latency latency)
    {
        ArgumentNullException.ThrowIfNull(latency);
        var (least, most) = (latency.MinNanoseconds ?? 0, latency.MaxNanoseconds ?? 0);
        return new ChartSeries
        {
            Kind = latency.Kind, Key = KeyText(latency.Key, latency.Name), Recordings = RecordingsOf(latency),
            Count = latency.Count, Min = least, Max = most, Percentiles = PercentilesOf(latency),
            Buckets = Clipped(latency.Histogram, most), OverTime = latency.Times, From = latency.Row.From,
            Every = latency.Every, IsWallTime = latency.Row.IsWallTime, IsInCounts = latency.Unit == nameof(ClockUnit.Counts),
            Doubt = DoubtOf(latency.Account),
        };
    }

    /// <summary>
    /// The percentiles that enough intervals are behind for a confidence interval. One of fewer says little more than the
    /// longest interval. The number decides, because copies may have lost the bounds.
    /// </summary>
    private static Dictionary<int, long> PercentilesOf(Latency.Latency latency)
        => latency.Percentiles.Where(p => latency.Count >= ConfidenceRanks.Needed(p.Quantile))
            .ToDictionary(p => Ranks[p.Name], p => p.Nanoseconds);

    /// <summary>The key of a latency with its name.</summary>
    public static string KeyText(string? key, string? name)
        => string.IsNullOrEmpty(name) || name == key ? key ?? "" : string.IsNullOrEmpty(key) ? name : $"{key} {name}";

    /// <summary>What an account has beside the intervals because of lost events; null for nothing.</summary>
    public static string? DoubtOf(IReadOnlyDictionary<string, long>? account)
    {
        if (account is null) return null;
        var parts = new List<string>();
        Add("uncertain", "not counted because events were lost in between");
        Add("negative", "not counted because they end before they start");
        Add("mismatched", "not counted because their ends do not fit");
        Add("open_at_end", "still open at the end of the recording");
        return parts.Count == 0 ? null : string.Join(", ", parts);

        void Add(string term, string meaning)
        {
            if (account.TryGetValue(term, out var count) && count > 0) parts.Add($"{DisplayText.Number(count)} {meaning}");
        }
    }

    /// <summary>
    /// The ranges of a histogram. The lowest one begins at <see cref="ChartSeries.Lowest"/>, because zero has no place on a
    /// logarithmic axis, and the highest one ends at the greatest length.
    /// </summary>
    public static IReadOnlyList<ChartBucket> Clipped(IEnumerable<LatencyBucket> buckets, long most)
        => [.. buckets.Select(b => new ChartBucket(
            Math.Max(b.From, ChartSeries.Lowest), b.Until ?? Math.Max(most, b.From + 1.0), b.Count))];

    /// <summary>
    /// Puts rows of several times of the same thing together, for a chart over time. Other series are unchanged.
    /// </summary>
    public static IReadOnlyList<ChartSeries> OverTime(IReadOnlyList<ChartSeries> series)
        => [.. series.GroupBy(s => s.From is null ? (object)s : (s.Kind, s.Key, string.Join('\n', s.Recordings), s.Every, s.IsWallTime))
            .Select(group => group.Key is ChartSeries one ? one : Joined([.. group.OrderBy(s => s.From)]))];

    /// <summary>The series of rows with a time range has the range in its name.</summary>
    public static IReadOnlyList<ChartSeries> ByTime(IReadOnlyList<ChartSeries> series)
        => [.. series.Select(s => s.From is null ? s : s.With($"{s.Key}{(s.Key.Length > 0 ? " · " : "")}from {FromText(s)}"))];

    /// <summary>If the series are of several recordings, each has its own in its name.</summary>
    public static IReadOnlyList<ChartSeries> ByRecording(IReadOnlyList<ChartSeries> series)
    {
        if (series.Select(s => string.Join('\n', s.Recordings)).Distinct().Take(2).Count() < 2) return series;
        var shared = RecordingTitle.Shared(series.SelectMany(s => s.Recordings));
        return [.. series.Select(s => s.Recordings.Count == 0 ? s : s.WithOrigin(RecordingTitle.Names(s.Recordings, shared)))];
    }

    private static string FromText(ChartSeries series) => series.IsWallTime ? WallTime.Text(series.From ?? 0)
        : series.IsInCounts ? DisplayText.Number(series.From ?? 0)
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(series.From ?? 0) / 1e9:0.######} s");

    private static ChartSeries Joined(List<ChartSeries> rows)
    {
        var first = rows[0];
        var width = first.Every ?? 1;
        var times = new TimeHistogram(first.From ?? 0, width);
        foreach (var row in rows)
            foreach (var bucket in row.Buckets)
                // The greatest length of a range is in the bucket of the chart that its percentile is in.
                times.Add((row.From ?? 0) + (width / 2), Math.Max((long)bucket.High - 1, (long)bucket.Low), bucket.Count);
        var filled = rows.Where(r => r.Count > 0).ToList();
        return new ChartSeries
        {
            Kind = first.Kind, Key = first.Key, Recordings = first.Recordings, Count = filled.Sum(r => r.Count),
            Min = filled.Select(r => r.Min).DefaultIfEmpty(0).Min(), Max = filled.Select(r => r.Max).DefaultIfEmpty(0).Max(),
            Buckets = Sum(filled.SelectMany(r => r.Buckets)), OverTime = times, IsInCounts = first.IsInCounts,
            IsWallTime = first.IsWallTime,
        };
    }

    private static IReadOnlyList<ChartBucket> Sum(IEnumerable<ChartBucket> buckets)
        => [.. buckets.GroupBy(b => (b.Low, b.High)).Select(g => new ChartBucket(g.Key.Low, g.Key.High, g.Sum(b => b.Count)))
            .OrderBy(b => b.Low)];

    private static IReadOnlyList<string> RecordingsOf(Latency.Latency latency)
        => latency.Recording is { } recording ? [recording] : [.. latency.Traces.Select(t => t.Path).Distinct()];
}
