using System.Globalization;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Makes tables of critical paths.</summary>
internal static class PathReports
{
    private const int MostDepth = 8;

    /// <summary>
    /// The columns, and the value of each. In tables for people, the tasks are a tree: a waker is indented below the task that it
    /// woke.
    /// </summary>
    internal static readonly (ReportColumn Column, Func<PathSegment, ReportValue> Value)[] Columns =
    [
        (new("start", "Start"), s => Time(s.StartTime, s)),
        (new("shownDuration", "Duration") { TableOnly = true, IsSum = true },
            s => LatencyReports.Shown(s.DurationNanoseconds, s.Unit)),
        (new("shownPercent", "%") { TableOnly = true, IsSum = true }, s => ReportValue.Fixed((long)Math.Round(s.Percent * 10), 1)),
        (new("task", "Task") { TableOnly = true }, s => ReportValue.Of(Indented(s))),
        (new("depth", "Depth") { NotInTable = true }, s => ReportValue.Of(s.Depth)),
        (new("state", "State"), s => ReportValue.Of(s.State)),
        (new("processId", "Pid") { NotInTable = true }, s => ReportValue.Of(s.ProcessId)),
        (new("comm", "Comm") { NotInTable = true }, s => ReportValue.Of(s.Comm)),
        (new("cpu", "CPU"), s => ReportValue.Of(s.Cpu)),
        (new("shownWhat", "What") { TableOnly = true }, s => s.ProcessId is null && s.Comm is null ? default : ReportValue.Of(s.What)),
        (new("what", "What") { NotInTable = true }, s => ReportValue.Of(s.What)),
        (new("end", "End") { NotInTable = true }, s => Time(s.EndTime, s)),
        (new("wallTime", "Time of day") { NotInTable = true },
            s => ReportValue.Of(s.WallTime?.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", null))),
        (new("durationNanoseconds", "Duration ns") { NotInTable = true, IsSum = true }, s => ReportValue.Of(s.DurationNanoseconds)),
        (new("percent", "Per cent") { NotInTable = true, IsSum = true },
            s => ReportValue.Fixed((long)Math.Round(s.Percent * 1_000_000), 6)),
        (new("recording", "Recording") { NotInTable = true }, s => ReportValue.Of(s.Recording)),
        (new("unit", "Unit") { NotInTable = true }, s => ReportValue.Of(s.Unit)),
    ];

    /// <summary>The table of a path.</summary>
    public static ReportTable Table(IEnumerable<PathSegment> path)
    {
        var table = new ReportTable([.. Columns.Select(c => c.Column)]);
        foreach (var segment in path) table.Rows.Add(Array.ConvertAll(Columns, column => column.Value(segment)));
        return table;
    }

    private static string Indented(PathSegment segment)
    {
        var task = segment.ProcessId is { } pid ? string.Create(CultureInfo.InvariantCulture, $"{segment.Comm ?? ""}/{pid}")
            : segment.Comm ?? segment.What ?? "";
        return new string(' ', 2 * Math.Clamp(segment.Depth, 0, MostDepth)) + task;
    }

    private static ReportValue Time(long time, PathSegment segment) => ReportValue.Time(time,
        segment.Unit == nameof(ClockUnit.Counts) ? ClockUnit.Counts : ClockUnit.Nanoseconds, segment.Origin?.Source.Format ?? "");
}
