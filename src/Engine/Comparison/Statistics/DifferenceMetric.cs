namespace KernelMagnifier.Comparison.Statistics;

/// <summary>The number of a recording that is compared.</summary>
internal enum DifferenceMetric : byte
{
    /// <summary>How often: a count by CPU time or by operations.</summary>
    Rate,

    /// <summary>The median of the lengths.</summary>
    P50,

    /// <summary>The 90th percentile of the lengths.</summary>
    P90,

    /// <summary>The 99th percentile of the lengths.</summary>
    P99,

    /// <summary>The longest length.</summary>
    Max,
}
