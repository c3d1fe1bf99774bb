using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes descriptions of recordings: their origin, content and losses.</summary>
internal static class TraceInfoReport
{
    private const int HeadingWidth = 20;
    private const int LongestLine = 120;

    /// <summary>Writes the descriptions. In JSON, one description is an object and several are an array.</summary>
    public static void Write(
        IReadOnlyList<(TraceInfo Trace, TraceSelection Selection)> all, ReportFormat format, Stream output,
        ReportStyle style = default)
    {
        switch (format)
        {
            case ReportFormat.Csv:
                ReportWriter.Write(Table(all), format, output, style);
                break;
            case ReportFormat.Table:
                var texts = all.Select(one => Describe(one.Trace, one.Selection, style));
                output.Write(Encoding.UTF8.GetBytes(string.Join('\n', texts)));
                break;
            default:
                WriteJson(all, format, output);
                break;
        }
        output.Flush();
    }

    private static ReportFact[] Fields(TraceInfo trace, TraceSelection selection) =>
    [
        .. TraceInfoFields.Of(trace),
        new("selectedCalls", "Selected calls", ReportValue.Of(selection.Calls)),
        new("functions", "Functions", ReportValue.Of(selection.Functions)),
        new("edges", "Edges", ReportValue.Of(selection.Edges)),
        new("tasks", "Tasks", ReportValue.Of(selection.Tasks)),
    ];

    private static ReportTable Table(IReadOnlyList<(TraceInfo Trace, TraceSelection Selection)> all)
    {
        var table = new ReportTable([.. Fields(all[0].Trace, all[0].Selection).Select(f => new ReportColumn(f.Name, f.Heading))]);
        table.Rows.AddRange(all.Select(a => Array.ConvertAll(Fields(a.Trace, a.Selection), f => f.Value)));
        return table;
    }

    private static void WriteJson(
        IReadOnlyList<(TraceInfo Trace, TraceSelection Selection)> all, ReportFormat format, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions with { Indented = format == ReportFormat.Json }))
        {
            var array = format == ReportFormat.Json && all.Count != 1;
            if (array) json.WriteStartArray();
            foreach (var (trace, selection) in all)
            {
                WriteJson(json, trace, selection);
                if (format != ReportFormat.JsonLines) continue;
                json.Flush();
                json.Reset();
                output.Write("\n"u8);
            }
            if (array) json.WriteEndArray();
        }
        if (format == ReportFormat.Json) output.Write("\n"u8);
    }

    private static void WriteJson(Utf8JsonWriter json, TraceInfo trace, TraceSelection selection)
        => WriteJson(json, trace, Fields(trace, selection));

    /// <summary>
    /// Writes the description of a recording as a JSON object: what <c>info --json</c> prints without what a filter selects, and
    /// numbers that other outputs are computed from.
    /// </summary>
    public static void WriteFacts(Utf8JsonWriter json, TraceInfo trace) => WriteJson(json, trace,
    [
        .. TraceInfoFields.Of(trace),
        new("leafReturns", "Leaf returns", ReportValue.Of(trace.LeafReturns)),
        new("observedTime", "Observed time", ReportValue.Of(trace.ObservedTime)),
        new("wallOffset", "Wall offset", ReportValue.Of(trace.WallOffset)),
    ]);

    private static void WriteJson(Utf8JsonWriter json, TraceInfo trace, IReadOnlyList<ReportFact> facts)
    {
        json.WriteStartObject();
        ReportWriter.WriteFacts(json, facts);
        Texts(json, "instances", trace.Instances);
        json.WriteStartArray("perCpu");
        foreach (var cpu in trace.PerCpu)
        {
            json.WriteStartObject();
            ReportWriter.WriteFacts(json, [new("cpu", "CPU", ReportValue.Of(cpu.Cpu))]);
            json.WriteNumber("calls", cpu.Calls);
            json.WriteNumber("lostEvents", cpu.LostEvents);
            json.WriteNumber("events", cpu.Events);
            json.WriteNumber("notParsed", cpu.NotParsed);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Counts(json, "eventKinds", trace.EventKinds);
        Counts(json, "notParsedKinds", trace.NotParsedKinds);
        Texts(json, "notParsedSamples", trace.NotParsedSamples);
        Texts(json, "warnings", trace.Warnings);
        json.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach (var (kind, count) in counts) json.WriteNumber(kind, count);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string Describe(TraceInfo trace, TraceSelection selection, ReportStyle style)
    {
        var text = new StringBuilder();
        if (style.Colour) text.Append("\e[1m");
        text.Append(TerminalText.Escape(trace.Path)).Append('\n');
        if (style.Colour) text.Append("\e[0m");
        foreach (var field in Fields(trace, selection))
        {
            // The path is the title. Without a filter, all calls are selected.
            if (field.Name == "path" || (field.Name == "selectedCalls" && selection.Calls == trace.Calls)) continue;
            if (field.IsDetail || field.Value.ToString().Length == 0) continue;
            text.Append("  ").Append(field.Heading.PadRight(HeadingWidth)).Append(TerminalText.Escape(Value(field)));
            if (field.Note is { } note) text.Append(' ').Append(Wrapped(TerminalText.Escape($"({note})"), Column(text)));
            text.Append('\n');
        }
        if (trace.Instances.Count > 0)
        {
            var names = TerminalText.Escape(string.Join(", ", trace.Instances));
            text.Append("  ").Append("Instances".PadRight(HeadingWidth)).Append(names).Append('\n');
        }
        if (trace.PerCpu.Count > 1) AppendPerCpu(text, trace);
        return text.ToString();
    }

    /// <summary>The column behind the last character of a text and a space.</summary>
    private static int Column(StringBuilder text)
    {
        var at = text.Length;
        while (at > 0 && text[at - 1] != '\n') at--;
        return text.Length - at + 1;
    }

    /// <summary>A list in lines of at most <see cref="LongestLine"/> characters, which break behind its commas.</summary>
    private static string Wrapped(string list, int column)
    {
        var text = new StringBuilder();
        foreach (var item in list.Split(", "))
        {
            if (text.Length > 0)
            {
                var breaks = column + item.Length + 1 > LongestLine;
                text.Append(breaks ? ",\n" : ", ").Append(' ', breaks ? HeadingWidth + 3 : 0);
                if (breaks) column = HeadingWidth + 3;
            }
            text.Append(item);
            column += item.Length + 2;
        }
        return text.ToString();
    }

    private static string Value(ReportFact field)
        => field.Value is { IsWhole: true } number && !field.IsTimestamp
            ? DisplayText.Number(number.Number) : field.Value.ToString();

    private static void AppendPerCpu(StringBuilder text, TraceInfo trace)
    {
        var table = new ReportTable(
        [
            new("cpu", "CPU"), new("calls", "Calls") { IsSum = true }, new("lostEvents", "Lost") { IsSum = true },
            new("events", "Events") { IsSum = true }, new("notParsed", "Not parsed") { IsSum = true },
        ]);
        foreach (var c in trace.PerCpu)
        {
            table.Rows.Add(
            [
                ReportValue.Of(c.Cpu?.ToString(CultureInfo.InvariantCulture) ?? "none"), ReportValue.Of(c.Calls),
                ReportValue.Of(c.LostEvents), ReportValue.Of(c.Events), ReportValue.Of(c.NotParsed),
            ]);
        }
        using var lines = new MemoryStream();
        ReportWriter.Write(table, ReportFormat.Table, lines);
        foreach (var line in Encoding.UTF8.GetString(lines.ToArray()).TrimEnd('\n').Split('\n'))
            text.Append("  ").Append(line).Append('\n');
    }
}
