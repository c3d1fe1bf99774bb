using System.Text;
using System.Text.Json;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Writes checks for terminals and as JSON.</summary>
internal static class ProbeCheckText
{
    /// <summary>A check as text that is safe in a terminal.</summary>
    public static string Of(ProbeCheck check)
    {
        var text = new StringBuilder();
        text.Append(check).Append('\n');
        foreach (var finding in check.Findings)
            text.Append("  ").Append(finding).Append('\n').Append("    ").Append(finding.Action).Append('\n');
        Line("attach points", string.Join(", ", check.AttachPoints));
        Line("builtins", string.Join(", ", check.Builtins));
        Line("functions", string.Join(", ", check.Functions));
        Line("maps", string.Join("; ", check.Maps));
        Line("parameters", string.Join(", ", check.Parameters));
        Line("data class", check.DataClass is { } declared ? $"{declared} declared, {check.DataClassFound ?? "unknown"} found" : check.DataClassFound ?? "unknown");
        Line("limits", string.Join(", ", check.Limits));
        Line("cost", string.Join(" ", check.CostHints));
        if (check.BpftraceVerdict is { } verdict) Line("bpftrace", $"{check.BpftraceVersion ?? "?"}: {verdict}");
        foreach (var message in check.BpftraceMessages) text.Append("    ").Append(TerminalText.Escape(message)).Append('\n');
        return text.ToString();

        void Line(string name, string value)
        {
            if (value.Length > 0) text.Append("  ").Append(name).Append(": ").Append(TerminalText.Escape(value)).Append('\n');
        }
    }

    /// <summary>Checks as a JSON array, whose keys are those of the properties.</summary>
    public static byte[] Json(IEnumerable<ProbeCheck> checks)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var check in checks) Write(json, check);
            json.WriteEndArray();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ProbeCheck check)
    {
        json.WriteStartObject();
        json.WriteString("name", check.Name);
        json.WriteString("verdict", check.Verdict);
        json.WriteString("kernelRelease", check.KernelRelease);
        json.WriteString("kernel", check.Kernel);
        json.WriteStartArray("findings");
        foreach (var finding in check.Findings) Write(json, finding);
        json.WriteEndArray();
        json.WriteNumber("errors", check.Errors);
        json.WriteNumber("warnings", check.Warnings);
        List(json, "attachPoints", check.AttachPoints);
        List(json, "builtins", check.Builtins);
        List(json, "functions", check.Functions);
        List(json, "maps", check.Maps);
        List(json, "parameters", check.Parameters);
        json.WriteString("dataClass", check.DataClass);
        json.WriteString("dataClassFound", check.DataClassFound);
        List(json, "limits", check.Limits);
        List(json, "costHints", check.CostHints);
        json.WriteString("bpftraceVersion", check.BpftraceVersion);
        json.WriteString("bpftraceVerdict", check.BpftraceVerdict);
        List(json, "bpftraceMessages", check.BpftraceMessages);
        json.WriteString("lab", check.Lab);
        if (check.LabProbes is { } probes) json.WriteNumber("labProbes", probes);
        else json.WriteNull("labProbes");
        json.WriteString("labMessage", check.LabMessage);
        json.WriteString("hash", check.Hash);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ProbeFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule);
        json.WriteString("severity", finding.Severity);
        Number("line", finding.Line);
        Number("column", finding.Column);
        json.WriteString("message", finding.Message);
        json.WriteString("action", finding.Action);
        json.WriteEndObject();

        void Number(string name, int? value)
        {
            if (value is { } known) json.WriteNumber(name, known);
            else json.WriteNull(name);
        }
    }

    private static void List(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
