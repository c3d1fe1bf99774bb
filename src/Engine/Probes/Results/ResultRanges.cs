using System.Text.Json;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Probes.Results;

/// <summary>The ranges of a histogram of bpftrace, and what they tell.</summary>
internal static class ResultRanges
{
    // lhist has at most 1,000 ranges in 0.17, and a few more elsewhere.
    private const int MostRanges = 1 << 13;

    /// <summary>The ranges that have values; null if this is no histogram.</summary>
    /// <param name="ranges">Objects with <c>min</c> and <c>max</c>, both included, and <c>count</c>.</param>
    /// <param name="factor">What the values are multiplied with.</param>
    public static LatencyBucket[]? Read(JsonElement ranges, long factor)
    {
        var read = new List<LatencyBucket>();
        long? before = null;
        var left = TimeHistogram.MostIntervals;
        foreach (var range in ranges.EnumerateArray())
        {
            if (range.ValueKind != JsonValueKind.Object || read.Count >= MostRanges) return null;
            var (least, most, count) = (Number(range, "min"), Number(range, "max"), Number(range, "count"));
            if (count is not (>= 0 and var known) || known > left || (least is null && most is null) || least > most) return null;
            var from = least ?? long.MinValue;
            if (before is null ? read.Count > 0 : from < before) return null;
            long? until = most is null or long.MaxValue ? null : most + 1;
            before = until;
            left -= known;
            if (known == 0) continue;
            read.Add(new LatencyBucket(least is null ? long.MinValue : TimeUnits.Multiply(from, factor),
                until is { } end && TimeUnits.Multiply(end, factor) is var scaled && scaled < long.MaxValue ? scaled : null,
                    known));
            if (until is null) before = long.MaxValue;
        }
        return [.. read];
    }

    /// <summary>
    /// The greatest value of the range that holds a share of the values; null if that range has no end, or there are no values.
    /// </summary>
    public static long? UpTo(IReadOnlyList<LatencyBucket> ranges, double share)
    {
        var rank = (long)Math.Ceiling(ranges.Sum(range => range.Count) * share);
        foreach (var range in ranges)
            if ((rank -= range.Count) <= 0)
                return range.Until - 1;
        return null;
    }

    private static long? Number(JsonElement range, string name)
        => range.TryGetProperty(name, out var value) ? OutputNumbers.Whole(value) : null;
}
