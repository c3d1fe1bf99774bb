using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Schedules;

/// <summary>Schedules as a table and as JSON, and the text of one, the same in both faces.</summary>
internal static class ScheduleReports
{
    private static readonly (ReportColumn Column, Func<Schedule, ReportValue> Value)[] Columns =
    [
        (new("name", "Name"), one => ReportValue.Of(one.Name)),
        (new("state", "State"), one => ReportValue.Of(one.State)),
        (new("onCalendar", "When"), one => ReportValue.Of(one.OnCalendar)),
        (new("request", "What"), one => ReportValue.Of(What(one))),
        (new("nextRun", "Next run"), one => ReportValue.Of(Time(one.NextRun))),
        (new("lastRun", "Last run"), one => ReportValue.Of(Time(one.LastRun))),
        (new("lastStatus", "Status"), one => ReportValue.Of(one.LastStatus)),
    ];

    /// <summary>The table.</summary>
    public static ReportTable Table(IEnumerable<Schedule> schedules)
    {
        var table = new ReportTable([.. Columns.Select(column => column.Column)]);
        foreach (var one in schedules) table.Rows.Add(Array.ConvertAll(Columns, column => column.Value(one)));
        return table;
    }

    /// <summary>What a schedule measures, in one line.</summary>
    public static string What(Schedule schedule) => schedule.Request.Probe is { } probe ? $"probe {probe}"
        : string.Join(", ", schedule.Request.Preset.Concat(schedule.Request.Kind));

    /// <summary>A time in local time, to the minute; null for none.</summary>
    public static string? Time(DateTimeOffset? time)
        => time?.LocalDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The properties of a schedule with their values, for a list.</summary>
    public static IEnumerable<(string Name, string Value)> Properties(Schedule schedule)
    {
        (string Name, string? Value)[] all =
        [
            ("name", schedule.Name), ("state", schedule.State), ("reason", schedule.Reason),
            ("suspended since", Time(schedule.SuspendedSince)), ("when", schedule.OnCalendar),
            ("random delay", schedule.RandomizedDelay > TimeSpan.Zero ? $"{schedule.RandomizedDelay}" : null),
            ("what", What(schedule)), ("duration", $"{schedule.Request.Duration}"), ("scheduler", schedule.Scheduler),
            ("next run", Time(schedule.NextRun)), ("last run", Time(schedule.LastRun)), ("status", schedule.LastStatus),
            ("number", schedule.Sequence?.ToString(CultureInfo.InvariantCulture)), ("epoch", schedule.Epoch?.ToString()),
            ("runs over budget", schedule.Overruns.ToString(CultureInfo.InvariantCulture)),
            ("records waiting", schedule.Waiting.ToString(CultureInfo.InvariantCulture)),
        ];
        foreach (var (name, value) in all)
            if (!string.IsNullOrEmpty(value)) yield return (name, value);
        foreach (var target in schedule.LogTo) yield return ("log to", target);
        foreach (var file in schedule.Files) yield return ("file", file);
        foreach (var problem in schedule.Problems) yield return ("problem", problem);
    }

    /// <summary>The list of a schedule, a line for each property.</summary>
    public static string List(Schedule schedule)
        => string.Concat(Properties(schedule).Select(one => $"{one.Name,-16}  {TerminalText.Escape(one.Value)}\n"));

    /// <summary>The schedules as a JSON array, whose keys are those of the properties.</summary>
    public static byte[] Json(IEnumerable<Schedule> schedules)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, ReportWriter.JsonOptions with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var schedule in schedules) Write(json, schedule);
            json.WriteEndArray();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Schedule schedule)
    {
        json.WriteStartObject();
        json.WriteString("name", schedule.Name);
        json.WriteString("state", schedule.State);
        json.WriteString("reason", schedule.Reason);
        WriteTime(json, "suspendedSince", schedule.SuspendedSince);
        json.WriteString("onCalendar", schedule.OnCalendar);
        json.WriteNumber("randomizedDelay", schedule.RandomizedDelay.TotalSeconds);
        json.WriteStartObject("request");
        WriteRequest(json, schedule);
        json.WriteEndObject();
        WriteTexts(json, "logTo", schedule.LogTo);
        json.WriteString("scheduler", schedule.Scheduler);
        WriteTime(json, "nextRun", schedule.NextRun);
        WriteTime(json, "lastRun", schedule.LastRun);
        json.WriteString("lastStatus", schedule.LastStatus);
        if (schedule.Sequence is { } sequence) json.WriteNumber("sequence", sequence);
        else json.WriteNull("sequence");
        json.WriteString("epoch", schedule.Epoch?.ToString());
        json.WriteNumber("overruns", schedule.Overruns);
        json.WriteNumber("waiting", schedule.Waiting);
        WriteTexts(json, "files", schedule.Files);
        WriteTexts(json, "problems", schedule.Problems);
        json.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter json, Schedule schedule)
    {
        var request = schedule.Request;
        WriteTexts(json, "preset", request.Preset);
        WriteTexts(json, "kind", request.Kind);
        WriteTexts(json, "by", request.By);
        if (request.Duration is { } duration) json.WriteNumber("duration", duration.TotalSeconds);
        else json.WriteNull("duration");
        json.WriteString("method", request.Method);
        json.WriteString("probe", request.Probe);
        json.WriteStartObject("parameter");
        foreach (var (name, value) in request.Parameter) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
        => json.WriteString(name, time is { } at ? JsonTime.Of(at) : null);

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
