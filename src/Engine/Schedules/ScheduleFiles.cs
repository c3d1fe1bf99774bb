using System.Globalization;
using System.Text;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Schedules;

/// <summary>The files of a schedule.</summary>
internal static class ScheduleFiles
{
    private const int DelayOfKill = 30;

    private static readonly string[] DropInEnds = [".service.d", ".timer.d"];

    /// <summary>The definition, the files of the scheduler, and the rules of logrotate, in the order in which they are
    /// written.</summary>
    public static IReadOnlyList<ScheduleFile> Of(ScheduleDefinition schedule, SchedulePlace place)
    {
        var unit = ScheduleUnits.NameOf(schedule.Name);
        List<ScheduleFile> files
            = [new(Definition(schedule.Name, place), Encoding.UTF8.GetString(ScheduleDefinitionFile.Write(schedule)))];
        if (schedule.Scheduler == ScheduleDefinitionFile.Systemd)
        {
            files.Add(Marked(schedule, Path.Combine(place.UnitDirectory, unit + ".service"), ScheduleUnits.Service(schedule)));
            files.Add(Marked(schedule, Path.Combine(place.UnitDirectory, unit + ".timer"), ScheduleUnits.Timer(schedule)));
        }
        else files.Add(Marked(schedule, Path.Combine(place.CronDirectory, unit), Table(schedule)));
        var growing = ScheduleTargets.Growing(schedule.Targets).ToList();
        if (growing.Count > 0)
            files.Add(Marked(schedule, Path.Combine(place.RotationDirectory, unit),
                string.Join('\n', growing.Select(path => LogRotateRules.Text(path)))));
        return files;
    }

    /// <summary>The path of a definition.</summary>
    public static string Definition(string name, SchedulePlace place) => Path.Combine(place.DefinitionDirectory, name + ".json");

    /// <summary>The paths outside the product's own directories that a schedule may have, whatever its definition says.</summary>
    public static IReadOnlyList<string> Outside(string name, SchedulePlace place)
    {
        var unit = ScheduleUnits.NameOf(name);
        return
        [
            Path.Combine(place.UnitDirectory, unit + ".service"), Path.Combine(place.UnitDirectory, unit + ".timer"),
            Path.Combine(place.CronDirectory, unit), Path.Combine(place.RotationDirectory, unit),
        ];
    }

    /// <summary>Directories with changes of an administrator to the units, which are left alone.</summary>
    public static IEnumerable<string> DropIns(string name, SchedulePlace place)
    {
        var unit = ScheduleUnits.NameOf(name);
        return DropInEnds.Select(end => Path.Combine(place.UnitDirectory, unit + end)).Where(Directory.Exists);
    }

    /// <summary>The table for cron. Names and paths have no character with a meaning to cron or a shell.</summary>
    private static string Table(ScheduleDefinition schedule)
    {
        var delay = (long)Math.Ceiling(schedule.RandomizedDelay.TotalSeconds);
        var limit = (long)Math.Ceiling(ScheduleTimes.Limit(schedule.Plan).TotalSeconds) + delay;
        var spread = delay > 0 ? string.Create(CultureInfo.InvariantCulture, $" --delay {delay}") : "";
        var command = $"{schedule.Executable} schedule";
        var run = string.Create(CultureInfo.InvariantCulture,
            $"timeout -k {DelayOfKill} {limit} {command} run {schedule.Name}{spread}");
        return string.Create(CultureInfo.InvariantCulture, $"""
            SHELL=/bin/sh
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
            MAILTO=""
            {CronTime.Of(schedule.OnCalendar)} root nice -n 5 {run}; {command} finish {schedule.Name} --exit-code $?

            """);
    }

    private static ScheduleFile Marked(ScheduleDefinition schedule, string path, string body)
        => MarkedFile.Of(schedule.Name, path, body);
}
