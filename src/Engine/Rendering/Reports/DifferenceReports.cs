using System.Text.Json;
using KernelMagnifier.Comparison;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Makes tables of differences.</summary>
internal static class DifferenceReports
{
    /// <summary>The columns, and the value of each.</summary>
    internal static readonly (ReportColumn Column, Func<TraceDifference, ReportValue> Value)[] Columns =
    [
        (new("kind", "Kind"), d => ReportValue.Of(d.Kind)),
        (new("key", "Key"), d => ReportValue.Of(d.Key)),
        (new("caller", "Caller") { NotInTable = true }, d => ReportValue.Of(d.Caller)),
        (new("callee", "Callee") { NotInTable = true }, d => ReportValue.Of(d.Callee)),
        (new("metric", "Metric"), d => ReportValue.Of(d.Metric)),
        (new("unit", "Unit") { NotInTable = true }, d => ReportValue.Of(d.Unit)),
        .. Shown("before", "Before", d => d.Before, d => DifferenceText.Of(d.Before, d.Unit)),
        .. Shown("after", "After", d => d.After, d => DifferenceText.Of(d.After, d.Unit)),
        .. Shown("ratio", "Ratio", d => d.Ratio, d => DifferenceText.Ratio(d.Ratio, d.Presence)),
        .. Number("ratioLow", "Ratio low", d => d.RatioLow),
        .. Number("ratioHigh", "Ratio high", d => d.RatioHigh),
        (new("interval", "CI") { TableOnly = true }, d => ReportValue.Of(DifferenceText.Interval(d.RatioLow, d.RatioHigh))),
        .. Shown("pValue", "p", d => d.PValue, d => DifferenceText.PValue(d.PValue)),
        (new("isSignificant", "Significant") { NotInTable = true },
            d => d.IsSignificant is { } known ? ReportValue.Of(known) : default),
        (new("presence", "Presence") { NotInTable = true }, d => ReportValue.Of(d.Presence)),
        (new("verdict", "Verdict"), d => ReportValue.Of(d.Verdict)),
        (new("method", "Method"), d => ReportValue.Of(d.Method)),
        (new("attributionShown", "Moved by") { TableOnly = true }, d => ReportValue.Of(DifferenceText.Attribution(d))),
        (new("beforeCount", "Before n") { NotInTable = true, IsSum = true }, d => ReportValue.Of(d.BeforeCount)),
        (new("afterCount", "After n") { NotInTable = true, IsSum = true }, d => ReportValue.Of(d.AfterCount)),
    ];

    /// <summary>The columns of a report for people: numbers, which can be sorted, instead of texts with a unit.</summary>
    internal static readonly (ReportColumn Column, Func<TraceDifference, ReportValue> Value)[] Numbers =
    [
        .. Columns.Where(c => !c.Column.TableOnly)
            .Select(c => (c.Column with { NotInTable = c.Column.Name is "caller" or "callee" }, c.Value)),
        (new("movedBy", "Moved by"), d => ReportValue.Of(d.Attribution is [var first, ..] ? first.ToString() : null)),
        (new("reasons", "Reasons"), d => ReportValue.Of(d.Reasons.Count == 0 ? null : string.Join(" ", d.Reasons))),
    ];

    /// <summary>The columns of what moved the numbers, and the value of each.</summary>
    internal static readonly
        (ReportColumn Column, Func<(TraceDifference Row, DifferenceShare Share), ReportValue> Value)[] Shares =
    [
        (new("kind", "Kind"), s => ReportValue.Of(s.Row.Kind)),
        (new("key", "Key"), s => ReportValue.Of(s.Row.Key)),
        (new("metric", "Metric"), s => ReportValue.Of(s.Row.Metric)),
        (new("what", "What"), s => ReportValue.Of(s.Share.What)),
        (new("name", "Name"), s => ReportValue.Of(s.Share.Name)),
        (new("before", "Before") { IsSum = true }, s => Of(s.Share.Before)),
        (new("after", "After") { IsSum = true }, s => Of(s.Share.After)),
        (new("percent", "Percent") { IsSum = true }, s => Of(s.Share.Percent)),
    ];

    /// <summary>The columns of the recordings of both sides, and the value of each.</summary>
    internal static readonly (ReportColumn Column, Func<(string Side, TraceInfo Trace), ReportValue> Value)[] Sides =
    [
        (new("side", "Side"), s => ReportValue.Of(s.Side)),
        (new("path", "Recording"), s => ReportValue.Of(s.Trace.Path)),
        (new("kernelRelease", "Kernel"), s => ReportValue.Of(s.Trace.KernelRelease)),
        (new("clock", "Clock"), s => ReportValue.Of(s.Trace.Clock)),
        (new("cpus", "CPUs") { IsSum = true }, s => ReportValue.Of(s.Trace.Cpus)),
        (new("duration", "Seconds") { IsSum = true }, s => Of(s.Trace.Duration)),
        (new("calls", "Calls") { IsSum = true }, s => ReportValue.Of(s.Trace.Calls)),
        (new("events", "Events") { IsSum = true }, s => ReportValue.Of(s.Trace.Events)),
        (new("lostEvents", "Lost events") { IsSum = true }, s => ReportValue.Of(s.Trace.LostEvents)),
    ];

    /// <summary>The column of what differs between the sides besides the numbers.</summary>
    internal static readonly (ReportColumn Column, Func<string, ReportValue> Value)[] Drift =
        [(new("drift", "Difference between the sides"), ReportValue.Of)];

    /// <summary>The recordings of comparisons, each with its side.</summary>
    internal static IReadOnlyList<(string Side, TraceInfo Trace)> SidesOf(IEnumerable<TraceComparison> comparisons)
        => [.. comparisons.SelectMany(sides => sides.Before.Select(trace => ("Before", trace))
            .Concat(sides.After.Select(trace => ("After", trace))))];

    /// <summary>The title of a report. Untrusted text.</summary>
    internal static string Title(IReadOnlyList<TraceComparison> comparisons)
    {
        const int Longest = 110;
        return comparisons is not [var sides] ? "Comparison" : DisplayText.Shorten(
            $"Comparison of {RecordingTitle.Names(sides.Before)} and {RecordingTitle.Names(sides.After)}", Longest);
    }

    /// <summary>The table, and the difference of each row.</summary>
    public static (ReportTable Table, Dictionary<ReportValue[], TraceDifference> Rows) Table(IEnumerable<TraceDifference> differences)
    {
        var table = new ReportTable([.. Columns.Select(c => c.Column)]);
        var rows = new Dictionary<ReportValue[], TraceDifference>(ReferenceEqualityComparer.Instance);
        foreach (var difference in differences)
        {
            var row = Array.ConvertAll(Columns, column => column.Value(difference));
            table.Rows.Add(row);
            rows.Add(row, difference);
        }
        return (table, rows);
    }

    /// <summary>Writes a table. JSON also has the reasons and what moved the number.</summary>
    public static void Write(
        ReportTable table, Dictionary<ReportValue[], TraceDifference> rows, ReportFormat format, Stream output, ReportStyle style)
    {
        if (format is not (ReportFormat.Json or ReportFormat.JsonLines))
        {
            ReportWriter.Write(table, format, output, style);
            return;
        }
        ReportWriter.WriteObjects(table, format, output, (json, row) => WriteJson(json, table, row, rows[row]));
        output.Flush();
    }

    private static void WriteJson(Utf8JsonWriter json, ReportTable table, ReportValue[] row, TraceDifference difference)
    {
        json.WriteStartObject();
        for (var at = 0; at < row.Length; at++)
        {
            if (table.Columns[at].TableOnly) continue;
            json.WritePropertyName(table.Columns[at].Name);
            ReportWriter.WriteValue(json, row[at]);
        }
        json.WriteStartArray("reasons");
        foreach (var reason in difference.Reasons) ReportWriter.WriteValue(json, ReportValue.Of(reason));
        json.WriteEndArray();
        json.WriteStartArray("attribution");
        foreach (var share in difference.Attribution)
        {
            json.WriteStartObject();
            Value("what", ReportValue.Of(share.What));
            Value("name", ReportValue.Of(share.Name));
            Value("before", Of(share.Before));
            Value("after", Of(share.After));
            Value("percent", Of(share.Percent));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();

        void Value(string name, ReportValue value)
        {
            json.WritePropertyName(name);
            ReportWriter.WriteValue(json, value);
        }
    }

    private static (ReportColumn Column, Func<TraceDifference, ReportValue> Value)[] Number(
        string name, string heading, Func<TraceDifference, double?> value)
        => [(new(name, heading) { NotInTable = true, IsSum = true }, d => Of(value(d)))];

    private static (ReportColumn Column, Func<TraceDifference, ReportValue> Value)[] Shown(
        string name, string heading, Func<TraceDifference, double?> value, Func<TraceDifference, string?> text) =>
    [
        .. Number(name, heading, value),
        (new($"{name}Shown", heading) { TableOnly = true, IsSum = true }, d => ReportValue.Of(text(d))),
    ];

    /// <summary>A number with as many decimals as it has digits worth showing.</summary>
    private static ReportValue Of(double? value)
    {
        if (value is not { } known || !double.IsFinite(known)) return default;
        var size = known == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(known)));
        var decimals = Math.Clamp(9 - size, 0, 15);
        if (size >= 18) return ReportValue.Of(known > 0 ? long.MaxValue : long.MinValue);
        var whole = (long)Math.Round(known * Math.Pow(10, decimals));
        for (; decimals > 0 && whole % 10 == 0; decimals--) whole /= 10;
        return ReportValue.Fixed(whole, decimals);
    }
}
