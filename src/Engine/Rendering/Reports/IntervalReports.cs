using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Makes rows of intervals.</summary>
internal static class IntervalReports
{
    /// <summary>The columns, and the value of each.</summary>
    internal static readonly (ReportColumn Column, Func<Interval, ReportValue> Value)[] Columns =
    [
        (new("kind", "Kind"), i => ReportValue.Of(i.Kind)),
        (new("key", "Key") { NotInTable = true }, i => ReportValue.Of(i.Key)),
        (new("name", "Name") { NotInTable = true }, i => ReportValue.Of(i.Name)),
        (new("shownKey", "Key") { TableOnly = true }, i => ReportValue.Of(Shown(i))),
        (new("comm", "Comm"), i => ReportValue.Of(i.Comm)),
        (new("processId", "Pid"), i => ReportValue.Of(i.ProcessId)),
        (new("start", "Start"), i => Time(i.Record.Start, i)),
        (new("end", "End") { NotInTable = true }, i => Time(i.Record.End, i)),
        (new("wallTime", "Time of day") { NotInTable = true },
            i => ReportValue.Of(i.WallTime?.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", null))),
        (new("shownDuration", "Duration") { TableOnly = true, IsSum = true },
            i => LatencyReports.Shown(i.DurationNanoseconds, i.Unit)),
        (new("durationNanoseconds", "Duration ns") { NotInTable = true, IsSum = true }, i => ReportValue.Of(i.DurationNanoseconds)),
        (new("cpu", "CPU"), i => ReportValue.Of(i.Cpu)),
        (new("startCpu", "Start CPU") { NotInTable = true }, i => ReportValue.Of(i.StartCpu)),
        (new("previousCpu", "Previous CPU") { NotInTable = true }, i => ReportValue.Of(i.PreviousCpu)),
        (new("isMigrated", "Migrated") { NotInTable = true },
            i => i.IsMigrated is { } migrated ? ReportValue.Of(migrated) : default),
        (new("waker", "Waker") { NotInTable = true }, i => ReportValue.Of(i.Waker)),
        (new("wakerComm", "Woken by"), i => ReportValue.Of(i.WakerComm)),
        (new("wakerContext", "In"), i => ReportValue.Of(i.WakerContext)),
        (new("basis", "Basis") { NotInTable = true }, i => ReportValue.Of(i.Basis)),
        (new("isCertain", "Certain") { NotInTable = true }, i => ReportValue.Of(i.IsCertain)),
        (new("onCpuNanoseconds", "On CPU ns") { NotInTable = true }, i => ReportValue.Of(i.OnCpuNanoseconds)),
        (new("runnableNanoseconds", "Runnable ns") { NotInTable = true }, i => ReportValue.Of(i.RunnableNanoseconds)),
        (new("blockedNanoseconds", "Blocked ns") { NotInTable = true }, i => ReportValue.Of(i.BlockedNanoseconds)),
        (new("placementNanoseconds", "Placement ns") { NotInTable = true }, i => ReportValue.Of(i.PlacementNanoseconds)),
        (new("queueNanoseconds", "Queue ns") { NotInTable = true }, i => ReportValue.Of(i.QueueNanoseconds)),
        (new("netNanoseconds", "Net ns") { NotInTable = true }, i => ReportValue.Of(i.NetNanoseconds)),
        (new("unit", "Unit") { NotInTable = true }, i => ReportValue.Of(i.Unit)),
        (new("recording", "Recording") { NotInTable = true }, i => ReportValue.Of(i.Recording)),
    ];

    /// <summary>The columns of a report for people: numbers, which can be sorted, instead of texts with a unit.</summary>
    internal static readonly (ReportColumn Column, Func<Interval, ReportValue> Value)[] Numbers =
        [.. Columns.Where(c => !c.Column.TableOnly).Select(c => (c.Column with { NotInTable = false }, c.Value))];

    /// <summary>The time of a record in seconds, or in counts if the clock counts; no value if it is not known.</summary>
    internal static ReportValue Time(long? time, Interval interval)
        => time == CallRecord.NoTime ? default
            : ReportValue.Time(time, interval.Origin.Source.ClockUnit, interval.Origin.Source.Format);

    private static string? Shown(Interval interval) => IntervalKinds.KeyOf(interval.Record.Kind) is KeyKind.Task or KeyKind.Cpu
        ? null : interval.Name ?? interval.Key;
}
