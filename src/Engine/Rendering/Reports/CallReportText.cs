using System.Text;
using System.Text.Json;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>A report for programs: CSV, which holds the counts that came in, and JSON, which holds everything.</summary>
internal static class CallReportText
{
    /// <summary>
    /// RFC 4180, one row per count. Names are inert in a spreadsheet (<see cref="CsvText"/>) and on a terminal: characters that move
    /// the cursor or turn the reading direction are written out (<see cref="DisplayText.Visible"/>). The exact name is in the JSON.
    /// </summary>
    public static void Csv(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
    {
        var section = report.Sections[0];
        var rows = new RowProgress(report, progress, cancel);
        int[] columns = [.. Enumerable.Range(0, section.Columns.Count).Where(i => !section.Columns[i].TableOnly)];
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(i => section.Columns[i].Name)).Append("\r\n");
        foreach (var row in section.Rows)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                if (c > 0) text.Append(',');
                var value = row[columns[c]];
                text.Append(value.Kind == ReportKind.Text ? CsvText.Field(DisplayText.Visible(value.ToString())) : value.ToString());
            }
            text.Append("\r\n").FlushTo(output);
            rows.Row();
        }
        text.FlushTo(output, all: true);
    }

    /// <summary>
    /// One object: title, calls, counts of rows, filter; <c>recordings</c>; <c>omitted</c>, by table the reason; then each table as an
    /// array of objects. Every name as it is, in JSON's own escapes.
    /// </summary>
    public static void Json(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
    {
        var rows = new RowProgress(report, progress, cancel);
        using var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions with { Indented = true });
        json.WriteStartObject();
        json.WriteString("title", report.Title);
        json.WriteStartObject("summary");
        Facts(json, report.Facts());
        json.WriteEndObject();
        json.WriteStartArray("recordings");
        foreach (var trace in report.Traces)
        {
            json.WriteStartObject();
            Facts(json, CallReport.Facts(trace).Where(f => f.Name != "warning"));
            json.WriteStartArray("warnings");
            foreach (var warning in trace.Warnings) json.WriteStringValue(warning);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("omitted");
        foreach (var omission in report.Omissions) json.WriteString(CallReport.Json(omission.Name), omission.Reason);
        json.WriteEndObject();
        foreach (var section in report.Sections)
        {
            (int At, JsonEncodedText Name)[] columns = [.. Enumerable.Range(0, section.Columns.Count)
                .Where(i => !section.Columns[i].TableOnly).Select(i => (i, JsonEncodedText.Encode(section.Columns[i].Name)))];
            json.WriteStartArray(CallReport.Json(section.Name));
            foreach (var row in section.Rows)
            {
                json.WriteStartObject();
                foreach (var (at, name) in columns)
                {
                    json.WritePropertyName(name);
                    ReportWriter.WriteValue(json, row[at]);
                }
                json.WriteEndObject();
                if (json.BytesPending > 1 << 16) json.Flush();
                rows.Row();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    private static void Facts(Utf8JsonWriter json, IEnumerable<ReportFact> facts)
    {
        foreach (var fact in facts)
        {
            json.WritePropertyName(fact.Name);
            ReportWriter.WriteValue(json, fact.Value);
        }
    }
}
