using System.Text;
using System.Text.Json;
using KernelMagnifier.Recording;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>A finished recording as JSON. The names are those of the properties of the cmdlet's object.</summary>
internal static class RecordingJson
{
    /// <summary>Returns the object, indented, with a final newline.</summary>
    public static string Of(RecordingResult recording)
    {
        var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions with { Indented = true }))
        {
            json.WriteStartObject();
            Write(json, recording);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, RecordingResult recording)
    {
        json.WriteString("path", recording.Path);
        json.WriteString("fullName", recording.FullName);
        json.WriteNumber("events", recording.Events);
        json.WriteNumber("lostEvents", recording.LostEvents);
        json.WriteNumber("bytes", recording.Bytes);
        WritePerCpu(json, recording.PerCpu);
        json.WriteString("started", recording.Started.UtcDateTime);
        json.WriteNumber("duration", Math.Round(recording.Duration.TotalSeconds, 3));
        json.WriteString("endedBy", recording.EndedBy);
        json.WriteString("format", recording.Format);
        json.WriteString("tracer", recording.Tracer);
        json.WriteString("clock", recording.Clock);
        json.WriteString("request", recording.Request);
        WriteNumber(json, "functions", recording.Functions);
        json.WriteString("instance", recording.Instance);
        json.WriteString("kernelRelease", recording.KernelRelease);
        json.WriteString("buildId", recording.BuildId);
        WriteNumber(json, "exitCode", recording.ExitCode);
        WriteNumber(json, "signal", recording.Signal);
        json.WriteStartArray("warnings");
        foreach (var warning in recording.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    private static void WritePerCpu(Utf8JsonWriter json, IReadOnlyList<RecordingCpu> cpus)
    {
        json.WriteStartArray("perCpu");
        foreach (var cpu in cpus)
        {
            json.WriteStartObject();
            json.WriteNumber("cpu", cpu.Cpu);
            json.WriteNumber("events", cpu.Events);
            json.WriteNumber("lostEvents", cpu.LostEvents);
            json.WriteNumber("bytes", cpu.Bytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
