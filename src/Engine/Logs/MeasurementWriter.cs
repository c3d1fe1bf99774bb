using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Measuring;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs;

/// <summary>Writes records as objects of JSON. What is null or empty is left out.</summary>
internal static class MeasurementWriter
{
    /// <summary>Writes a record.</summary>
    public static void Write(Utf8JsonWriter json, Measurement record)
    {
        json.WriteStartObject();
        json.WriteString("schemaVersion", MeasurementJson.Version);
        json.WriteString("timestamp",
            record.StartTime.UtcDateTime.ToString(MeasurementJson.TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("id", record.Id);
        json.WriteString("status", record.Status);
        Text(json, "reason", record.Reason);
        WriteResource(json, record);
        WriteSchedule(json, record);
        WriteRequest(json, record.Request);
        Text(json, "method", record.Method);
        Span(json, "durationNanoseconds", record.Duration);
        Number(json, "events", record.Events);
        Number(json, "lostEvents", record.LostEvents);
        Number(json, "droppedRecords", record.DroppedRecords);
        WriteList(json, "latencies", record.Latencies, LatencyJson.Write);
        WriteList(json, "counters", record.Counters, WriteCounter);
        WriteList(json, "results", record.Results, ProbeResultJson.Write);
        WriteCost(json, record.Cost);
        Texts(json, "warnings", record.Warnings);
        json.WriteEndObject();
    }

    /// <summary>Writes a text unless it is null.</summary>
    public static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    /// <summary>Writes a number unless it is null.</summary>
    public static void Number(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
    }

    private static void WriteResource(Utf8JsonWriter json, Measurement record)
    {
        json.WriteStartObject("resource");
        json.WriteString("service.name", "kernel-magnifier");
        Text(json, "service.version", record.Version);
        Text(json, "host.name", record.HostName);
        Text(json, "host.id", record.MachineId);
        if (record.Machine is { } machine)
        {
            var architecture = HostArchitecture.Of(machine);
            json.WriteString("host.arch", architecture);
            // Several machines have one architecture.
            if (HostArchitecture.MachineOf(architecture) != machine) json.WriteString("linux.machine", machine);
        }
        Number(json, "host.cpu.count", record.Cpus);
        json.WriteString("os.type", "linux");
        Text(json, "os.version", record.KernelRelease);
        Text(json, "linux.boot.id", record.BootId);
        json.WriteEndObject();
    }

    private static void WriteSchedule(Utf8JsonWriter json, Measurement record)
    {
        if (record.Schedule is null && record.Epoch is null && record.Sequence is null) return;
        json.WriteStartObject("schedule");
        Text(json, "name", record.Schedule);
        if (record.Epoch is { } epoch) json.WriteString("epoch", epoch);
        Number(json, "sequence", record.Sequence);
        json.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter json, MeasurementRequest request)
    {
        json.WriteStartObject("request");
        Texts(json, "preset", request.Preset);
        Texts(json, "kind", request.Kind);
        Texts(json, "by", request.By);
        Span(json, "durationNanoseconds", request.Duration);
        Text(json, "method", request.Method);
        Text(json, "probe", request.Probe);
        Table(json, "parameter", request.Parameter);
        json.WriteEndObject();
    }

    private static void WriteCounter(Utf8JsonWriter json, MeasuredCounter counter)
    {
        json.WriteStartObject();
        json.WriteString("name", counter.Name);
        Table(json, "attributes", counter.Attributes);
        json.WriteString("unit", counter.Unit);
        // JSON has no other numbers. A value that is missing is not known.
        if (double.IsFinite(counter.Value)) json.WriteNumber("value", counter.Value);
        if (counter.IsGauge) json.WriteBoolean("isGauge", true);
        json.WriteEndObject();
    }

    private static void WriteCost(Utf8JsonWriter json, MeasurementCost? cost)
    {
        if (cost is null) return;
        json.WriteStartObject("cost");
        Span(json, "cpuNanoseconds", cost.CpuTime);
        Span(json, "wallNanoseconds", cost.WallTime);
        Number(json, "peakMemoryBytes", cost.PeakMemory);
        json.WriteNumber("bytesRead", cost.BytesRead);
        json.WriteNumber("bufferMemoryBytes", cost.BufferMemory);
        json.WriteEndObject();
    }

    private static void Span(Utf8JsonWriter json, string name, TimeSpan? span)
    {
        if (span is { } value) json.WriteNumber(name, DurationText.Nanoseconds(value));
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
        => WriteList(json, name, texts, static (to, text) => to.WriteStringValue(text));

    private static void Table(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> table)
    {
        if (table.Count == 0) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in table) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var item in items) write(json, item);
        json.WriteEndArray();
    }
}
