using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>A distribution of lengths, as a chart draws it.</summary>
internal sealed class ChartSeries
{
    /// <summary>
    /// Where charts begin the range of the lengths below <see cref="LatencyHistogram.Least"/>, which are not told apart.
    /// </summary>
    public const long Lowest = LatencyHistogram.Least / 2;

    /// <summary>The kind of the intervals.</summary>
    public required string Kind { get; init; }

    /// <summary>What else the intervals have in common, such as a task; empty for nothing. Untrusted text.</summary>
    public string Key { get; init; } = "";

    /// <summary>The recordings of the intervals. Untrusted text.</summary>
    public IReadOnlyList<string> Recordings { get; init; } = [];

    /// <summary>The names of the recordings, if series of other recordings are shown beside it; otherwise null.</summary>
    public string? Origin { get; init; }

    /// <summary>The number of intervals.</summary>
    public required long Count { get; init; }

    /// <summary>The shortest interval, in nanoseconds or counts of the clock.</summary>
    public required long Min { get; init; }

    /// <summary>The longest interval.</summary>
    public required long Max { get; init; }

    /// <summary>The percentiles by their rank in per mille: 500, 900, 990 and 999, as far as they are known.</summary>
    public IReadOnlyDictionary<int, long> Percentiles { get; init; } = new Dictionary<int, long>();

    /// <summary>The counts by length, in ascending order.</summary>
    public required IReadOnlyList<ChartBucket> Buckets { get; init; }

    /// <summary>The counts by time; null if they are not known.</summary>
    public TimeHistogram? OverTime { get; init; }

    /// <summary>The start of the time range of the intervals; null if they are of any time.</summary>
    public long? From { get; init; }

    /// <summary>The duration of that time range.</summary>
    public long? Every { get; init; }

    /// <summary>Whether lengths are counts of a clock without a unit.</summary>
    public bool IsInCounts { get; init; }

    /// <summary>Whether the times are nanoseconds of Unix time instead of those of a trace clock.</summary>
    public bool IsWallTime { get; init; }

    /// <summary>What is not in the counts; null for nothing.</summary>
    public string? Doubt { get; init; }

    /// <summary>The name for a legend.</summary>
    public string Name
        => (Key.Length == 0 ? Kind : $"{Kind} · {DisplayText.Visible(Key)}")
            + (Origin is null ? "" : $" in {DisplayText.Visible(Origin)}");

    /// <summary>The same series with another key.</summary>
    public ChartSeries With(string key) => With(key, Origin);

    /// <summary>The same series with the names of its recordings.</summary>
    public ChartSeries WithOrigin(string origin) => With(Key, origin);

    private ChartSeries With(string key, string? origin) => new()
    {
        Kind = Kind, Key = key, Recordings = Recordings, Origin = origin, Count = Count, Min = Min, Max = Max,
        Percentiles = Percentiles, Buckets = Buckets, OverTime = OverTime, From = From, Every = Every, IsInCounts = IsInCounts,
        IsWallTime = IsWallTime, Doubt = Doubt,
    };

    /// <summary>A length with its unit.</summary>
    public string Text(double length) => ChartUnits.Of(length, IsInCounts);

    /// <summary>The least length of a bucket with its unit.</summary>
    public string LowText(double low) => Text(low < LatencyHistogram.Least ? 0 : low);

    /// <summary>The count and the percentiles in words.</summary>
    public string Summary()
    {
        var text = DisplayText.Count(Count, "interval");
        foreach (var (rank, value) in Percentiles.OrderBy(p => p.Key)) text += $" · {RankText(rank)} {Text(value)}";
        return Count == 0 ? text : $"{text} · max {Text(Max)}";
    }

    /// <summary>The name of a percentile: <c>p99.9</c> for 999.</summary>
    public static string RankText(int perMille) => perMille % 10 == 0 ? $"p{perMille / 10}" : $"p{perMille / 10}.{perMille % 10}";

    /// <summary>The counts in wider buckets, so that at most so many fit between the shortest and the longest.</summary>
    public IReadOnlyList<ChartBucket> Merged(int most)
    {
        if (Buckets.Count == 0) return [];
        var octaves = Math.Log2(Math.Max(Buckets[^1].High, 2) / Math.Max(Buckets[0].Low, 1)) + 1;
        var perOctave = TimeHistogram.PerOctave;
        while (perOctave > 1 && octaves * perOctave > most) perOctave /= 2;
        var merged = new List<ChartBucket>();
        foreach (var bucket in Buckets)
        {
            var (low, high) = Bounds(bucket, perOctave);
            if (merged.Count > 0 && merged[^1].Low == low)
                merged[^1] = merged[^1] with { Count = merged[^1].Count + bucket.Count };
            else merged.Add(new ChartBucket(low, high, bucket.Count));
        }
        return merged;
    }

    /// <summary>The wider bucket that a bucket is in: an octave has so many parts of equal width.</summary>
    private static (double Low, double High) Bounds(ChartBucket bucket, int perOctave)
    {
        if (bucket.Low < LatencyHistogram.Least) return (bucket.Low, bucket.High);
        var octave = Math.Pow(2, Math.Floor(Math.Log2(bucket.Low)));
        var step = octave / perOctave;
        var low = octave + (Math.Floor((bucket.Low - octave) / step) * step);
        // A bucket that is wider than the parts keeps its bounds.
        return bucket.High > low + step ? (bucket.Low, bucket.High) : (low, low + step);
    }
}
