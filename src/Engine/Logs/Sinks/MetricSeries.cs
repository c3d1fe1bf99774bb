namespace KernelMagnifier.Logs.Sinks;

/// <summary>One series of a textfile, as it stands after all runs so far.</summary>
internal sealed class MetricSeries
{
    /// <summary>The exponent of the bound of the first range and that of the last one: 1.024 µs and 17 s.</summary>
    public const int FirstBound = 10, LastBound = 34;

    /// <summary>The labels in braces, as they are written; empty for none.</summary>
    public required string Labels { get; init; }

    /// <summary>The value of a counter or a gauge.</summary>
    public double Value { get; set; }

    /// <summary>Of a histogram, the number of lengths below each bound, in ranges, and in the last one those above; otherwise
    /// null.</summary>
    public long[]? Ranges { get; init; }

    /// <summary>Of a histogram, the sum of the lengths in nanoseconds.</summary>
    public double Sum { get; set; }

    /// <summary>The number of the run that it was last part of.</summary>
    public long Run { get; set; }

    /// <summary>Adds lengths to a histogram.</summary>
    public void Add(Latency.Latency latency)
    {
        foreach (var range in latency.Histogram)
        {
            // A range never crosses an octave, so it is below the bound that its last length is below.
            var last = range.Until is { } until ? until - 1 : Math.Max(range.From, latency.MaxNanoseconds ?? range.From);
            var bound = last <= 0 ? 0 : 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)last);
            Ranges![Math.Clamp(bound - FirstBound, 0, Ranges.Length - 1)] += range.Count;
        }
        Sum += latency.SumNanoseconds;
    }
}
