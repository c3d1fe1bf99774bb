using System.Buffers;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes a <see cref="ReportTable"/> in any format.</summary>
internal static class ReportWriter
{
    internal static readonly JsonWriterOptions JsonOptions = new() { SkipValidation = true };

    /// <summary>Writes the table as UTF-8.</summary>
    public static void Write(ReportTable table, ReportFormat format, Stream output, ReportStyle style = default)
    {
        switch (format)
        {
            case ReportFormat.Csv:
                Write(output, Csv(table, style));
                break;
            case ReportFormat.Json or ReportFormat.JsonLines:
                Json(table, format, output);
                break;
            default:
                Write(output, Table(table, style));
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

    private static void Write(Stream output, StringBuilder text)
    {
        foreach (var chunk in text.GetChunks())
        {
            var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(chunk.Length));
            output.Write(bytes, 0, Encoding.UTF8.GetBytes(chunk.Span, bytes));
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static StringBuilder Csv(ReportTable table, ReportStyle style)
    {
        int[] columns = [.. Enumerable.Range(0, table.Columns.Count).Where(i => !table.Columns[i].TableOnly)];
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(i => table.Columns[i].Name)).Append("\r\n");
        foreach (var row in table.Rows)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                if (c > 0) text.Append(',');
                var value = row[columns[c]];
                if (value.Kind != ReportKind.Text) text.Append(value.ToString());
                else text.Append(CsvText.Field(style.ToTerminal ? TerminalText.Escape(value.ToString()) : value.ToString()));
            }
            text.Append("\r\n");
        }
        return text;
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

    private static StringBuilder Table(ReportTable table, ReportStyle style)
    {
        // A column without any value is not shown.
        int[] columns = [.. Enumerable.Range(0, table.Columns.Count)
            .Where(i => !table.Columns[i].NotInTable
                && (table.Rows.Count == 0 || table.Rows.Exists(r => r[i].Kind != ReportKind.None)))];
        var cells = table.Rows.ConvertAll(row => Array.ConvertAll(columns, i => TerminalText.Escape(row[i].ToString())));
        int Widest(int c) => cells.Select(r => TerminalText.Width(r[c])).DefaultIfEmpty().Max();
        var widths = columns.Select((column, c) => Math.Max(table.Columns[column].Heading.Length, Widest(c))).ToArray();
        bool[] right = [.. columns.Select(i => table.Columns[i].IsSum || table.Rows.Exists(r => r[i].Kind == ReportKind.Number))];
        var text = new StringBuilder();
        if (style.Colour) text.Append("\e[1m");
        Line([.. columns.Select(i => table.Columns[i].Heading)]);
        Line([.. columns.Select(i => new string('-', table.Columns[i].Heading.Length))]);
        if (style.Colour) text.Append("\e[0m");
        foreach (var row in cells) Line(row);
        return text;

        void Line(string[] row)
        {
            for (var c = 0; c < row.Length; c++)
            {
                var pad = widths[c] - TerminalText.Width(row[c]);
                if (c > 0) text.Append("  ");
                if (right[c]) text.Append(' ', pad);
                text.Append(row[c]);
                if (!right[c] && c < row.Length - 1) text.Append(' ', pad);
            }
            while (text is { Length: > 0 } && text[^1] == ' ') text.Length--;
            text.Append('\n');
        }
    }
}
