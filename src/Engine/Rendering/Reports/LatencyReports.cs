using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Makes tables of latencies.</summary>
internal static class LatencyReports
{
    /// <summary>The columns, and the value of each. Tables for people show lengths with a unit that fits.</summary>
    internal static readonly (ReportColumn Column, Func<Latency.Latency, ReportValue> Value)[] Columns =
    [
        (new("kind", "Kind"), l => ReportValue.Of(l.Kind)),
        (new("key", "Key"), l => ReportValue.Of(l.Key)),
        (new("name", "Name"), l => ReportValue.Of(l.Name)),
        (new("comm", "Comm") { NotInTable = true }, l => ReportValue.Of(l.Comm)),
        (new("processId", "Pid") { NotInTable = true }, l => ReportValue.Of(l.ProcessId)),
        (new("cpu", "CPU") { NotInTable = true }, l => ReportValue.Of(l.Cpu)),
        (new("from", "From"), l => Time(l.Row.From, l)),
        (new("until", "Until") { NotInTable = true }, l => l.Until is null ? default : Time(l.Row.From + l.Every, l)),
        (new("count", "Count") { IsSum = true }, l => ReportValue.Of(l.Count)),
        .. Length("sumNanoseconds", "Sum", l => l.SumNanoseconds),
        .. Length("minNanoseconds", "Min", l => l.MinNanoseconds),
        (new("meanNanoseconds", "Mean ns") { NotInTable = true, IsSum = true }, l => Mean(l.MeanNanoseconds)),
        .. Length("p50Nanoseconds", "P50", l => l.P50Nanoseconds),
        .. Length("p90Nanoseconds", "P90", l => l.P90Nanoseconds),
        .. Length("p99Nanoseconds", "P99", l => l.P99Nanoseconds),
        .. Length("p999Nanoseconds", "P99.9", l => l.P999Nanoseconds),
        .. Length("maxNanoseconds", "Max", l => l.MaxNanoseconds),
        (new("p99LowNanoseconds", "P99 low ns") { NotInTable = true, IsSum = true }, l => Bound(l, high: false)),
        (new("p99HighNanoseconds", "P99 high ns") { NotInTable = true, IsSum = true }, l => Bound(l, high: true)),
        (new("unit", "Unit") { NotInTable = true }, l => ReportValue.Of(l.Unit)),
        (new("method", "Method") { NotInTable = true }, l => ReportValue.Of(l.Method)),
        (new("note", "Note"), l => ReportValue.Of(l.Note)),
        (new("recording", "Recording") { NotInTable = true }, l => ReportValue.Of(l.Recording)),
    ];

    /// <summary>
    /// The columns of a report for people: numbers, which can be sorted and charted, instead of texts with a unit.
    /// </summary>
    internal static readonly (ReportColumn Column, Func<Latency.Latency, ReportValue> Value)[] Numbers =
        [.. Columns.Where(c => !c.Column.TableOnly).Select(c => (c.Column with { NotInTable = false }, c.Value))];

    /// <summary>The columns of the histograms, and the value of each.</summary>
    internal static readonly (ReportColumn Column, Func<(Latency.Latency Latency, LatencyBucket Range), ReportValue> Value)[] Ranges =
    [
        (new("kind", "Kind"), r => ReportValue.Of(r.Latency.Kind)),
        (new("key", "Key"), r => ReportValue.Of(r.Latency.Key)),
        (new("name", "Name"), r => ReportValue.Of(r.Latency.Name)),
        (new("fromNanoseconds", "From ns") { IsSum = true }, r => ReportValue.Of(r.Range.From)),
        (new("untilNanoseconds", "To below ns") { IsSum = true }, r => ReportValue.Of(r.Range.Until)),
        (new("count", "Count") { IsSum = true }, r => ReportValue.Of(r.Range.Count)),
        (new("recording", "Recording"), r => ReportValue.Of(r.Latency.Recording)),
    ];

    /// <summary>The columns of the terms of accounts, and the value of each.</summary>
    internal static readonly
        (ReportColumn Column, Func<(string Kind, string? Recording, string Term, long Count), ReportValue> Value)[] Accounts =
    [
        (new("kind", "Kind"), t => ReportValue.Of(t.Kind)),
        (new("term", "Term"), t => ReportValue.Of(t.Term)),
        (new("count", "Count") { IsSum = true }, t => ReportValue.Of(t.Count)),
        (new("recording", "Recording"), t => ReportValue.Of(t.Recording)),
    ];

    /// <summary>The table, and the latency of each row.</summary>
    public static (ReportTable Table, Dictionary<ReportValue[], Latency.Latency> Rows) Table(
        IReadOnlyList<Latency.Latency> latencies, bool byRecording)
    {
        (ReportColumn Column, Func<Latency.Latency, ReportValue> Value)[] columns = [.. Columns.Select(c =>
            c.Column.Name == "recording" && byRecording ? (c.Column with { NotInTable = false }, c.Value) : c)];
        var table = new ReportTable([.. columns.Select(c => c.Column)]);
        var rows = new Dictionary<ReportValue[], Latency.Latency>(ReferenceEqualityComparer.Instance);
        foreach (var latency in latencies)
        {
            var row = Array.ConvertAll(columns, column => column.Value(latency));
            table.Rows.Add(row);
            rows.Add(row, latency);
        }
        return (table, rows);
    }

    /// <summary>Writes a table. JSON also has the account and the longest intervals of each row.</summary>
    public static void Write(
        ReportTable table, Dictionary<ReportValue[], Latency.Latency> rows, ReportFormat format, Stream output,
        ReportStyle style, TableShape? shape = null)
    {
        if (format is not (ReportFormat.Json or ReportFormat.JsonLines))
        {
            ReportWriter.Write(table, format, output, style, shape);
            return;
        }
        ReportWriter.WriteObjects(table, format, output, (json, row) => WriteJson(json, table, row, rows[row]));
        output.Flush();
    }

    /// <summary>A length with a unit that fits, or a number of counts; no value for null.</summary>
    internal static ReportValue Shown(long? length, string unit) => length is not { } known ? default
        : ReportValue.Of(unit == nameof(ClockUnit.Counts) ? DurationText.OfCounts(known) : DurationText.Of(known));

    private static void WriteJson(Utf8JsonWriter json, ReportTable table, ReportValue[] row, Latency.Latency latency)
    {
        json.WriteStartObject();
        for (var at = 0; at < row.Length; at++)
        {
            if (table.Columns[at].TableOnly) continue;
            json.WritePropertyName(table.Columns[at].Name);
            ReportWriter.WriteValue(json, row[at]);
        }
        json.WritePropertyName("startTime");
        ReportWriter.WriteValue(json, latency.StartTime is { } start ? Date(start) : default);
        if (latency.Account is { } account)
        {
            json.WriteStartObject("account");
            foreach (var (term, count) in account) json.WriteNumber(term, count);
            json.WriteEndObject();
        }
        else json.WriteNull("account");
        WriteDistribution(json, latency);
        json.WriteStartArray("worst");
        foreach (var interval in latency.Worst) IntervalListing.WriteJson(json, interval);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDistribution(Utf8JsonWriter json, Latency.Latency latency)
    {
        void Number(string name, long? value)
        {
            json.WritePropertyName(name);
            ReportWriter.WriteValue(json, ReportValue.Of(value));
        }
        json.WriteStartArray("percentiles");
        foreach (var percentile in latency.Percentiles)
        {
            json.WriteStartObject();
            json.WriteString("name", percentile.Name);
            json.WriteNumber("quantile", percentile.Quantile);
            Number("nanoseconds", percentile.Nanoseconds);
            Number("lowNanoseconds", percentile.LowNanoseconds);
            Number("highNanoseconds", percentile.HighNanoseconds);
            json.WriteString("needs", percentile.Needs);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("histogram");
        foreach (var bucket in latency.Histogram)
        {
            json.WriteStartObject();
            Number("from", bucket.From);
            Number("until", bucket.Until);
            Number("count", bucket.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static (ReportColumn Column, Func<Latency.Latency, ReportValue> Value)[] Length(
        string name, string heading, Func<Latency.Latency, long?> value) =>
    [
        (new(name, $"{heading} ns") { NotInTable = true, IsSum = true }, l => ReportValue.Of(value(l))),
        (new($"{name}Shown", heading) { TableOnly = true, IsSum = true }, l => Shown(value(l), l.Unit)),
    ];

    private static ReportValue Mean(double? mean)
        => mean is { } known ? ReportValue.Fixed((long)Math.Round(Math.Min(known, 9e17) * 10), 1) : default;

    private static ReportValue Bound(Latency.Latency latency, bool high)
        => latency.Percentiles.FirstOrDefault(p => p.Name == "P99") is { } p99
            ? ReportValue.Of(high ? p99.HighNanoseconds : p99.LowNanoseconds) : default;

    /// <summary>A time of the trace clock in seconds, or the date of a range of wall time.</summary>
    private static ReportValue Time(long? time, Latency.Latency latency) => latency.Row.IsWallTime && time is { } since
        ? Date(DateTimeOffset.UnixEpoch.AddTicks(since / TimeSpan.NanosecondsPerTick))
        : ReportValue.Time(time, latency.Row.Unit, "");

    private static ReportValue Date(DateTimeOffset time)
        => ReportValue.Of(time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
