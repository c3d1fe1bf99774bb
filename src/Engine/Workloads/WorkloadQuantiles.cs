namespace KernelMagnifier.Workloads;

/// <summary>A distribution of times in a few numbers.</summary>
/// <param name="Count">The number of times.</param>
/// <param name="MinNanoseconds">The shortest.</param>
/// <param name="P10Nanoseconds">10 % are not longer.</param>
/// <param name="P50Nanoseconds">The median.</param>
/// <param name="P90Nanoseconds">90 % are not longer.</param>
/// <param name="P99Nanoseconds">99 % are not longer.</param>
/// <param name="MaxNanoseconds">The longest.</param>
/// <param name="MeanNanoseconds">The mean.</param>
public sealed record WorkloadQuantiles(
    long Count, long MinNanoseconds, long P10Nanoseconds, long P50Nanoseconds, long P90Nanoseconds, long P99Nanoseconds,
    long MaxNanoseconds, long MeanNanoseconds);
