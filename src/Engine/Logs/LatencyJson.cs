using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Logs;

/// <summary>
/// Latencies as objects of JSON, without their longest intervals. A latency that is read is equal in every number to the one that
/// was written.
/// </summary>
internal static class LatencyJson
{
    private static readonly string[] Units = [nameof(ClockUnit.Nanoseconds), nameof(ClockUnit.Counts)];

    private static readonly string[] Methods = ["Exact", "Histogram", RangedLatency.Method];

    /// <summary>Writes a latency.</summary>
    public static void Write(Utf8JsonWriter json, Latency.Latency latency)
    {
        json.WriteStartObject();
        json.WriteString("kind", latency.Kind);
        MeasurementWriter.Text(json, "key", latency.Key);
        MeasurementWriter.Text(json, "name", latency.Row.Name);
        MeasurementWriter.Text(json, "comm", latency.Comm);
        MeasurementWriter.Number(json, "processId", latency.ProcessId);
        MeasurementWriter.Number(json, "cpu", latency.Cpu);
        MeasurementWriter.Text(json, "recording", latency.Recording);
        json.WriteString("unit", latency.Unit);
        json.WriteString("method", latency.Method);
        json.WriteNumber("count", latency.Count);
        json.WriteNumber("sumNanoseconds", latency.SumNanoseconds);
        if (latency.Count > 0) WriteLengths(json, latency);
        if (latency.Account is { } account)
        {
            json.WriteStartObject("account");
            foreach (var (term, count) in account) json.WriteNumber(term, count);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Reads a latency.</summary>
    /// <param name="fields">Its members.</param>
    /// <param name="kind">The name of its kind.</param>
    /// <returns>The latency; null if the kind is not known.</returns>
    /// <exception cref="FormatException">A value is not that of a latency.</exception>
    public static Latency.Latency? Read(JsonFields fields, out string kind)
    {
        kind = fields.Text("kind");
        if (fields.OptionalWhole("count") == 0) RefuseLengths(fields);
        var count = fields.Whole("count", 0, TimeHistogram.MostIntervals);
        var unit = fields.Choice("unit", Units) == Units[1] ? ClockUnit.Counts : ClockUnit.Nanoseconds;
        var ranges = Ranges(fields, count);
        long? least = count == 0 ? null : fields.Whole("minNanoseconds");
        long? most = least is null ? null : fields.Whole("maxNanoseconds", least.Value);
        var row = new LatencyRow(Enum.TryParse<IntervalKind>(kind, out var known) ? known : default, fields.OptionalText("key"),
            fields.OptionalText("name"), fields.OptionalText("comm"),
            (int?)fields.OptionalWhole("processId", int.MinValue, int.MaxValue),
            (int?)fields.OptionalWhole("cpu", 0, int.MaxValue), fields.OptionalText("recording"), unit, null);
        var latency = new Latency.Latency(row, null)
        {
            Count = count, SumNanoseconds = fields.Whole("sumNanoseconds"), MinNanoseconds = least, MaxNanoseconds = most,
            MeanNanoseconds = count == 0 ? null : fields.Real("meanNanoseconds", 0), Method = fields.Choice("method", Methods),
            Percentiles = count == 0 ? [] : Percentiles(fields, least!.Value, most!.Value), Histogram = ranges,
            Account = fields.OptionalCounts("account"),
        };
        return Enum.IsDefined(known) && latency.Kind == kind ? latency : null;
    }

    private static void WriteLengths(Utf8JsonWriter json, Latency.Latency latency)
    {
        MeasurementWriter.Number(json, "minNanoseconds", latency.MinNanoseconds);
        if (latency.MeanNanoseconds is { } mean) json.WriteNumber("meanNanoseconds", mean);
        MeasurementWriter.Number(json, "maxNanoseconds", latency.MaxNanoseconds);
        json.WriteStartArray("percentiles");
        foreach (var percentile in latency.Percentiles)
        {
            json.WriteStartObject();
            json.WriteString("name", percentile.Name);
            json.WriteNumber("quantile", percentile.Quantile);
            json.WriteNumber("nanoseconds", percentile.Nanoseconds);
            MeasurementWriter.Number(json, "lowNanoseconds", percentile.LowNanoseconds);
            MeasurementWriter.Number(json, "highNanoseconds", percentile.HighNanoseconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("histogram");
        foreach (var range in latency.Histogram)
        {
            json.WriteStartArray();
            json.WriteNumberValue(range.From);
            if (range.Until is { } until) json.WriteNumberValue(until);
            else json.WriteNullValue();
            json.WriteNumberValue(range.Count);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    /// <summary>Refuses lengths where there is no interval.</summary>
    private static void RefuseLengths(JsonFields fields)
    {
        foreach (var name in new[] { "minNanoseconds", "meanNanoseconds", "maxNanoseconds", "percentiles" })
            if (fields.Has(name))
                throw fields.Wrong(name, "is there without an interval.");
    }

    /// <summary>The ranges, which ascend, do not overlap, and have as many intervals as the latency.</summary>
    private static LatencyBucket[] Ranges(JsonFields fields, long count)
    {
        var ranges = new List<LatencyBucket>();
        var (before, left) = ((long?)0, count);
        foreach (var item in fields.Items("histogram"))
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 3)
                throw fields.Wrong("histogram", "has a range that is not [from, until, count].");
            if (before is not { } end) throw fields.Wrong("histogram", "has a range after the one that has no end.");
            var from = fields.WholeOf(item[0], "histogram", end, long.MaxValue);
            long? until = item[1].ValueKind == JsonValueKind.Null ? null
                : fields.WholeOf(item[1], "histogram", Math.Min(from, long.MaxValue - 1) + 1, long.MaxValue);
            var number = fields.WholeOf(item[2], "histogram", 1, long.MaxValue);
            if (number > left) throw fields.Wrong("histogram", "has more intervals than the count.");
            (before, left) = (until, left - number);
            ranges.Add(new LatencyBucket(from, until, number));
        }
        return left == 0 ? [.. ranges] : throw fields.Wrong("histogram", "has fewer intervals than the count.");
    }

    /// <summary>The percentiles, in the order in which a latency has them.</summary>
    private static LatencyPercentile[] Percentiles(JsonFields fields, long least, long most)
    {
        var given = fields.Objects("percentiles").DistinctBy(one => one.Text("name")).ToDictionary(one => one.Text("name"));
        var before = least;
        return [.. Latency.Latency.Percentages.Select(rank =>
        {
            if (!given.TryGetValue(rank.Name, out var one)) throw fields.Wrong("percentiles", $"has no {rank.Name}.");
            if (one.Has("quantile")) one.Real("quantile");
            var length = before = one.Whole("nanoseconds", before, most);
            var (low, high) = (one.OptionalWhole("lowNanoseconds", 0, length), one.OptionalWhole("highNanoseconds", length));
            if (low is null != high is null) throw fields.Wrong("percentiles", $"has one bound of {rank.Name} only.");
            return new LatencyPercentile(rank.Name, rank.Quantile, length, low is { } both ? (both, high!.Value) : null);
        })];
    }
}
