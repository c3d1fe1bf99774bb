using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Spooling;

namespace KernelMagnifier.Schedules;

/// <summary>What the places for records need of the machine.</summary>
internal static class ScheduleTargets
{
    /// <summary>Where the records of a schedule go that names no place.</summary>
    public static LogTarget Default(string name) => new(LogTargetKind.File, $"{SchedulePlace.LogDirectory}/{name}.ndjson");

    /// <summary>The number of records that wait in the spools of a schedule.</summary>
    public static long Waiting(string spool)
    {
        try
        {
            return Directory.EnumerateFiles(spool, "*", SearchOption.AllDirectories)
                .LongCount(path => SpoolEntry.TryParse(Path.GetFileName(path), 0, out var entry) && !entry.IsDrop);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>The paths of files that are written.</summary>
    public static IEnumerable<string> Paths(IEnumerable<LogTarget> targets)
        => targets.Where(target => target.Kind is LogTargetKind.File or LogTargetKind.Textfile).Select(target => target.Address);

    /// <summary>The paths of files that grow, so that logrotate(8) has to rotate them.</summary>
    public static IEnumerable<string> Growing(IEnumerable<LogTarget> targets)
        => targets.Where(target => target.Kind == LogTargetKind.File).Select(target => target.Address);

    /// <summary>Whether one is reached by the network.</summary>
    public static bool NeedNetwork(IEnumerable<LogTarget> targets)
        => targets.Any(target => target.Kind is LogTargetKind.SyslogTcp or LogTargetKind.Otlp);
}
