using System.Text;
using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes what can be trusted in recordings.</summary>
internal static class TraceCheckReport
{
    private const int MostLosses = 20;

    /// <summary>Writes the results. In JSON, one is an object and several are an array; in CSV, each check is a row.</summary>
    public static void Write(IReadOnlyList<TraceCheck> all, ReportFormat format, Stream output, ReportStyle style = default)
    {
        if (format == ReportFormat.Csv) ReportWriter.Write(Table(all), format, output, style);
        else if (format == ReportFormat.Table)
            output.Write(Encoding.UTF8.GetBytes(string.Join('\n', all.Select(check => Describe(check, style)))));
        else WriteJson(all, format, output);
        output.Flush();
    }

    private static ReportTable Table(IReadOnlyList<TraceCheck> all)
    {
        var table = new ReportTable(
        [
            new("path", "Recording"), new("name", "Check"), new("cpu", "CPU"), new("passed", "Passed"), new("expected", "Expected"),
            new("found", "Found"), new("unit", "Unit"),
        ]);
        foreach (var one in all)
            foreach (var check in one.Checks)
                table.Rows.Add([ReportValue.Of(one.Path), .. Facts(check).Where(f => f.Name != "rule").Select(f => f.Value)]);
        return table;
    }

    private static ReportFact[] Facts(SelfCheck check) =>
    [
        new("name", "Check", ReportValue.Of(check.Name)),
        new("rule", "Rule", ReportValue.Of(check.Rule)),
        new("cpu", "CPU", ReportValue.Of(check.Cpu)),
        new("passed", "Passed", check.Passed is { } passed ? ReportValue.Of(passed) : default),
        new("expected", "Expected", ReportValue.Of(check.Expected)),
        new("found", "Found", ReportValue.Of(check.Found)),
        new("unit", "Unit", ReportValue.Of(check.Unit)),
    ];

    private static void WriteJson(IReadOnlyList<TraceCheck> all, ReportFormat format, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions with { Indented = format == ReportFormat.Json }))
        {
            var array = format == ReportFormat.Json && all.Count != 1;
            if (array) json.WriteStartArray();
            foreach (var check in all)
            {
                WriteJson(json, check);
                if (format != ReportFormat.JsonLines) continue;
                json.Flush();
                json.Reset();
                output.Write("\n"u8);
            }
            if (array) json.WriteEndArray();
        }
        if (format == ReportFormat.Json) output.Write("\n"u8);
    }

    private static void WriteJson(Utf8JsonWriter json, TraceCheck check)
    {
        json.WriteStartObject();
        json.WriteString("path", check.Path);
        json.WriteString("verdict", check.Verdict);
        if (check.CpusNotSeen is null) json.WriteNull("cpusNotSeen");
        else List(json, "cpusNotSeen", check.CpusNotSeen, json.WriteNumberValue);
        json.WriteNumber("events", check.Events);
        json.WriteNumber("lostEvents", check.LostEvents);
        json.WriteNumber("notParsed", check.NotParsed);
        json.WriteNumber("lossCount", check.LossCount);
        List(json, "losses", check.Losses, loss =>
        {
            json.WriteStartObject();
            json.WriteNumber("cpu", loss.Cpu);
            Number(json, "events", loss.Events);
            Number(json, "from", loss.From);
            Number(json, "to", loss.To);
            json.WriteString("unit", loss.Unit);
            json.WriteEndObject();
        });
        List(json, "kinds", check.Kinds, kind =>
        {
            json.WriteStartObject();
            ReportWriter.WriteFacts(json,
            [
                new("kind", "", ReportValue.Of(kind.Kind)), new("canMeasure", "", ReportValue.Of(kind.CanMeasure)),
                new("count", "", ReportValue.Of(kind.Count)), new("uncertain", "", ReportValue.Of(kind.Uncertain)),
            ]);
            List(json, "missing", kind.Missing, json.WriteStringValue);
            json.WriteString("recommendedAction", kind.RecommendedAction);
            json.WriteEndObject();
        });
        List(json, "checks", check.Checks, one => Object(json, Facts(one)));
        List(json, "findings", check.Findings, finding => Write(json, finding));
        List(json, "warnings", check.Warnings, json.WriteStringValue);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TraceFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("code", finding.Code);
        Number(json, "cpu", finding.Cpu);
        Number(json, "from", finding.From);
        Number(json, "to", finding.To);
        json.WriteString("cause", finding.Cause);
        json.WriteString("recommendedAction", finding.RecommendedAction);
        json.WriteString("message", finding.Message);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    private static void Object(Utf8JsonWriter json, ReportFact[] facts)
    {
        json.WriteStartObject();
        ReportWriter.WriteFacts(json, facts);
        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> values, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var value in values) write(value);
        json.WriteEndArray();
    }

    private static string Describe(TraceCheck check, ReportStyle style)
    {
        var text = new StringBuilder();
        var (bold, plain) = style.Colour ? ("\e[1m", "\e[0m") : ("", "");
        Line($"{bold}{TerminalText.Escape(check.Path)}{plain}: {check.Verdict}");
        foreach (var finding in check.Findings) Line($"  {TerminalText.Escape(finding.Message)}");
        if (check.LossCount > 0)
            Line($"  Lost: {DisplayText.Count(check.LostEvents, "event")}, {DisplayText.Count(check.LossCount, "gap")}:");
        foreach (var loss in check.Losses.Take(MostLosses)) Line($"    {loss}");
        if (check.LossCount > MostLosses) Line($"    {DisplayText.Number(check.LossCount - MostLosses)} more");
        Line("  Can be measured: " + Names(check.Kinds.Where(kind => kind.CanMeasure).Select(kind => kind.Kind)));
        var others = check.Kinds.Where(kind => !kind.CanMeasure).GroupBy(kind => kind.RecommendedAction).ToList();
        if (others.Count > 0) Line("  Cannot be measured:");
        foreach (var group in others) Line($"    {Names(group.Select(kind => kind.Kind))}. {group.Key}");
        Line("  Checks:");
        foreach (var one in check.Checks) Line($"    {one}");
        foreach (var warning in check.Warnings) Line($"  Warning: {TerminalText.Escape(warning)}");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "nothing";
}
