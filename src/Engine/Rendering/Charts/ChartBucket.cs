namespace KernelMagnifier.Rendering.Charts;

/// <summary>The number of intervals from one length to another.</summary>
/// <param name="Low">The least length.</param>
/// <param name="High">The least length beyond the bucket.</param>
/// <param name="Count">The number of intervals.</param>
internal readonly record struct ChartBucket(double Low, double High, long Count);
