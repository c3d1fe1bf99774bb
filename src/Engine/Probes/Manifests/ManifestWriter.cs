using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Probes.Manifests;

/// <summary>Writes manifests in a fixed order, so that a version-control system shows what changed.</summary>
internal static class ManifestWriter
{
    /// <summary>Writes a manifest.</summary>
    public static void Write(ProbeManifest manifest, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", ProbeManifestFile.Schema);
        json.WriteNumber("schemaVersion", ProbeManifestFile.SchemaVersion);
        json.WriteString("name", manifest.Name);
        json.WriteString("version", manifest.Version);
        json.WriteString("title", manifest.Title);
        json.WriteString("owner", manifest.Owner);
        json.WriteString("purpose", manifest.Purpose);
        json.WriteString("reading", manifest.Reading);
        List(json, "parameters", manifest.Parameters, Parameter);
        json.WriteStartArray("attachPoints");
        foreach (var point in manifest.AttachPoints) json.WriteStringValue(point);
        json.WriteEndArray();
        Limits(json, "limits", manifest.Limits);
        json.WriteString("dataClass", manifest.DataClass.ToString());
        List(json, "tested", manifest.Tested, Tested);
        json.WriteString("maturity", manifest.Maturity.ToString());
        if (manifest.ReviewBy is { } day) json.WriteString("reviewBy", Day(day));
        json.WriteStartObject("output");
        List(json, "maps", manifest.Maps, Map);
        List(json, "lines", manifest.Lines, Line);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes limits.</summary>
    public static void Limits(Utf8JsonWriter json, string name, ProbeLimits limits)
    {
        json.WriteStartObject(name);
        json.WriteNumber("durationSeconds", (long)limits.Duration.TotalSeconds);
        json.WriteNumber("outputBytes", limits.OutputBytes);
        json.WriteNumber("outputBytesPerSecond", limits.OutputBytesPerSecond);
        json.WriteNumber("mapKeys", limits.MapKeys);
        json.WriteNumber("probes", limits.Probes);
        json.WriteNumber("cpuPercent", limits.CpuPercent);
        json.WriteNumber("memoryBytes", limits.MemoryBytes);
        json.WriteNumber("concurrentRuns", limits.ConcurrentRuns);
        json.WriteEndObject();
    }

    private static void Parameter(Utf8JsonWriter json, ProbeParameter parameter)
    {
        json.WriteString("name", parameter.Name);
        json.WriteString("description", parameter.Description);
        json.WriteString("type", parameter.Type == ParameterType.Integer ? "integer" : "text");
        Optional(json, "unit", parameter.Unit);
        if (parameter.Minimum is { } least) json.WriteNumber("minimum", least);
        if (parameter.Maximum is { } most) json.WriteNumber("maximum", most);
        if (parameter.Choices.Count > 0)
        {
            json.WriteStartArray("choices");
            foreach (var choice in parameter.Choices) json.WriteStringValue(choice);
            json.WriteEndArray();
        }
        Optional(json, "pattern", parameter.Pattern);
        if (parameter.Type == ParameterType.Integer && parameter.Default is { } number)
            json.WriteNumber("default", long.Parse(number, CultureInfo.InvariantCulture));
        else Optional(json, "default", parameter.Default);
    }

    private static void Tested(Utf8JsonWriter json, TestedKernel tested)
    {
        json.WriteString("kernel", tested.Kernel);
        json.WriteString("bpftrace", tested.Bpftrace);
        json.WriteString("on", Day(tested.On));
    }

    private static void Map(Utf8JsonWriter json, OutputMap map)
    {
        json.WriteString("name", map.Name);
        json.WriteString("meaning", map.Meaning);
        Optional(json, "unit", map.Unit);
        Optional(json, "interval", map.Interval);
        List(json, "keys", map.Keys, Value);
        if (map.IsUnsigned) json.WriteBoolean("unsigned", true);
    }

    private static void Line(Utf8JsonWriter json, OutputLine line)
    {
        json.WriteString("name", line.Name);
        json.WriteString("format", line.Format);
        List(json, "fields", line.Fields, Value);
        json.WriteString("meaning", line.Meaning);
    }

    private static void Value(Utf8JsonWriter json, OutputValue value)
    {
        json.WriteString("name", value.Name);
        json.WriteString("type", value.Type);
        Optional(json, "unit", value.Unit);
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
