using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Statistics;

/// <summary>What one recording says about one row.</summary>
internal sealed class RecordingSample
{
    /// <summary>The number of the recording: its percentile or maximum in nanoseconds, or its rate; null if it has none.</summary>
    public double? Value { get; init; }

    /// <summary>The intervals or calls that the number is of.</summary>
    public long Count { get; init; }

    /// <summary>The lengths by time, for percentiles; null if they are not known.</summary>
    public TimeHistogram? Times { get; init; }

    /// <summary>
    /// The counts by time, for rates: adjacent blocks of equal time that cover the recording, those without a count too; empty if
    /// they are not known.
    /// </summary>
    public IReadOnlyList<BlockCount> Blocks { get; init; } = [];
}
