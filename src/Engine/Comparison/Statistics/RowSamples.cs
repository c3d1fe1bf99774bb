namespace KernelMagnifier.Comparison.Statistics;

/// <summary>What all recordings of a comparison say about one row.</summary>
/// <param name="Metric">The number that is compared.</param>
/// <param name="Before">The recordings before.</param>
/// <param name="After">The recordings after.</param>
internal sealed record RowSamples(
    DifferenceMetric Metric, IReadOnlyList<RecordingSample> Before, IReadOnlyList<RecordingSample> After)
{
    /// <summary>Whether more is worse, as for latencies.</summary>
    public bool HigherIsWorse { get; init; } = true;
}
