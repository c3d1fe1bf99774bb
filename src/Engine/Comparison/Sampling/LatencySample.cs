using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>The intervals of one kind and key of one recording.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">The key; null for all intervals of the kind. Untrusted text.</param>
internal sealed record LatencySample(IntervalKind Kind, string? Key)
{
    /// <summary>The number of intervals.</summary>
    public long Count { get; init; }

    /// <summary>The sum of the lengths.</summary>
    public long Sum { get; init; }

    /// <summary>The shortest length.</summary>
    public long Min { get; init; }

    /// <summary>The longest length.</summary>
    public long Max { get; init; }

    /// <summary>The median.</summary>
    public long P50 { get; init; }

    /// <summary>The 90th percentile.</summary>
    public long P90 { get; init; }

    /// <summary>The 99th percentile.</summary>
    public long P99 { get; init; }

    /// <summary>The lengths by time.</summary>
    public required TimeHistogram Times { get; init; }

    /// <summary>A length.</summary>
    public long Of(DifferenceMetric metric) => metric switch
    {
        DifferenceMetric.P50 => P50,
        DifferenceMetric.P90 => P90,
        DifferenceMetric.P99 => P99,
        _ => Max,
    };

    /// <summary>The sample of a distribution that is not empty.</summary>
    public static LatencySample Of(IntervalKind kind, string? key, LengthDistribution lengths, TimeHistogram times)
    {
        var count = lengths.Count;
        long Place(int part) => (long)((((Int128)count * part) + 99) / 100) - 1;
        var at = lengths.At([Place(50), Place(90), Place(99)]);
        // A range has no length of its own; its upper end is at most 6.25 % too high.
        long Length(LatencyBucket range) => Math.Min(range.From == range.Until ? range.From : (range.Until ?? long.MaxValue) - 1, lengths.Max);
        return new LatencySample(kind, key)
        {
            Count = count, Sum = (long)UInt128.Min(lengths.Sum, (UInt128)long.MaxValue), Min = lengths.Min, Max = lengths.Max,
            P50 = Length(at[0]), P90 = Length(at[1]), P99 = Length(at[2]), Times = times,
        };
    }
}
