using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes the causes of intervals.</summary>
internal static class CauseReports
{
    private const int MostShares = 12;
    private const int MostFunctions = 3;

    /// <summary>The columns, and the value of each. Tables for people show lengths with a unit that fits.</summary>
    internal static readonly (ReportColumn Column, Func<LatencyCause, ReportValue> Value)[] Columns =
    [
        (new("kind", "Kind"), c => ReportValue.Of(c.Kind)),
        (new("key", "Key") { NotInTable = true }, c => ReportValue.Of(c.Key)),
        (new("name", "Name") { NotInTable = true }, c => ReportValue.Of(c.Name)),
        (new("comm", "Comm") { NotInTable = true }, c => ReportValue.Of(c.Comm)),
        (new("processId", "Pid") { NotInTable = true }, c => ReportValue.Of(c.ProcessId)),
        (new("what", "Task") { TableOnly = true }, c => ReportValue.Of(What(c))),
        (new("start", "Start"), c => Time(c, c.Interval?.Record.Start, c.Start)),
        (new("end", "End") { NotInTable = true }, c => Time(c, c.Interval?.Record.End, c.End)),
        (new("wallTime", "Time of day") { NotInTable = true },
            c => ReportValue.Of(c.WallTime?.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", null))),
        (new("shownDuration", "Duration") { TableOnly = true, IsSum = true },
            c => LatencyReports.Shown(c.DurationNanoseconds, c.Unit)),
        (new("durationNanoseconds", "Duration ns") { NotInTable = true, IsSum = true }, c => ReportValue.Of(c.DurationNanoseconds)),
        (new("cpu", "CPU"), c => ReportValue.Of(c.Cpu)),
        (new("count", "Count") { NotInTable = true, IsSum = true }, c => ReportValue.Of(c.Count)),
        (new("shownPercent", "%") { TableOnly = true, IsSum = true },
            c => c.TopPercent is { } percent ? ReportValue.Fixed((long)Math.Round(percent * 10), 1) : default),
        (new("topCause", "Top cause"), c => ReportValue.Of(c.TopCause)),
        (new("topPercent", "Top per cent") { NotInTable = true, IsSum = true },
            c => c.TopPercent is { } percent ? Percent(percent) : default),
        (new("recording", "Recording") { NotInTable = true }, c => ReportValue.Of(c.Recording)),
        (new("unit", "Unit") { NotInTable = true }, c => ReportValue.Of(c.Unit)),
        (new("sentence", "Sentence") { NotInTable = true }, c => ReportValue.Of(c.Sentence)),
    ];

    /// <summary>The table, and the cause of each row.</summary>
    public static (ReportTable Table, Dictionary<ReportValue[], LatencyCause> Rows) Table(IEnumerable<LatencyCause> causes)
    {
        var table = new ReportTable([.. Columns.Select(c => c.Column)]);
        var rows = new Dictionary<ReportValue[], LatencyCause>(ReferenceEqualityComparer.Instance);
        foreach (var cause in causes)
        {
            var row = Array.ConvertAll(Columns, column => column.Value(cause));
            table.Rows.Add(row);
            rows.Add(row, cause);
        }
        return (table, rows);
    }

    /// <summary>Writes a table. JSON also has the shares of each row; text ends with those of all intervals.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The cause of each row.</param>
    /// <param name="totals">The causes of all intervals together, for text.</param>
    /// <param name="format">The format.</param>
    /// <param name="output">Receives UTF-8. It is not closed.</param>
    /// <param name="style">The destination.</param>
    public static void Write(
        ReportTable table, Dictionary<ReportValue[], LatencyCause> rows, IEnumerable<LatencyCause> totals, ReportFormat format,
        Stream output, ReportStyle style)
    {
        if (format is ReportFormat.Json or ReportFormat.JsonLines) WriteJson(table, rows, format, output);
        else if (format == ReportFormat.Csv || table.Rows.Count > 0) ReportWriter.Write(table, format, output, style);
        if (format == ReportFormat.Table)
            output.Write(Encoding.UTF8.GetBytes((table.Rows.Count > 0 ? "\n" : "")
                + string.Join('\n', totals.Select(total => Describe(total, style)))));
        output.Flush();
    }

    private static void WriteJson(
        ReportTable table, Dictionary<ReportValue[], LatencyCause> rows, ReportFormat format, Stream output)
    {
        ReportWriter.WriteObjects(table, format, output, (json, row) => WriteJson(json, table, row, rows[row]));
    }

    private static void WriteJson(Utf8JsonWriter json, ReportTable table, ReportValue[] row, LatencyCause cause)
    {
        json.WriteStartObject();
        for (var at = 0; at < row.Length; at++)
            if (!table.Columns[at].TableOnly)
                Write(json, table.Columns[at].Name, row[at]);
        json.WriteStartArray("shares");
        foreach (var share in cause.Shares) WriteJson(json, share);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter json, CauseShare share)
    {
        json.WriteStartObject();
        Write(json, "category", ReportValue.Of(share.Category));
        Write(json, "name", ReportValue.Of(share.Name));
        Write(json, "processId", ReportValue.Of(share.ProcessId));
        Write(json, "priority", ReportValue.Of(share.Priority));
        Write(json, "waker", ReportValue.Of(share.Waker));
        Write(json, "wakerComm", ReportValue.Of(share.WakerComm));
        Write(json, "wakerContext", ReportValue.Of(share.WakerContext));
        Write(json, "nanoseconds", ReportValue.Of(share.Nanoseconds));
        Write(json, "percent", Percent(share.Percent));
        Write(json, "count", ReportValue.Of(share.Count));
        Write(json, "unit", ReportValue.Of(share.Unit));
        json.WriteStartArray("functions");
        foreach (var function in share.Functions)
        {
            json.WriteStartObject();
            Write(json, "function", ReportValue.Of(function.Function));
            Write(json, "calls", ReportValue.Of(function.Calls));
            Write(json, "selfNanoseconds", ReportValue.Of(function.SelfNanoseconds));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ReportValue value)
    {
        json.WritePropertyName(name);
        ReportWriter.WriteValue(json, value);
    }

    /// <summary>The begin of the sentence of a cause, and a line for each of its largest shares.</summary>
    private static string Describe(LatencyCause cause, ReportStyle style)
    {
        var (bold, plain) = style.Colour ? ("\e[1m", "\e[0m") : ("", "");
        // The lines have what the sentence continues with.
        var first = cause.Sentence.Split(';')[0].TrimEnd('.');
        var text = new StringBuilder($"{bold}{TerminalText.Escape(first)}{plain}\n");
        foreach (var share in cause.Shares.Take(MostShares)) text.Append(Line(share, cause.Unit)).Append('\n');
        if (cause.Shares.Count > MostShares)
        {
            var others = cause.Shares.Skip(MostShares).ToList();
            text.Append(CultureInfo.InvariantCulture,
                $"{others.Sum(share => share.Percent),7:0.0} %  {Length(others.Sum(share => share.Nanoseconds), cause.Unit),9}  ")
                .Append(CultureInfo.InvariantCulture, $"{others.Count} more\n");
        }
        return text.ToString();
    }

    private static string Line(CauseShare share, string unit)
    {
        var name = share.Name ?? "";
        if (share.ProcessId is { } pid) name += string.Create(CultureInfo.InvariantCulture, $"/{pid}");
        if (share.WakerComm is { } waker) name += $"{(name.Length > 0 ? ", " : "")}woken by {waker}";
        var functions = string.Join(", ", share.Functions.Take(MostFunctions).Select(one => one.Function));
        if (functions.Length > 0) name += $"  ({functions})";
        return string.Create(CultureInfo.InvariantCulture,
            $"{share.Percent,7:0.0} %  {Length(share.Nanoseconds, unit),9}  {share.Category,-9}  {TerminalText.Cell(name)}").TrimEnd();
    }

    private static string Length(long length, string unit)
        => unit == nameof(ClockUnit.Counts) ? DurationText.OfCounts(length) : DurationText.Of(length);

    /// <summary>The task of an interval and its key, such as the system call.</summary>
    private static string? What(LatencyCause cause)
    {
        var pid = cause.ProcessId?.ToString(CultureInfo.InvariantCulture);
        var task = pid is null ? cause.Comm : $"{cause.Comm}/{pid}";
        if (cause.Key is not { } key || key == pid || key == cause.Cpu?.ToString(CultureInfo.InvariantCulture)) return task;
        key = cause.Name ?? key;
        return task is null ? key : $"{task} {key}";
    }

    private static ReportValue Percent(double percent) => ReportValue.Fixed((long)Math.Round(percent * 1_000_000), 6);

    private static ReportValue Time(LatencyCause cause, long? exact, double? time)
    {
        if (time is null) return default;
        var clock = cause.Unit == nameof(ClockUnit.Counts) ? ClockUnit.Counts : ClockUnit.Nanoseconds;
        return ReportValue.Time(exact ?? (long)Math.Round(time.Value * (clock == ClockUnit.Counts ? 1 : 1e9)), clock,
            cause.Interval?.Origin.Source.Format ?? "");
    }
}
