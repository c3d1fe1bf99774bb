using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison;

/// <summary>The lengths of the intervals of one side, of all its recordings together, as counts by range.</summary>
internal sealed class PooledLengths
{
    private PooledLengths(IReadOnlyList<LatencySample> samples, IReadOnlyList<(int Bucket, long Count)> counts)
    {
        (Min, Max) = (samples.Min(sample => sample.Min), samples.Max(sample => sample.Max));
        (Counts, Count) = (counts, counts.Sum(pair => pair.Count));
        Percentiles = samples is [var one] ? new Dictionary<int, long> { [500] = one.P50, [900] = one.P90, [990] = one.P99 }
            : new Dictionary<int, long> { [500] = At(500), [900] = At(900), [990] = At(990) };
    }

    /// <summary>The number of intervals.</summary>
    public long Count { get; }

    /// <summary>The shortest length.</summary>
    public long Min { get; }

    /// <summary>The longest length.</summary>
    public long Max { get; }

    /// <summary>
    /// The percentiles by their rank in per mille. Those of one recording are the numbers of its rows; those of several are the
    /// upper ends of ranges, at most 6.25 % too high.
    /// </summary>
    public IReadOnlyDictionary<int, long> Percentiles { get; }

    /// <summary>The counts by the ranges of <see cref="TimeHistogram"/>, in ascending order.</summary>
    public IReadOnlyList<(int Bucket, long Count)> Counts { get; }

    /// <summary>The lengths of one side; null without an interval.</summary>
    /// <param name="samples">The same latency in the recordings of the side; null where it is missing.</param>
    public static PooledLengths? Of(IEnumerable<LatencySample?> samples)
    {
        var filled = samples.OfType<LatencySample>().Where(sample => sample.Count > 0).ToList();
        if (filled.Count == 0) return null;
        var sums = new long[TimeHistogram.Buckets];
        foreach (var times in filled.Select(sample => sample.Times))
            for (var column = 0; column < times.Columns; column++)
                foreach (var (bucket, count) in times[column])
                    sums[bucket] += count;
        return new PooledLengths(filled, [.. sums.Index().Where(pair => pair.Item > 0)]);
    }

    private long At(int perMille)
    {
        var rank = (long)Math.Ceiling(Count * (perMille / 1000.0));
        foreach (var (bucket, count) in Counts)
        {
            rank -= count;
            if (rank <= 0) return Math.Clamp(TimeHistogram.HighOf(bucket) - 1, Min, Max);
        }
        return Max;
    }
}
