using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Probes.Library;

/// <summary>Writes probes of a library as a table and as JSON.</summary>
internal static class ProbeReports
{
    private static readonly (ReportColumn Column, Func<Probe, ReportValue> Value)[] Columns =
    [
        (new("name", "Name"), p => ReportValue.Of(p.Name)),
        (new("version", "Version"), p => ReportValue.Of(p.Version)),
        (new("state", "State"), p => ReportValue.Of(p.State)),
        (new("maturity", "Maturity"), p => ReportValue.Of(p.Maturity)),
        (new("dataClass", "Data class"), p => ReportValue.Of(p.DataClass)),
        (new("owner", "Owner"), p => ReportValue.Of(p.Owner)),
        (new("reviewBy", "Review by"), p => ReportValue.Of(Day(p.ReviewBy))),
        (new("title", "Title"), p => ReportValue.Of(p.Title)),
        (new("reason", "Not approved because"), p => ReportValue.Of(p.Reason)),
    ];

    /// <summary>The table.</summary>
    public static ReportTable Table(IEnumerable<Probe> probes)
    {
        var table = new ReportTable([.. Columns.Select(c => c.Column)]);
        foreach (var probe in probes) table.Rows.Add(Array.ConvertAll(Columns, column => column.Value(probe)));
        return table;
    }

    /// <summary>The probes as a JSON array, whose keys are those of the properties.</summary>
    public static byte[] Json(IEnumerable<Probe> probes)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var probe in probes) Write(json, probe);
            json.WriteEndArray();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Probe probe)
    {
        json.WriteStartObject();
        (string Name, string? Value)[] texts =
        [
            ("name", probe.Name), ("version", probe.Version), ("title", probe.Title), ("state", probe.State),
                ("reason", probe.Reason),
            ("maturity", probe.Maturity), ("owner", probe.Owner), ("dataClass", probe.DataClass),
                ("reviewBy", Time(probe.ReviewBy)),
            ("author", probe.Author), ("approvedUntil", Time(probe.ApprovedUntil)), ("purpose", probe.Purpose),
                ("reading", probe.Reading),
            ("hash", probe.Hash), ("path", probe.Path), ("library", probe.Library),
        ];
        foreach (var (name, value) in texts) json.WriteString(name, value);
        if (probe.ApprovalsNeeded is { } needed) json.WriteNumber("approvalsNeeded", needed);
        else json.WriteNull("approvalsNeeded");
        (string Name, IReadOnlyList<string> Values)[] lists =
        [
            ("approvers", probe.Approvers), ("kernels", probe.Kernels), ("attachPoints", probe.AttachPoints),
                ("parameters", probe.Parameters),
        ];
        foreach (var (name, values) in lists)
        {
            json.WriteStartArray(name);
            foreach (var value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static string? Day(DateTime? time) => time?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Time(DateTime? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
