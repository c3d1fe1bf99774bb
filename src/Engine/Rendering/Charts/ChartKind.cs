namespace KernelMagnifier.Rendering.Charts;

/// <summary>What a chart of latencies shows.</summary>
public enum ChartKind
{
    /// <summary>How many intervals have which length.</summary>
    Histogram,

    /// <summary>The share of intervals that are at most so long.</summary>
    Cdf,

    /// <summary>How many intervals have which length, over time.</summary>
    Heatmap,

    /// <summary>The median, p90, p99 and the longest interval, over time.</summary>
    Percentiles,
}
