using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Recordings as a whole: where each comes from, what is in it, what was lost.</summary>
public static class TraceInfoReport
{
    /// <summary>Writes the descriptions. A single one is a JSON object, several are an array.</summary>
    public static void Write(IReadOnlyList<(TraceInfo Trace, TraceSelection Selection)> all, ReportFormat format, Stream output, ReportStyle style = default)
    {
        switch (format)
        {
            case ReportFormat.Csv:
                ReportWriter.Write(Table(all), format, output, style);
                return;
            case ReportFormat.Table:
                var text = new StringBuilder();
                foreach (var (trace, selection) in all)
                {
                    if (text.Length > 0) text.Append('\n');
                    Describe(text, trace, selection, style);
                }
                output.Write(Encoding.UTF8.GetBytes(text.ToString()));
                break;
            default:
                var options = ReportWriter.JsonOptions with { Indented = format == ReportFormat.Json };
                using (var json = new Utf8JsonWriter(output, options))
                {
                    var array = format == ReportFormat.Json && all.Count != 1;
                    if (array) json.WriteStartArray();
                    foreach (var (trace, selection) in all)
                    {
                        Json(json, trace, selection);
                        if (format != ReportFormat.JsonLines) continue;
                        json.Flush();
                        json.Reset();
                        output.Write("\n"u8);
                    }
                    if (array) json.WriteEndArray();
                }
                if (format == ReportFormat.Json) output.Write("\n"u8);
                break;
        }
        output.Flush();
    }

    /// <summary>How many of the events that happened were lost, in per cent with two decimals.</summary>
    public static string LostPercent(long events, long lost)
        => (events + lost == 0 ? 0 : lost / ((double)events + lost) * 100).ToString("F2", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Name, ReportValue Value)> Scalars(TraceInfo trace, TraceSelection selection) =>
    [
        ("path", ReportValue.Of(trace.Path)),
        ("format", ReportValue.Of(trace.Format)),
        ("formatVersion", ReportValue.Of(trace.FormatVersion)),
        ("compression", ReportValue.Of(trace.Compression)),
        ("tracer", ReportValue.Of(trace.Tracer)),
        ("clock", ReportValue.Of(trace.Clock)),
        ("clockUnit", ReportValue.Of(trace.ClockUnit.ToString())),
        ("kernelRelease", ReportValue.Of(trace.KernelRelease)),
        ("buildId", ReportValue.Of(trace.BuildId)),
        ("cpus", ReportValue.Of(trace.Cpus)),
        ("calls", ReportValue.Of(trace.Calls)),
        ("events", ReportValue.Of(trace.Events)),
        ("lostEvents", ReportValue.Of(trace.LostEvents)),
        ("notParsed", ReportValue.Of(trace.NotParsed)),
        ("firstTimestamp", ReportValue.Time(trace.FirstTime, trace)),
        ("lastTimestamp", ReportValue.Time(trace.LastTime, trace)),
        ("duration", trace.ClockUnit == ClockUnit.Nanoseconds ? ReportValue.Time(trace.LastTime - trace.FirstTime, trace) : default),
        ("selectedCalls", ReportValue.Of(selection.Calls)),
        ("functions", ReportValue.Of(selection.Functions)),
        ("edges", ReportValue.Of(selection.Edges)),
        ("tasks", ReportValue.Of(selection.Tasks)),
    ];

    private static ReportTable Table(IReadOnlyList<(TraceInfo Trace, TraceSelection Selection)> all)
    {
        var table = new ReportTable([.. Scalars(all[0].Trace, all[0].Selection).Select(s => new ReportColumn(s.Name, s.Name))]);
        table.Rows.AddRange(all.Select(a => Scalars(a.Trace, a.Selection).Select(s => s.Value).ToArray()));
        return table;
    }

    private static void Json(Utf8JsonWriter json, TraceInfo trace, TraceSelection selection)
    {
        json.WriteStartObject();
        foreach (var (name, value) in Scalars(trace, selection))
        {
            json.WritePropertyName(name);
            ReportWriter.WriteValue(json, value);
        }
        json.WriteStartArray("perCpu");
        foreach (var cpu in trace.PerCpu)
        {
            json.WriteStartObject();
            json.WriteNumber("cpu", cpu.Cpu);
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

    private static void Describe(StringBuilder text, TraceInfo trace, TraceSelection selection, ReportStyle style)
    {
        if (style.Colour) text.Append("\e[1m");
        text.Append(TerminalText.Escape(trace.Path)).Append('\n');
        if (style.Colour) text.Append("\e[0m");
        Line("Format", trace.Format + (trace.FormatVersion is { } version ? string.Create(CultureInfo.InvariantCulture, $" version {version}") : "")
            + (trace.Compression is null ? "" : $", {trace.Compression}"));
        Line("Tracer", trace.Tracer);
        Line("Clock", trace.Clock is null ? trace.ClockUnit == ClockUnit.Counts ? "counts" : null : trace.Clock + (trace.ClockUnit == ClockUnit.Counts ? " (counts, no time)" : ""));
        Line("Kernel", trace.KernelRelease);
        Line("Build id", trace.BuildId);
        Line("CPUs", Grouped(trace.Cpus));
        Line("Calls", Grouped(trace.Calls));
        Line("Events", trace.Events == 0 ? null : $"{Grouped(trace.Events)} ({string.Join(", ", trace.EventKinds.Take(5).Select(k => k.Key))}{(trace.EventKinds.Count > 5 ? ", ..." : "")})");
        Line("Lost", $"{Grouped(trace.LostEvents)} ({LostPercent(trace.Calls + trace.Events, trace.LostEvents)} %)");
        Line("Not parsed", trace.NotParsed == 0 ? null : $"{Grouped(trace.NotParsed)} ({string.Join(", ", trace.NotParsedKinds.Take(5).Select(k => k.Key))})");
        Line("First", ReportValue.Time(trace.FirstTime, trace).ToString());
        Line("Last", ReportValue.Time(trace.LastTime, trace).ToString());
        Line("Duration", trace.ClockUnit == ClockUnit.Nanoseconds && trace.FirstTime is not null ? $"{ReportValue.Time(trace.LastTime - trace.FirstTime, trace)} s" : null);
        if (selection.Calls != trace.Calls) Line("Selected calls", Grouped(selection.Calls));
        Line("Functions", Grouped(selection.Functions));
        Line("Edges", Grouped(selection.Edges));
        Line("Tasks", Grouped(selection.Tasks));
        if (trace.PerCpu.Count > 1)
        {
            var table = new ReportTable([new("cpu", "CPU"), new("calls", "Calls") { IsSum = true }, new("lostEvents", "Lost") { IsSum = true }, new("events", "Events") { IsSum = true }, new("notParsed", "Not parsed") { IsSum = true }]);
            foreach (var c in trace.PerCpu)
                table.Rows.Add([ReportValue.Of(c.Cpu < 0 ? "none" : c.Cpu.ToString(CultureInfo.InvariantCulture)), ReportValue.Of(c.Calls), ReportValue.Of(c.LostEvents), ReportValue.Of(c.Events), ReportValue.Of(c.NotParsed)]);
            using var lines = new MemoryStream();
            ReportWriter.Write(table, ReportFormat.Table, lines);
            foreach (var line in Encoding.UTF8.GetString(lines.ToArray()).TrimEnd('\n').Split('\n')) text.Append("  ").Append(line).Append('\n');
        }

        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) text.Append(CultureInfo.InvariantCulture, $"  {name,-16}{TerminalText.Escape(value)}\n");
        }
    }

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
