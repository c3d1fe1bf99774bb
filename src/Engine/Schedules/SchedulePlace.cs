using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Schedules;

/// <summary>The directories and tools of schedules. A test gives directories and tools of its own.</summary>
internal sealed record SchedulePlace
{
    /// <summary>The default directory of logs.</summary>
    public const string LogDirectory = "/var/log/kernel-magnifier";

    /// <summary>The directory before all others; empty for this machine.</summary>
    public string Root { get; init; } = "";

    /// <summary>The directory of the definitions.</summary>
    public string DefinitionDirectory => Root + "/etc/kernel-magnifier/schedules";

    /// <summary>The directory of states and spools.</summary>
    public string StateDirectory => Root + "/var/lib/kernel-magnifier/schedules";

    /// <summary>The directory of systemd's units.</summary>
    public string UnitDirectory => Root + "/etc/systemd/system";

    /// <summary>The directory of cron's tables.</summary>
    public string CronDirectory => Root + "/etc/cron.d";

    /// <summary>The directory of logrotate's rules.</summary>
    public string RotationDirectory => Root + "/etc/logrotate.d";

    /// <summary>Whether systemd manages this machine, as sd_booted(3) tells it.</summary>
    public bool HasSystemd => Directory.Exists(Root + "/run/systemd/system");

    /// <summary>Runs a program of the scheduler and returns what it wrote; null if there is no such program.</summary>
    public Func<string, IReadOnlyList<string>, SchedulerOutput?> Tool { get; init; } = SchedulerTool.Run;

    /// <summary>Makes a measurement.</summary>
    public Func<MeasurementPlan, CancellationToken, Measurement> Measure { get; init; }
        = (plan, cancel) => Measurer.Run(plan, null, cancel);

    /// <summary>Delivers a record of a schedule within a time.</summary>
    public Func<ScheduleDefinition, string, Measurement?, TimeSpan, CancellationToken, IReadOnlyList<LogDeliveryResult>> Deliver
    {
        get;
        init;
    } = (schedule, spool, record, limit, cancel)
        => new LogDelivery(spool, schedule.SpoolSize).Deliver(record, schedule.Targets, limit, cancel);

    /// <summary>The number of records in a spool that wait for their receivers.</summary>
    public Func<string, long> Waiting { get; init; } = ScheduleTargets.Waiting;

    /// <summary>Checks that the probe of a measurement may run here.</summary>
    public Action<MeasurementPlan> CheckProbe { get; init; } = ScheduledProbe.Check;

    /// <summary>The time.</summary>
    public Func<DateTimeOffset> Now { get; init; } = () => DateTimeOffset.Now;

    /// <summary>The id of this boot.</summary>
    public string Boot { get; init; } = RecordingPlan.ThisBoot;

    /// <summary>The directory of the records of a schedule that wait for their receivers.</summary>
    public string SpoolOf(string name) => Path.Combine(StateDirectory, name + ".spool");
}
