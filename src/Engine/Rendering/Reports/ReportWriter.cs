using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes a <see cref="ReportTable"/> in any format.</summary>
internal static class ReportWriter
{
    internal static readonly JsonWriterOptions JsonOptions = new() { SkipValidation = true };

    /// <summary>Writes the rows as JSON objects that have more than the columns: an array, or a line for each.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="format"><see cref="ReportFormat.Json"/> or <see cref="ReportFormat.JsonLines"/>.</param>
    /// <param name="output">The output.</param>
    /// <param name="write">Writes the object of a row.</param>
    public static void WriteObjects(
        ReportTable table, ReportFormat format, Stream output, Action<Utf8JsonWriter, ReportValue[]> write)
    {
        var isFirst = true;
        if (format == ReportFormat.Json) output.Write("["u8);
        foreach (var row in table.Rows)
        {
            if (format == ReportFormat.Json) output.Write(isFirst ? "\n"u8 : ",\n"u8);
            using (var json = new Utf8JsonWriter(output, JsonOptions)) write(json, row);
            if (format == ReportFormat.JsonLines) output.Write("\n"u8);
            isFirst = false;
        }
        if (format == ReportFormat.Json) output.Write("\n]\n"u8);
    }

    /// <summary>Writes the table as UTF-8.</summary>
    public static void Write(ReportTable table, ReportFormat format, Stream output, ReportStyle style = default,
        TableShape? shape = null)
    {
        switch (format)
        {
            case ReportFormat.Csv:
                Csv(table.Columns, table.Rows, output, style);
                break;
            case ReportFormat.Json or ReportFormat.JsonLines:
                Json(table, format, output);
                break;
            default:
                Table(table, output, style, shape ?? new TableShape());
                break;
        }
        output.Flush();
    }

    /// <summary>Writes a value as JSON. Numbers keep all their digits.</summary>
    internal static void WriteValue(Utf8JsonWriter json, ReportValue value)
    {
        switch (value.Kind)
        {
            case ReportKind.Text:
                json.WriteStringValue(value.ToString());
                break;
            case ReportKind.Number or ReportKind.Truth:
                json.WriteRawValue(value.ToString(), skipInputValidation: true);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>Writes facts as properties of the current JSON object.</summary>
    internal static void WriteFacts(Utf8JsonWriter json, IEnumerable<ReportFact> facts)
    {
        foreach (var fact in facts)
        {
            json.WritePropertyName(fact.Name);
            WriteValue(json, fact.Value);
        }
    }

    /// <summary>Writes rows as CSV. A row is not used after the next one was asked for.</summary>
    internal static void Csv(
        IReadOnlyList<ReportColumn> all, IEnumerable<ReportValue[]> rows, Stream output, ReportStyle style)
    {
        int[] columns = [.. Enumerable.Range(0, all.Count).Where(i => !all[i].TableOnly)];
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(i => all[i].Name)).Append("\r\n");
        foreach (var row in rows)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                if (c > 0) text.Append(',');
                var value = row[columns[c]];
                if (value.IsWhole) text.Append(CultureInfo.InvariantCulture, $"{value.Number}");
                else if (value.Kind != ReportKind.Text) text.Append(value.ToString());
                else text.Append(CsvText.Field(style.ToTerminal ? TerminalText.Escape(value.ToString()) : value.ToString()));
            }
            text.Append("\r\n").FlushTo(output);
        }
        text.FlushTo(output, all: true);
    }

    private static void Json(ReportTable table, ReportFormat format, Stream output)
    {
        (int At, JsonEncodedText Name)[] columns = [.. Enumerable.Range(0, table.Columns.Count)
            .Where(i => !table.Columns[i].TableOnly).Select(i => (i, JsonEncodedText.Encode(table.Columns[i].Name)))];
        using var json = new Utf8JsonWriter(output, JsonOptions);
        output.Write(format == ReportFormat.Json ? "["u8 : ""u8);
        for (var r = 0; r < table.Rows.Count; r++)
        {
            if (format == ReportFormat.Json) output.Write(r == 0 ? "\n"u8 : ",\n"u8);
            json.WriteStartObject();
            foreach (var (at, name) in columns)
            {
                json.WritePropertyName(name);
                WriteValue(json, table.Rows[r][at]);
            }
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            if (format == ReportFormat.JsonLines) output.Write("\n"u8);
        }
        output.Write(format == ReportFormat.Json ? "\n]\n"u8 : ""u8);
    }

    private static void Table(ReportTable table, Stream output, ReportStyle style, TableShape shape)
    {
        // A column without any value is not shown.
        int[] columns = [.. Enumerable.Range(0, table.Columns.Count)
            .Where(i => !table.Columns[i].NotInTable
                && (table.Rows.Count == 0 || table.Rows.Exists(r => r[i].Kind != ReportKind.None) || shape.Has(i)))];
        // Cells are made twice, first for their widths, because those of all rows can take a lot of memory.
        int Widest(int column) => table.Rows.Select(row => TerminalText.Width(Cell(row[column]))).DefaultIfEmpty().Max();
        var widths = Array.ConvertAll(columns, i => Math.Max(table.Columns[i].Heading.Length, Widest(i)));
        var hasHeading = shape.Continue(columns, widths);
        bool[] right = [.. columns.Select(i => table.Columns[i].IsSum || table.Rows.Exists(r => r[i].Kind == ReportKind.Number))];
        var text = new StringBuilder();
        if (!hasHeading)
        {
            if (style.Colour) text.Append("\e[1m");
            Line([.. columns.Select(i => table.Columns[i].Heading)]);
            Line([.. columns.Select(i => new string('-', table.Columns[i].Heading.Length))]);
            if (style.Colour) text.Append("\e[0m");
        }
        foreach (var row in table.Rows) Line(Array.ConvertAll(columns, i => Cell(row[i])));
        text.FlushTo(output, all: true);

        void Line(string[] row)
        {
            var start = text.Length;
            for (var c = 0; c < row.Length; c++)
            {
                var pad = widths[c] - TerminalText.Width(row[c]);
                if (c > 0) text.Append("  ");
                if (right[c]) text.Append(' ', pad);
                text.Append(row[c]);
                if (!right[c] && c < row.Length - 1) text.Append(' ', pad);
            }
            while (text.Length > start && text[^1] == ' ') text.Length--;
            text.Append('\n').FlushTo(output);
        }
    }

    private static string Cell(ReportValue value)
        => value.Kind == ReportKind.Text ? TerminalText.Cell(value.ToString()) : value.ToString();
}
