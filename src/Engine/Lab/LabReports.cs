using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Lab;

/// <summary>Runs, checks and noise of the lab as text and as JSON, the same in both faces.</summary>
internal static class LabReports
{
    private static readonly (ReportColumn Column, Func<LabCheck, ReportValue> Value)[] CheckColumns =
    [
        (new("name", "Name"), row => ReportValue.Of(row.Name)),
        (new("status", "Status"), row => ReportValue.Of(row.Status)),
        (new("value", "Value"), row => ReportValue.Of(row.Value)),
        (new("action", "Action"), row => ReportValue.Of(row.Action)),
    ];

    private static readonly (ReportColumn Column, Func<LabNoise, ReportValue> Value)[] NoiseColumns =
    [
        (new("cpu", "CPU"), row => ReportValue.Of(row.Cpu.ToString(CultureInfo.InvariantCulture))),
        (new("duration", "Duration"), row => ReportValue.Of(string.Create(CultureInfo.InvariantCulture,
            $"{row.Duration.TotalSeconds:0.#} s"))),
        (new("count", "Gaps"), row => ReportValue.Of(row.Count.ToString("N0", CultureInfo.InvariantCulture))),
        (new("noisePercent", "Noise"), row => ReportValue.Of(string.Create(CultureInfo.InvariantCulture,
            $"{row.NoisePercent:0.###} %"))),
        (new("p50Nanoseconds", "p50"), row => ReportValue.Of(Time(row.P50Nanoseconds))),
        (new("p99Nanoseconds", "p99"), row => ReportValue.Of(Time(row.P99Nanoseconds))),
        (new("maxNanoseconds", "Max"), row => ReportValue.Of(Time(row.MaxNanoseconds))),
    ];

    /// <summary>The table of checks.</summary>
    public static ReportTable Table(IEnumerable<LabCheck> rows)
    {
        var table = new ReportTable([.. CheckColumns.Select(column => column.Column)]);
        foreach (var row in rows) table.Rows.Add(Array.ConvertAll(CheckColumns, column => column.Value(row)));
        return table;
    }

    /// <summary>The table of noise.</summary>
    public static ReportTable Table(IEnumerable<LabNoise> rows)
    {
        var table = new ReportTable([.. NoiseColumns.Select(column => column.Column)]);
        foreach (var row in rows) table.Rows.Add(Array.ConvertAll(NoiseColumns, column => column.Value(row)));
        return table;
    }

    /// <summary>A duration for people; null for none.</summary>
    public static string? Time(long? nanoseconds) => nanoseconds is { } time
        ? DurationText.Of(time) : null;

    /// <summary>A run as lines of text: what became of it, and the last lines of the guest if it did not complete.</summary>
    public static string Text(LabRun run)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{run.Number}  {run.Kernel}  {run.Cpus} CPU{(run.Cpus == 1 ? "" : "s")}");
        if (run.Parameter is { } parameter) text.Append(CultureInfo.InvariantCulture, $"  {TerminalText.Escape(parameter)}");
        text.Append(CultureInfo.InvariantCulture, $"  {run.Accelerator}  {run.Outcome}  {run.Duration.TotalSeconds:0.0} s");
        text.Append(CultureInfo.InvariantCulture, $"  {TerminalText.Escape(run.Recording ?? run.Directory)}\n");
        return text.ToString();
    }

    /// <summary>The last lines of the guest of a run, indented.</summary>
    public static string LastLines(LabRun run)
        => string.Concat(run.LastLines.Select(line => $"  {TerminalText.Escape(line)}\n"));

    /// <summary>A run as one line of JSON. The names are those of the properties.</summary>
    public static string Json(LabRun run)
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, ReportWriter.JsonOptions)) Write(json, run);
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    /// <summary>Writes a run.</summary>
    public static void Write(Utf8JsonWriter json, LabRun run)
    {
        json.WriteStartObject();
        json.WriteNumber("number", run.Number);
        json.WriteString("kernel", run.Kernel);
        json.WriteString("kernelRelease", run.KernelRelease);
        json.WriteNumber("cpus", run.Cpus);
        json.WriteString("parameter", run.Parameter);
        json.WriteString("accelerator", run.Accelerator);
        json.WriteString("acceleratorReason", run.AcceleratorReason);
        json.WriteString("outcome", run.Outcome);
        if (run.ExitCode is { } status) json.WriteNumber("exitCode", status);
        else json.WriteNull("exitCode");
        json.WriteString("reason", run.Reason);
        json.WriteString("startTime", run.StartTime.UtcDateTime);
        json.WriteNumber("duration", Math.Round(run.Duration.TotalSeconds, 3));
        if (run.BootDuration is { } boot) json.WriteNumber("bootDuration", Math.Round(boot.TotalSeconds, 3));
        else json.WriteNull("bootDuration");
        json.WriteString("recording", run.Recording);
        json.WriteString("directory", run.Directory);
        json.WriteString("logPath", run.LogPath);
        json.WriteStartArray("lastLines");
        foreach (var line in run.LastLines) json.WriteStringValue(line);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Checks, and noise if it was measured, as a JSON object.</summary>
    public static string Json(IEnumerable<LabCheck> checks, IReadOnlyList<LabNoise>? noise)
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, ReportWriter.JsonOptions with { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("checks");
            foreach (var row in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", row.Name);
                json.WriteString("status", row.Status);
                json.WriteString("value", row.Value);
                json.WriteString("action", row.Action);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WritePropertyName("noise");
            if (noise is null) json.WriteNullValue();
            else LabNoiseText.Write(json, noise);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
