using KernelMagnifier.Latency;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>
/// Ranges of lengths as those of an exponential histogram of OpenTelemetry. Both have octaves, so the number of lengths in each
/// octave stays exact. Within an octave, a range of 1/16 goes to the exponential range that holds its middle.
/// </summary>
internal sealed class ExponentialBuckets
{
    // Eight ranges in each octave: the largest scale at which each holds at least one range of ours.
    private const int FineScale = 3;

    /// <summary>Creates them.</summary>
    public ExponentialBuckets(Latency.Latency latency)
    {
        Scale = latency.Histogram.All(IsFine) ? FineScale : 0;
        var counts = new SortedDictionary<int, long>();
        foreach (var range in latency.Histogram)
        {
            if (range.From == 0 && range.Until is { } until)
            {
                (ZeroCount, ZeroThreshold) = (ZeroCount + range.Count, Math.Max(ZeroThreshold, until - 1));
                continue;
            }
            var index = IndexOf(Middle(range, latency.MaxNanoseconds ?? range.From));
            counts[index] = counts.GetValueOrDefault(index) + range.Count;
        }
        if (counts.Count == 0) return;
        Offset = counts.Keys.First();
        Counts = [.. Enumerable.Range(Offset, counts.Keys.Last() - Offset + 1).Select(index => counts.GetValueOrDefault(index))];
    }

    /// <summary>The scale: each octave has two to the power of it ranges.</summary>
    public int Scale { get; }

    /// <summary>The index of the first range.</summary>
    public int Offset { get; }

    /// <summary>The numbers of lengths, range by range.</summary>
    public IReadOnlyList<long> Counts { get; } = [];

    /// <summary>The number of lengths that are too short for the ranges.</summary>
    public long ZeroCount { get; }

    /// <summary>The greatest length of those.</summary>
    public long ZeroThreshold { get; }

    private static bool IsFine(LatencyBucket range)
        => range.From == 0 || range.Until is not { } until || until - range.From <= range.From / 16;

    private static double Middle(LatencyBucket range, long most)
        => range.Until is { } until ? range.From + (until - range.From) / 2.0 : Math.Max(range.From, most);

    /// <summary>The range that a length is in: base^index &lt; length ≤ base^(index + 1), where base is 2^(2^-scale).</summary>
    private int IndexOf(double length) => (int)Math.Ceiling(Math.Log2(length) * (1 << Scale)) - 1;
}
