namespace KernelMagnifier.Comparison.Statistics;

/// <summary>What the numbers are.</summary>
internal static class DifferenceMetrics
{
    /// <summary>The percentile, from 0 to 1; 1 for the maximum.</summary>
    public static double Quantile(DifferenceMetric metric) => metric switch
    {
        DifferenceMetric.P50 => 0.5,
        DifferenceMetric.P90 => 0.9,
        DifferenceMetric.P99 => 0.99,
        DifferenceMetric.Max => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };
}
