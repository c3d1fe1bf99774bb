namespace KernelMagnifier.Latency;

/// <summary>A range of lengths and how many intervals have one of them.</summary>
/// <param name="From">The least length, in nanoseconds or counts of the clock.</param>
/// <param name="Until">The length from which on the next range begins; null for the last range, which has no end.</param>
/// <param name="Count">The number of intervals.</param>
public readonly record struct LatencyBucket(long From, long? Until, long Count);
