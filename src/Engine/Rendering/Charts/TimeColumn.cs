namespace KernelMagnifier.Rendering.Charts;

/// <summary>The counts of a part of the time.</summary>
/// <param name="From">Its start, since the start of the histogram.</param>
/// <param name="Width">Its duration.</param>
/// <param name="Counts">The counts by bucket, in the order of the lengths.</param>
internal sealed record TimeColumn(double From, double Width, IReadOnlyDictionary<int, long> Counts)
{
    /// <summary>The number of intervals.</summary>
    public long Count { get; } = Counts.Values.Sum();
}
