namespace KernelMagnifier.Comparison.Statistics;

/// <summary>What was counted in a block of time.</summary>
/// <param name="Count">The intervals or calls.</param>
/// <param name="Exposure">What the count is divided by: seconds of CPU time, or operations.</param>
internal readonly record struct BlockCount(double Count, double Exposure);
