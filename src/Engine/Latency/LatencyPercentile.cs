using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// A percentile by nearest rank: the least length that at least so many per cent of the intervals do not exceed. Its confidence
/// interval holds for any distribution, if the lengths are independent.
/// </summary>
public sealed class LatencyPercentile
{
    internal LatencyPercentile(string name, double quantile, long value, (long Low, long High)? bounds)
        => (Name, Quantile, Nanoseconds, LowNanoseconds, HighNanoseconds) = (name, quantile, value, bounds?.Low, bounds?.High);

    /// <summary>The name: <c>P50</c>, <c>P90</c>, <c>P99</c> or <c>P999</c>.</summary>
    public string Name { get; }

    /// <summary>The share of intervals that are not longer, such as 0.99.</summary>
    public double Quantile { get; }

    /// <summary>The length, in the unit of the latency.</summary>
    public long Nanoseconds { get; }

    /// <summary>The lower end of the 95 % confidence interval; null if there are too few intervals for one.</summary>
    public long? LowNanoseconds { get; }

    /// <summary>The upper end of the 95 % confidence interval; null if there are too few intervals for one.</summary>
    public long? HighNanoseconds { get; }

    /// <summary>What a confidence interval needs, such as <c>needs n ≥ 368</c>; null if there is one.</summary>
    public string? Needs => HighNanoseconds is null ? $"needs n ≥ {ConfidenceRanks.Needed(Quantile)}" : null;

    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape($"{Name} {Nanoseconds} ({Needs ?? $"{LowNanoseconds} to {HighNanoseconds}"})");
}
