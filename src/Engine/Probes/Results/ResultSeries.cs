using KernelMagnifier.Latency;
using KernelMagnifier.Rendering.Charts;

namespace KernelMagnifier.Probes.Results;

/// <summary>Makes series of charts of histograms that count times.</summary>
internal static class ResultSeries
{
    /// <summary>The series of a result; null if it is no histogram of times.</summary>
    public static ChartSeries? Of(ProbeResult result)
    {
        // The kind has no influence on the numbers.
        if (ResultLatencies.Of(result, ResultLatencies.KindOf(result) ?? IntervalKind.Call) is not { } latency) return null;
        var series = LatencySeries.Of(latency);
        return new ChartSeries
        {
            Kind = result.Interval ?? result.Name ?? ResultKind.Histogram, Key = series.Key, Recordings = series.Recordings,
            Count = series.Count, Min = series.Min, Max = series.Max, Percentiles = series.Percentiles, Buckets = series.Buckets,
            Doubt = series.Doubt,
        };
    }
}
