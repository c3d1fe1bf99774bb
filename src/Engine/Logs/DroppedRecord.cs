using System.Globalization;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Logs;

/// <summary>The record that takes the place of those that a full spool dropped.</summary>
internal static class DroppedRecord
{
    /// <summary>Its status.</summary>
    public const string Status = "Dropped";

    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss'Z'";

    /// <summary>Makes one record of those that are dropped, of which the first may say the same of earlier ones.</summary>
    /// <param name="target">The target whose spool is full.</param>
    /// <param name="lines">The records; a line that cannot be read counts as one.</param>
    public static byte[] Of(LogTarget target, IReadOnlyList<byte[]> lines)
    {
        var records = lines.Select(line => MeasurementJson.Read(line).Record).ToList();
        var count = records.Sum(record => record is { Status: Status } ? record.DroppedRecords ?? 0 : 1);
        var known = records.OfType<Measurement>().ToList();
        var now = DateTimeOffset.UtcNow;
        var start = known.Count == 0 ? now : known.Min(record => record.StartTime);
        var end = known.Count == 0 ? now : known.Max(record => record.StartTime + (record.Duration ?? TimeSpan.Zero));
        var last = known.Count == 0 ? null : known[^1];
        return MeasurementJson.ToLine(new Measurement
        {
            Id = Guid.NewGuid(), Status = Status, DroppedRecords = count, Request = new MeasurementRequest(), StartTime = start,
            Duration = end - start, HostName = last?.HostName, MachineId = last?.MachineId, BootId = last?.BootId,
            KernelRelease = last?.KernelRelease, Machine = last?.Machine, Cpus = last?.Cpus, Version = last?.Version,
            Reason = string.Create(CultureInfo.InvariantCulture, $"{count} records of the time from {Text(start)} to {Text(end)} "
                + $"were lost, because {target} did not take records for so long that the spool was full."),
        });
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
