using System.Globalization;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Measuring;

/// <summary>
/// The text of a <c>hist</c> file of one numeric key (kernel: kernel/trace/trace_events_hist.c, <c>hist_show</c>): lines of
/// <c>{ lat: ~ 2^12 } hitcount: 7</c> for powers of two or <c>{ lat: ~ 1000-1999 } hitcount: 7</c> for ranges, then totals.
/// </summary>
/// <param name="Ranges">The ranges in ascending order.</param>
/// <param name="Hits">The number of values.</param>
/// <param name="Dropped">The number of values that had no room.</param>
internal sealed record HistogramText(IReadOnlyList<LatencyBucket> Ranges, long Hits, long Dropped)
{
    private const int MostRanges = 100_000;

    /// <summary>Parses the file, in which there can be several histograms of parts of the values.</summary>
    public static HistogramText Parse(string text)
    {
        var ranges = new Dictionary<long, LatencyBucket>();
        long hits = 0, dropped = 0;
        foreach (var line in text.Split('\n'))
        {
            if (Total(line, "Hits:") is { } total) hits += total;
            else if (Total(line, "Dropped:") is { } none) dropped += none;
            else if (Range(line) is { } range && ranges.Count < MostRanges)
                ranges[range.From] = ranges.TryGetValue(range.From, out var same)
                    ? same with { Count = same.Count + range.Count } : range;
        }
        return new HistogramText([.. ranges.Values.OrderBy(range => range.From)], hits, dropped);
    }

    private static long? Total(string line, string name)
    {
        var trimmed = line.Trim();
        return trimmed.StartsWith(name, StringComparison.Ordinal) ? Number(trimmed[name.Length..]) : null;
    }

    private static LatencyBucket? Range(string line)
    {
        var (open, close) = (line.IndexOf('{', StringComparison.Ordinal), line.IndexOf('}', StringComparison.Ordinal));
        var count = line.IndexOf("hitcount:", StringComparison.Ordinal);
        if (open < 0 || close < open || count < close) return null;
        if (Number(line[(count + "hitcount:".Length)..]) is not { } hits) return null;
        var value = line[(open + 1)..close];
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return null;
        value = value[(colon + 1)..].Trim().TrimStart('~').Trim();
        if (value.StartsWith("2^", StringComparison.Ordinal))
        {
            // A power stands for the values above the power before it, up to itself.
            if (Number(value[2..]) is not (>= 0 and < 63 and var power)) return null;
            return power == 0 ? new LatencyBucket(0, 2, hits)
                : new LatencyBucket((1L << (int)(power - 1)) + 1, (1L << (int)power) + 1, hits);
        }
        var dash = value.IndexOf('-', 1);
        return dash > 0 && Number(value[..dash]) is { } from && Number(value[(dash + 1)..]) is { } last
            && from >= 0 && last >= from
            ? new LatencyBucket(from, last + 1, hits)
            : null;
    }

    private static long? Number(string text)
        => long.TryParse(text.Trim().Split(' ')[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : null;
}
