using System.Globalization;
using KernelMagnifier.Measuring;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs;

/// <summary>Makes tables of records.</summary>
internal static class LogReports
{
    // The kinds with the most intervals say most about a run.
    private const int MostKinds = 3;

    private static readonly (ReportColumn Column, Func<Measurement, ReportValue> Value)[] Columns =
    [
        (new("startTime", "Time"), m => ReportValue.Of(Time(m.StartTime))),
        (new("hostName", "Host"), m => ReportValue.Of(m.HostName ?? m.MachineId)),
        (new("schedule", "Schedule"), m => ReportValue.Of(m.Schedule)),
        (new("sequence", "Seq") { IsSum = true }, m => ReportValue.Of(m.Sequence)),
        (new("epoch", "Epoch") { NotInTable = true }, m => ReportValue.Of(m.Epoch?.ToString())),
        (new("id", "Id") { NotInTable = true }, m => ReportValue.Of(m.Id.ToString())),
        (new("status", "Status"), m => ReportValue.Of(m.Status)),
        (new("reason", "Reason") { NotInTable = true }, m => ReportValue.Of(m.Reason)),
        (new("kernelRelease", "Kernel") { NotInTable = true }, m => ReportValue.Of(m.KernelRelease)),
        (new("method", "Method") { NotInTable = true }, m => ReportValue.Of(m.Method)),
        (new("durationNanoseconds", "Duration ns") { NotInTable = true, IsSum = true }, m => Nanoseconds(m.Duration)),
        (new("durationShown", "Duration") { TableOnly = true, IsSum = true }, m => Shown(m.Duration)),
        (new("summary", "Result"), m => ReportValue.Of(Summary(m))),
        (new("events", "Events") { NotInTable = true, IsSum = true }, m => ReportValue.Of(m.Events)),
        (new("lostEvents", "Lost") { IsSum = true }, m => ReportValue.Of(m.LostEvents)),
        (new("droppedRecords", "Dropped") { NotInTable = true, IsSum = true }, m => ReportValue.Of(m.DroppedRecords)),
        (new("cpuNanoseconds", "CPU ns") { NotInTable = true, IsSum = true }, m => Nanoseconds(m.Cost?.CpuTime)),
        (new("cpuShown", "CPU") { TableOnly = true, IsSum = true }, m => Shown(m.Cost?.CpuTime)),
        (new("wallNanoseconds", "Wall ns") { NotInTable = true, IsSum = true }, m => Nanoseconds(m.Cost?.WallTime)),
        (new("peakMemoryBytes", "Memory") { NotInTable = true, IsSum = true }, m => ReportValue.Of(m.Cost?.PeakMemory)),
        (new("bytesRead", "Read") { NotInTable = true, IsSum = true }, m => ReportValue.Of(m.Cost?.BytesRead)),
        (new("warnings", "Warnings") { NotInTable = true, IsSum = true }, m => ReportValue.Of(m.Warnings.Count)),
    ];

    /// <summary>A table without rows.</summary>
    public static ReportTable Table() => new([.. Columns.Select(column => column.Column)]);

    /// <summary>The row of a record.</summary>
    public static ReportValue[] Row(Measurement record) => Array.ConvertAll(Columns, column => column.Value(record));

    /// <summary>What a record says, in short: its reason, or the 99th percentiles of the kinds with the most intervals.</summary>
    public static string? Summary(Measurement record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Reason is { } reason) return reason;
        var kinds = record.Latencies.Where(latency => latency.Count > 0).GroupBy(latency => latency.Kind)
            .OrderByDescending(kind => kind.Sum(latency => latency.Count)).ThenBy(kind => kind.Key, StringComparer.Ordinal)
            .ToList();
        var parts = kinds.Take(MostKinds).Select(OfKind).ToList();
        if (kinds.Count > MostKinds) parts.Add($"{kinds.Count - MostKinds} more");
        if (record.Counters.Count > 0) parts.Add(DisplayText.Count(record.Counters.Count, "counter"));
        if (record.Results.Count > 0) parts.Add(DisplayText.Count(record.Results.Count, "result"));
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private static string OfKind(IGrouping<string, Latency.Latency> kind)
    {
        // Latencies by key have no percentile in common, so that the worst is shown.
        var worst = kind.MaxBy(latency => latency.P99Nanoseconds)!;
        var length = LatencyReports.Shown(worst.P99Nanoseconds, worst.Unit);
        return $"{kind.Key} {(kind.Skip(1).Any() ? "≤ " : "p99 ")}{length}";
    }

    private static string Time(DateTimeOffset time)
        => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static ReportValue Nanoseconds(TimeSpan? span)
        => span is { } known ? ReportValue.Of(DurationText.Nanoseconds(known)) : default;

    private static ReportValue Shown(TimeSpan? span)
        => span is { } known ? LatencyReports.Shown(DurationText.Nanoseconds(known), "") : default;
}
