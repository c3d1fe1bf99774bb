using System.Collections;
using System.Globalization;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Latency;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Cmdlets.Probes;

/// <summary>Makes probe results of their copies that come back from a file or another process. Their values are
/// untrusted.</summary>
internal static class ProbeResultCopy
{
    private const string Type = "KernelMagnifier.Probes.Results.ProbeResult";
    private const int MostParts = 1 << 13;

    /// <summary>The result that an object is, or is a copy of; null for another object.</summary>
    /// <exception cref="InputException">A value is not that of a result.</exception>
    public static ProbeResult? Of(object? input)
    {
        if ((input is System.Management.Automation.PSObject wrapped ? wrapped.BaseObject : input) is ProbeResult result)
            return result;
        return input is not null && new InputProperties(input) is var copy && LatencyCopy.Is(copy, Type) ? Of(copy) : null;
    }

    private static ProbeResult Of(InputProperties input)
    {
        var kind = input.Text("Kind");
        if (!ResultKind.All.Contains(kind)) throw new InputException("Kind", input.Value("Kind"), "a kind of results");
        long? Whole(string name) => input.Integer(name, long.MinValue, long.MaxValue);
        var histogram = Ranges(input);
        if (histogram is not null && !StoredResults.AreSound(histogram, Whole("Count")))
            throw new InputException("Histogram", input.Value("Histogram"), "ranges with as many values as the count");
        return new ProbeResult(kind!)
        {
            Probe = input.Text("Probe"), Name = input.Text("Name"), Key = input.Text("Key"), Keys = Table(input, "Keys"),
            Value = Plain(input.Value("Value")), Unit = input.Text("Unit"), Interval = input.Text("Interval"),
                Count = Whole("Count"),
            Total = Whole("Total"), Minimum = Whole("Minimum"), Maximum = Whole("Maximum"), Mean = input.Real("Mean"),
            P50 = Whole("P50"), P90 = Whole("P90"), P99 = Whole("P99"), Histogram = histogram, Fields = Table(input, "Fields"),
            Stack = List(input, "Stack"), Frames = List(input, "Frames"), Text = input.Text("Text"),
                LostEvents = Whole("LostEvents"),
            Print = (int?)input.Integer("Print", 1, int.MaxValue),
        };
    }

    private static LatencyBucket[]? Ranges(InputProperties input)
    {
        if (input.Value("Histogram") is not IEnumerable ranges || ranges is string) return null;
        var read = new List<LatencyBucket>();
        foreach (var range in ranges)
        {
            if (range is null || read.Count >= MostParts) throw new InputException("Histogram", range ?? "", "ranges of values");
            var part = new InputProperties(range);
            var from = part.Integer("From", long.MinValue, long.MaxValue)
                ?? throw new InputException("Histogram", range, "ranges of values");
            var count = part.Integer("Count", 1, TimeHistogram.MostIntervals)
                ?? throw new InputException("Histogram", range, "ranges of values");
            read.Add(new LatencyBucket(from, part.Integer("Until", long.MinValue, long.MaxValue), count));
        }
        return [.. read];
    }

    private static ResultFields? Table(InputProperties input, string name)
        => input.Value(name) is IDictionary table
            ? ResultFields.Of(table.Cast<DictionaryEntry>().Take(MostParts)
                .Select(part => KeyValuePair.Create(Convert.ToString(part.Key, CultureInfo.InvariantCulture) ?? "",
                    Plain(part.Value))))
            : null;

    private static string[]? List(InputProperties input, string name)
        => input.Value(name) is IEnumerable list and not string
            ? [.. list.Cast<object?>().Take(MostParts).Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)
                ?? "")] : null;

    private static object? Plain(object? value) => value switch
    {
        System.Management.Automation.PSObject wrapped => Plain(wrapped.BaseObject),
        null or string or long or ulong or double or bool => value,
        int number => (long)number,
        uint number => (long)number,
        IEnumerable parts => parts.Cast<object?>().Take(MostParts).Select(Plain).ToArray(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
