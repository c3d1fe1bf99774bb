using System.Text;
using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes each interval as a line, while the recording is read.</summary>
/// <param name="output">Receives UTF-8. It is not closed.</param>
/// <param name="format">The format.</param>
/// <param name="style">The destination.</param>
/// <param name="limit">The most intervals to write.</param>
internal sealed class IntervalListing(Stream output, ReportFormat format, ReportStyle style, long limit)
{
    // Widths of the columns of a table; the last one has any.
    private static readonly int[] Widths = [13, 26, 15, 7, 16, 10, 3, 15, 7];

    private readonly (ReportColumn Column, Func<Interval, ReportValue> Value)[] _columns = [.. IntervalReports.Columns
        .Where(c => format == ReportFormat.Table ? !c.Column.NotInTable : !c.Column.TableOnly)];
    private readonly StringBuilder _text = new();

    /// <summary>The number of intervals written.</summary>
    public long Written { get; private set; }

    /// <summary>Whether the limit is reached.</summary>
    public bool IsFull => Written >= limit;

    /// <summary>Called when the limit is reached. The reading can then end.</summary>
    public Action? Full { get; init; }

    /// <summary>Writes an interval.</summary>
    public void Add(Interval interval)
    {
        if (IsFull) return;
        if (Written++ == 0) Head();
        if (format is ReportFormat.Json or ReportFormat.JsonLines)
        {
            if (format == ReportFormat.Json) output.Write(Written == 1 ? "[\n"u8 : ",\n"u8);
            using (var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions)) WriteJson(json, interval);
            if (format == ReportFormat.JsonLines) output.Write("\n"u8);
        }
        else if (format == ReportFormat.Csv) Line(interval, ",", (value, _) => Csv(value), "\r\n");
        else Line(interval, "  ", Cell, "\n");
        if (IsFull) Full?.Invoke();
    }

    /// <summary>Writes the end. No interval can be added afterwards.</summary>
    public void Finish()
    {
        if (Written == 0) Head();
        if (format == ReportFormat.Json) output.Write(Written == 0 ? "[]\n"u8 : "\n]\n"u8);
        _text.FlushTo(output, all: true);
        output.Flush();
    }

    /// <summary>Writes an interval as a JSON object.</summary>
    internal static void WriteJson(Utf8JsonWriter json, Interval interval)
    {
        json.WriteStartObject();
        foreach (var (column, value) in IntervalReports.Columns)
        {
            if (column.TableOnly) continue;
            json.WritePropertyName(column.Name);
            ReportWriter.WriteValue(json, value(interval));
        }
        json.WriteEndObject();
    }

    private void Head()
    {
        if (format == ReportFormat.Csv) _text.AppendJoin(',', _columns.Select(c => c.Column.Name)).Append("\r\n");
        if (format != ReportFormat.Table) return;
        if (style.Colour) _text.Append("\e[1m");
        Row(_columns.Select((c, at) => Pad(c.Column.Heading, at, IsRight(c.Column))), "  ", "\n");
        Row(_columns.Select((c, at) => Pad(new string('-', c.Column.Heading.Length), at, IsRight(c.Column))), "  ", "\n");
        if (style.Colour) _text.Append("\e[0m");
    }

    private void Line(Interval interval, string between, Func<ReportValue, int, string> cell, string end)
        => Row(_columns.Select((c, at) => cell(c.Value(interval), at)), between, end);

    private void Row(IEnumerable<string> cells, string between, string end)
    {
        var start = _text.Length;
        _text.AppendJoin(between, cells);
        while (format == ReportFormat.Table && _text.Length > start && _text[^1] == ' ') _text.Length--;
        _text.Append(end).FlushTo(output);
    }

    private string Csv(ReportValue value) => value.Kind != ReportKind.Text ? value.ToString()
        : CsvText.Field(style.ToTerminal ? TerminalText.Escape(value.ToString()) : value.ToString());

    private string Cell(ReportValue value, int column) => Pad(
        value.Kind == ReportKind.Text ? TerminalText.Cell(value.ToString()) : value.ToString(), column,
        IsRight(_columns[column].Column));

    private static bool IsRight(ReportColumn column) => column.IsNumber || column.Name == "start";

    private static string Pad(string text, int column, bool right)
    {
        var blanks = new string(' ', Math.Max(0, Widths[column] - TerminalText.Width(text)));
        return right ? blanks + text : text + blanks;
    }
}
