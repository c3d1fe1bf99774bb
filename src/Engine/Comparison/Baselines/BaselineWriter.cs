using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Comparison.Sampling;

namespace KernelMagnifier.Comparison.Baselines;

/// <summary>Writes the text of a baseline.</summary>
internal static class BaselineWriter
{
    /// <summary>Writes a baseline.</summary>
    public static void Write(SamplePlan plan, IReadOnlyList<TraceSample> samples, DateTimeOffset created, Stream output)
    {
        output.Write("{\n\"schema\":\"kernel-magnifier-baseline\",\n\"version\":1,\n"u8);
        Property(output, "created", json => json.WriteStringValue(created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)));
        Property(output, "kinds", json =>
        {
            json.WriteStartArray();
            foreach (var kind in plan.Kinds) json.WriteStringValue(kind.ToString());
            json.WriteEndArray();
        });
        Property(output, "intervals", json => json.WriteBooleanValue(plan.HasIntervals));
        Property(output, "calls", json => json.WriteBooleanValue(plan.HasCalls));
        Property(output, "callLengths", json => json.WriteBooleanValue(plan.HasCallLengths));
        Property(output, "by", json => json.WriteStringValue(plan.By.ToString()));
        output.Write("\"recordings\":["u8);
        for (var i = 0; i < samples.Count; i++)
        {
            output.Write(i == 0 ? "\n"u8 : ",\n"u8);
            Recording(output, samples[i]);
        }
        output.Write("\n]\n}\n"u8);
    }

    private static void Recording(Stream output, TraceSample sample)
    {
        output.Write("{\n"u8);
        Property(output, "info", json => Info(json, sample));
        Property(output, "eventKinds", json =>
        {
            json.WriteStartObject();
            foreach (var (kind, count) in sample.Info.EventKinds.OrderBy(kind => kind.Key, StringComparer.Ordinal)) json.WriteNumber(kind, count);
            json.WriteEndObject();
        });
        Rows(output, "latencies", sample.Latencies, Latency);
        output.Write(",\n"u8);
        Rows(output, "contributions", sample.Contributions, Contribution);
        output.Write(",\n"u8);
        Rows(output, "edges", sample.Calls, Call);
        output.Write("\n}"u8);
    }

    private static void Info(Utf8JsonWriter json, TraceSample sample)
    {
        var info = sample.Info;
        json.WriteStartObject();
        json.WriteString("path", info.Path);
        json.WriteString("format", info.Format);
        json.WriteString("tracer", info.Tracer);
        json.WriteString("clock", info.Clock);
        json.WriteString("clockUnit", info.ClockUnit);
        json.WriteString("kernelRelease", info.KernelRelease);
        json.WriteString("buildId", info.BuildId);
        json.WriteString("machine", sample.Machine);
        Number(json, "cpus", info.Cpus);
        json.WriteNumber("calls", info.Calls);
        json.WriteNumber("events", info.Events);
        json.WriteNumber("leafReturns", info.LeafReturns);
        json.WriteNumber("lostEvents", info.LostEvents);
        json.WriteBoolean("lostEventsIsMinimum", info.LostEventsIsMinimum);
        Number(json, "firstTime", info.FirstTime);
        Number(json, "lastTime", info.LastTime);
        Number(json, "observedTime", info.ObservedTime);
        json.WriteNumber("blockWidth", sample.BlockWidth);
        json.WriteEndObject();
    }

    private static void Latency(Utf8JsonWriter json, LatencySample latency)
    {
        json.WriteString("kind", latency.Kind.ToString());
        json.WriteString("key", latency.Key);
        json.WriteNumber("count", latency.Count);
        json.WriteNumber("sum", latency.Sum);
        json.WriteNumber("min", latency.Min);
        json.WriteNumber("max", latency.Max);
        json.WriteNumber("p50", latency.P50);
        json.WriteNumber("p90", latency.P90);
        json.WriteNumber("p99", latency.P99);
        json.WriteString("times", latency.Times.ToString());
    }

    private static void Contribution(Utf8JsonWriter json, Contribution part)
    {
        json.WriteString("kind", part.Kind.ToString());
        json.WriteString("what", part.What);
        json.WriteString("name", part.Name);
        json.WriteString("counts", string.Join(' ', part.Counts.Select(
            pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Bucket}:{pair.Count}"))));
    }

    private static void Call(Utf8JsonWriter json, CallSample call)
    {
        json.WriteString("caller", call.Caller);
        json.WriteString("callee", call.Callee);
        json.WriteString("blocks", string.Join(' ', call.Blocks.Select(count => count.ToString(CultureInfo.InvariantCulture))));
        json.WriteNumber("untimed", call.Untimed);
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    private static void Property(Stream output, string name, Action<Utf8JsonWriter> write)
    {
        using (var json = NewWriter(output))
        {
            json.WriteStringValue(name);
            json.Flush();
            output.Write(":"u8);
            json.Reset();
            write(json);
        }
        output.Write(",\n"u8);
    }

    private static void Rows<T>(Stream output, string name, IReadOnlyList<T> rows, Action<Utf8JsonWriter, T> write)
    {
        using var json = NewWriter(output);
        json.WriteStringValue(name);
        json.Flush();
        output.Write(":["u8);
        for (var i = 0; i < rows.Count; i++)
        {
            output.Write(i == 0 ? "\n"u8 : ",\n"u8);
            json.Reset();
            json.WriteStartObject();
            write(json, rows[i]);
            json.WriteEndObject();
            json.Flush();
        }
        output.Write("]"u8);
    }

    private static Utf8JsonWriter NewWriter(Stream output) => new(output, new JsonWriterOptions { SkipValidation = true });
}
