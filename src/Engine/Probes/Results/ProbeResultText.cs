using System.Collections;
using System.Globalization;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Results;

/// <summary>Results as text for people, on one line. It is not escaped.</summary>
internal static class ProbeResultText
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int MostBars = 24;

    /// <summary>The kind, the name, the key and the value.</summary>
    public static string Of(ProbeResult result)
    {
        string?[] parts = [result.Kind, result.Name, result.Key];
        var place = string.Join(' ', parts.Where(part => !string.IsNullOrEmpty(part)));
        var what = What(result);
        return what.Length == 0 ? place : $"{place}: {what}";
    }

    /// <summary>The value, the numbers of a histogram or of statistics, or the text.</summary>
    public static string What(ProbeResult result) => result.Kind switch
    {
        ResultKind.Histogram => Parts(Count(result.Count), Named("p50", result.P50, result.Unit),
            Named("p99", result.P99, result.Unit),
            Spark(result.Histogram ?? [])),
        ResultKind.Stats => Parts(Count(result.Count), Named("mean", result.Mean, result.Unit),
            Named("total", result.Total, result.Unit)),
        ResultKind.Lost => $"{Count(result.LostEvents, "event")} lost",
        ResultKind.Run => Run(result.Fields),
        ResultKind.Map => Parts(Number(result.Value, result.Unit), Top(result.Stack)),
        _ => result.Text ?? Number(result.Value, result.Unit),
    };

    /// <summary>A number with its unit; a time with a unit that fits; other values as they are.</summary>
    public static string Number(object? value, string? unit)
    {
        var number = value switch { long n => n, ulong n => n, int n => n, double n when Math.Abs(n) < 1e27 => (decimal)n,
            _ => (decimal?)null };
        if (number is not { } known) return Plain(value);
        if (TimeUnits.Nanoseconds(unit) is { } factor && Math.Abs(known) < 1e18m) return DurationText.Of(known * factor);
        var text = known == decimal.Truncate(known) ? known.ToString("N0", CultureInfo.InvariantCulture)
            : known.ToString("N1", CultureInfo.InvariantCulture);
        return unit is null ? text : $"{text} {unit}";
    }

    /// <summary>The shape of a histogram: a bar for each range, of which several become one if there are many.</summary>
    public static string Spark(IReadOnlyList<LatencyBucket> ranges)
    {
        if (ranges.Count < 2) return "";
        var counts = new List<long>();
        for (var i = 0; i < ranges.Count; i++)
        {
            // Ranges without values are not in the list.
            if (i > 0 && ranges[i - 1].Until != ranges[i].From) counts.Add(0);
            counts.Add(ranges[i].Count);
        }
        long[] bars = [.. counts.Chunk((counts.Count + MostBars - 1) / MostBars).Select(chunk => chunk.Sum())];
        var most = Math.Max(bars.Max(), 1);
        return string.Concat(bars.Select(count
            => count == 0 ? ' ' : Bars[(int)Math.Min(Bars.Length - 1, count * (double)Bars.Length / most)])).TrimEnd();
    }

    private static string Run(IReadOnlyDictionary<string, object?>? fields)
    {
        if (fields is null) return "";
        var outcome = fields.GetValueOrDefault("Outcome") as string;
        return Parts(outcome, fields.GetValueOrDefault("Reason") as string,
            Named("after", fields.GetValueOrDefault("DurationNanoseconds"), "ns"),
            Named("programs", fields.GetValueOrDefault("ProgramNanoseconds"), "ns"));
    }

    private static string Top(IReadOnlyList<string>? stack)
        => stack is { Count: > 0 } ? $"in {string.Join(" < ", stack.Take(4))}{(stack.Count > 4 ? " < …" : "")}" : "";

    private static string Count(long? count, string noun = "value")
        => count is { } known ? DisplayText.Count(known, noun) : "";

    private static string Named(string name, object? value, string? unit) => value is null ? "" : $"{name} {Number(value, unit)}";

    private static string Parts(params string?[] parts) => string.Join("  ", parts.Where(part => !string.IsNullOrEmpty(part)));

    private static string Plain(object? value) => value switch
    {
        null => "",
        string text => text.Trim('\n'),
        IEnumerable parts => $"({string.Join(", ", parts.Cast<object?>().Select(Plain))})",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
