using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Makes tables of critical paths.</summary>
internal static class PathReports
{
    /// <summary>The columns, and the value of each. People see a tree instead of a table.</summary>
    internal static readonly (ReportColumn Column, Func<PathSegment, ReportValue> Value)[] Columns =
    [
        (new("start", "Start"), s => Time(s.StartTime, s)),
        (new("depth", "Depth"), s => ReportValue.Of(s.Depth)),
        (new("state", "State"), s => ReportValue.Of(s.State)),
        (new("processId", "Pid"), s => ReportValue.Of(s.ProcessId)),
        (new("comm", "Comm"), s => ReportValue.Of(s.Comm)),
        (new("cpu", "CPU"), s => ReportValue.Of(s.Cpu)),
        (new("what", "What"), s => ReportValue.Of(s.What)),
        (new("end", "End"), s => Time(s.EndTime, s)),
        (new("wallTime", "Time of day"),
            s => ReportValue.Of(s.WallTime?.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", null))),
        (new("durationNanoseconds", "Duration ns") { IsSum = true }, s => ReportValue.Of(s.DurationNanoseconds)),
        (new("percent", "Per cent") { IsSum = true },
            s => ReportValue.Fixed((long)Math.Round(s.Percent * 1_000_000), 6)),
        (new("recording", "Recording"), s => ReportValue.Of(s.Recording)),
        (new("unit", "Unit"), s => ReportValue.Of(s.Unit)),
    ];

    /// <summary>The table of a path, and the segment of each row.</summary>
    public static (ReportTable Table, Dictionary<ReportValue[], PathSegment> Rows) Table(IEnumerable<PathSegment> path)
    {
        var table = new ReportTable([.. Columns.Select(c => c.Column)]);
        var rows = new Dictionary<ReportValue[], PathSegment>(ReferenceEqualityComparer.Instance);
        foreach (var segment in path)
        {
            var row = Array.ConvertAll(Columns, column => column.Value(segment));
            table.Rows.Add(row);
            rows.Add(row, segment);
        }
        return (table, rows);
    }

    private static ReportValue Time(long time, PathSegment segment) => ReportValue.Time(time,
        segment.Unit == nameof(ClockUnit.Counts) ? ClockUnit.Counts : ClockUnit.Nanoseconds, segment.Origin?.Source.Format ?? "");
}
