using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Incidents;

/// <summary>Incidents and their results as text and as JSON. The keys of JSON are those of the properties.</summary>
internal static class IncidentReports
{
    /// <summary>An incident, a line for each property.</summary>
    public static string Text(Incident incident)
    {
        var text = new StringBuilder();
        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                text.Append(CultureInfo.InvariantCulture, $"{name,-10}  {TerminalText.Escape(value)}\n");
        }
        Line("title", incident.Title);
        Line("created", incident.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Line("kernel", string.Join(' ', new[] { incident.KernelRelease, incident.Machine }.OfType<string>()));
        foreach (var line in (incident.Note ?? "").Split('\n')) Line("note", line);
        if (incident.Workload is { } workload) Line("workload", $"{workload.Tasks.Count} groups of tasks: "
            + string.Join(", ", workload.Tasks.Take(10).Select(task => task.Name)));
        foreach (var assertion in incident.Assertions)
            Line("assertion", assertion.Because is null ? assertion.Claim.ToString()
                : $"{assertion.Claim}, because {assertion.Because}");
        foreach (var finding in incident.Findings) Line("finding", $"{finding.Kind}: {finding.Text}");
        foreach (var part in incident.Parts)
            Line("part", string.Create(CultureInfo.InvariantCulture,
                $"{part.Name}, {part.Bytes:N0} bytes, sha256 {part.Sha256}"));
        return text.ToString();
    }

    /// <summary>An incident as JSON.</summary>
    public static string Json(Incident incident) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("path", incident.Path);
        json.WriteString("title", incident.Title);
        json.WriteString("note", incident.Note);
        json.WriteString("created", incident.Created.UtcDateTime);
        json.WriteString("kernelRelease", incident.KernelRelease);
        json.WriteString("machine", incident.Machine);
        json.WriteBoolean("hasWorkload", incident.Workload is not null);
        json.WriteStartArray("assertions");
        foreach (var assertion in incident.Assertions)
        {
            json.WriteStartObject();
            json.WriteString("claim", assertion.Claim.ToString());
            json.WriteString("because", assertion.Because);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in incident.Findings)
        {
            json.WriteStartObject();
            json.WriteString("kind", finding.Kind);
            json.WriteString("text", finding.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("parts");
        foreach (var part in incident.Parts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteNumber("bytes", part.Bytes);
            json.WriteString("sha256", part.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("directory", incident.Directory);
        json.WriteString("recording", incident.Recording);
        json.WriteString("baseline", incident.Baseline);
        json.WriteEndObject();
    });

    /// <summary>A result: its outcome, each assertion, and how alike the load was.</summary>
    public static string Text(IncidentResult result)
    {
        var text = new StringBuilder();
        var where = string.Join(", ", new[] { result.KernelRelease ?? result.Kernel, result.Parameter,
            result.Cpus is { } cpus ? string.Create(CultureInfo.InvariantCulture, $"{cpus} CPUs") : null }.OfType<string>());
        text.Append(CultureInfo.InvariantCulture, $"{result.Outcome}  {TerminalText.Escape(result.Title ?? result.Incident)}");
        text.Append(where.Length > 0 ? $"  ({TerminalText.Escape(where)})\n" : "\n");
        foreach (var outcome in result.Assertions) text.Append(CultureInfo.InvariantCulture, $"  {outcome}\n");
        if (result.Fidelity is { } fidelity)
            foreach (var line in FidelityReports.Text(fidelity).TrimEnd('\n').Split('\n'))
                text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        return text.ToString();
    }

    /// <summary>Results as a JSON array.</summary>
    public static string Json(IEnumerable<IncidentResult> results) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var result in results) Write(json, result);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, IncidentResult result)
    {
        json.WriteStartObject();
        json.WriteString("incident", result.Incident);
        json.WriteString("title", result.Title);
        json.WriteString("kernel", result.Kernel);
        json.WriteString("kernelRelease", result.KernelRelease);
        if (result.Cpus is { } cpus) json.WriteNumber("cpus", cpus);
        else json.WriteNull("cpus");
        json.WriteString("parameter", result.Parameter);
        json.WriteString("outcome", result.Outcome);
        json.WriteBoolean("passed", result.Passed);
        json.WriteStartArray("assertions");
        foreach (var outcome in result.Assertions) Write(json, outcome);
        json.WriteEndArray();
        json.WritePropertyName("fidelity");
        if (result.Fidelity is { } fidelity) FidelityReports.Write(json, fidelity);
        else json.WriteNullValue();
        json.WriteStartArray("recordings");
        foreach (var recording in result.Recordings) json.WriteStringValue(recording);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IncidentOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteString("claim", outcome.Claim);
        json.WriteString("because", outcome.Because);
        json.WriteString("outcome", outcome.Outcome);
        json.WriteString("original", outcome.Original);
        json.WriteNumber("passedRuns", outcome.PassedRuns);
        json.WriteNumber("failedRuns", outcome.FailedRuns);
        json.WriteNumber("undecidedRuns", outcome.UndecidedRuns);
        json.WriteStartArray("runs");
        foreach (var run in outcome.Runs)
        {
            json.WriteStartObject();
            json.WriteString("recording", run.Recording);
            json.WriteString("outcome", run.Outcome);
            json.WriteString("found", run.Found);
            json.WriteString("evidence", run.Evidence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions with { Indented = true })) write(json);
        return Encoding.UTF8.GetString(output.ToArray()) + "\n";
    }
}
