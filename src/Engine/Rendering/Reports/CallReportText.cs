using System.Text;
using System.Text.Json;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes a report for programs: as CSV, which holds the counts that were passed in, or as JSON, which holds everything.
/// </summary>
internal static class CallReportText
{
    /// <summary>
    /// Writes CSV (RFC 4180), one row per count. A spreadsheet does not run names (<see cref="CsvText"/>), and characters that
    /// move the cursor or change the reading direction are escaped (<see cref="DisplayText.Visible"/>). The JSON has the exact
    /// names.
    /// </summary>
    public static void Csv(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
    {
        var section = report.OnlyTable;
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
                var content = value.ToString();
                text.Append(value.Kind == ReportKind.Text ? CsvText.Field(DisplayText.Visible(content)) : content);
            }
            text.Append("\r\n").FlushTo(output);
            rows.Row();
        }
        text.FlushTo(output, all: true);
    }

    /// <summary>
    /// Writes one JSON object: <c>title</c>; <c>summary</c> with calls, rows per table and the filter; <c>recordings</c>;
    /// <c>omitted</c>, the reason for each missing table; then each table as an array of objects.
    /// </summary>
    public static void Json(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
    {
        var rows = new RowProgress(report, progress, cancel);
        using var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions with { Indented = true });
        json.WriteStartObject();
        json.WriteString("title", report.Title);
        json.WriteStartObject("summary");
        ReportWriter.WriteFacts(json, report.Facts());
        json.WriteEndObject();
        json.WriteStartArray("recordings");
        foreach (var trace in report.Traces)
        {
            json.WriteStartObject();
            ReportWriter.WriteFacts(json, TraceInfoFields.Of(trace));
            json.WriteStartArray("warnings");
            foreach (var warning in trace.Warnings) json.WriteStringValue(warning);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("omitted");
        foreach (var omission in report.Omissions) json.WriteString(CallReport.Json(omission.Name), omission.Reason);
        json.WriteEndObject();
        foreach (var section in report.Sections) Section(json, section, rows);
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    private static void Section(Utf8JsonWriter json, ReportSection section, RowProgress rows)
    {
        (int At, JsonEncodedText Name)[] columns =
        [
            .. Enumerable.Range(0, section.Columns.Count).Where(i => !section.Columns[i].TableOnly)
                .Select(i => (i, JsonEncodedText.Encode(section.Columns[i].Name))),
        ];
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
}
