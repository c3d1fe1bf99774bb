using KernelMagnifier.Latency;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Probes.Results;

/// <summary>Makes reports of results.</summary>
internal static class ResultReports
{
    private const int MostFields = 32;

    private static readonly (ReportColumn Column, Func<ProbeResult, ReportValue> Value)[] Columns =
    [
        (new("kind", "Kind"), r => ReportValue.Of(r.Kind)),
        (new("name", "Name"), r => ReportValue.Of(r.Name)),
        (new("key", "Key"), r => ReportValue.Of(r.Key)),
        (new("value", "Value") { IsSum = true }, r => Value(r.Value)),
        (new("unit", "Unit"), r => ReportValue.Of(r.Unit)),
        (new("count", "Count") { IsSum = true }, r => ReportValue.Of(r.Count)),
        (new("total", "Total") { IsSum = true }, r => ReportValue.Of(r.Total)),
        (new("mean", "Mean") { IsSum = true }, r => Real(r.Mean)),
        (new("minimum", "Min") { IsSum = true }, r => ReportValue.Of(r.Minimum)),
        (new("p50", "P50") { IsSum = true }, r => ReportValue.Of(r.P50)),
        (new("p90", "P90") { IsSum = true }, r => ReportValue.Of(r.P90)),
        (new("p99", "P99") { IsSum = true }, r => ReportValue.Of(r.P99)),
        (new("maximum", "Max") { IsSum = true }, r => ReportValue.Of(r.Maximum)),
        (new("text", "Text"), r => ReportValue.Of(r.Kind == ResultKind.Run ? ProbeResultText.What(r) : r.Text)),
        (new("lostEvents", "Lost events") { IsSum = true }, r => ReportValue.Of(r.LostEvents)),
        (new("stack", "Stack"), r => ReportValue.Of(r.Stack is null ? null : string.Join(" < ", r.Stack))),
        (new("print", "Print") { IsSum = true }, r => ReportValue.Of(r.Print > 1 ? r.Print : null)),
    ];

    private static readonly (ReportColumn Column, Func<(ProbeResult Result, LatencyBucket Range), ReportValue> Value)[] Ranges =
    [
        (new("name", "Name"), r => ReportValue.Of(r.Result.Name)),
        (new("key", "Key"), r => ReportValue.Of(r.Result.Key)),
        (new("from", "From") { IsSum = true }, r => r.Range.From == long.MinValue ? default : ReportValue.Of(r.Range.From)),
        (new("until", "To below") { IsSum = true }, r => ReportValue.Of(r.Range.Until)),
        (new("unit", "Unit"), r => ReportValue.Of(r.Result.Unit)),
        (new("count", "Count") { IsSum = true }, r => ReportValue.Of(r.Range.Count)),
    ];

    /// <summary>The report: values and histograms, printed lines with their fields, and the ranges of the histograms.</summary>
    /// <param name="results">The results, in their order.</param>
    /// <param name="title">The title; null for the name of the probe.</param>
    /// <param name="top">The most rows of each table; null for all.</param>
    public static CallReport Of(IReadOnlyList<ProbeResult> results, string? title, int? top)
    {
        var sections = new List<ReportSection>();
        var values = results.Where(r => r.Kind != ResultKind.Line).ToList();
        var lines = results.Where(r => r.Kind == ResultKind.Line).ToList();
        if (values.Count > 0 || lines.Count == 0)
            sections.Add(ReportSection.Of("Results", Columns, values, Weight, top, countsCalls: false));
        if (lines.Count > 0) sections.Add(ReportSection.Of("Lines", LineColumns(lines), lines, _ => 1, top, countsCalls: false));
        var ranges = results.Where(r => r.Histogram is not null).SelectMany(r => r.Histogram!,
            (r, range) => (Result: r, Range: range)).ToList();
        if (ranges.Count > 0)
            sections.Add(ReportSection.Of("Ranges", Ranges, ranges, r => r.Range.Count, top, countsCalls: false, isDetail: true));
        ChartSeries[] series = [.. ResultLatencies.LastPrints(results, out _).Select(ResultSeries.Of).OfType<ChartSeries>()];
        return new CallReport(title ?? Title(results), sections, series)
        {
            OneTable = values.Count > 0 && lines.Count > 0
                ? ReportSection.Of("Results", Columns, results, Weight, top, countsCalls: false) : null,
        };
    }

    /// <summary>The columns of lines: their names, the fields of all of them, and their text.</summary>
    private static (ReportColumn Column, Func<ProbeResult, ReportValue> Value)[] LineColumns(List<ProbeResult> lines)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
            foreach (var (name, value) in line.Fields ?? ResultFields.Of([]))
                if (names.ContainsKey(name) || names.Count < MostFields)
                    names[name] = value is long or ulong or double && names.GetValueOrDefault(name, true);
        return
        [
            (new("name", "Line"), r => ReportValue.Of(r.Name)),
            .. names.Select<KeyValuePair<string, bool>, (ReportColumn, Func<ProbeResult, ReportValue>)>(field => (
                new ReportColumn($"field.{field.Key}", field.Key) { IsSum = field.Value },
                r => r.Fields?.GetValueOrDefault(field.Key) is { } value ? Value(value) : default)),
            (new("text", "Text"), r => ReportValue.Of(r.Fields is null ? r.Text : null)),
            (new("receivedAt", "Received"),
                r => ReportValue.Of(r.ReceivedAt?.ToString("O", System.Globalization.CultureInfo.InvariantCulture))),
        ];
    }

    private static string Title(IReadOnlyList<ProbeResult> results)
        => results.Select(r => r.Probe).Distinct().Take(2).ToList() is [{ } probe] ? probe : "Probe results";

    private static long Weight(ProbeResult result) => result.Count ?? (result.Value is long and > 0 and var value ? value : 1);

    private static ReportValue Value(object? value) => value switch
    {
        null => default,
        long number => ReportValue.Of(number),
        int number => ReportValue.Of(number),
        double number => Real(number),
        string[] parts => ReportValue.Of(string.Join(" < ", parts)),
        _ => ReportValue.Of(ProbeResultText.Number(value, null)),
    };

    private static ReportValue Real(double? number)
        => number is { } known ? ReportValue.Fixed((long)Math.Round(Math.Clamp(known, -9e17, 9e17) * 10), 1) : default;
}
