using System.Globalization;
using KernelMagnifier.Measuring;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Schedules;

/// <summary>Checks a schedule before anything of it is written.</summary>
internal static class ScheduleCheck
{
    /// <summary>The least and the most bytes of a spool.</summary>
    public const long LeastSpool = 64 << 10, MostSpool = 1L << 40;

    /// <summary>The least memory that a run may have. The runtime and the measurement itself need about as much.</summary>
    public const long LeastMemory = 16 << 20;

    /// <summary>The least and the most CPU time, as a share of one CPU.</summary>
    public const double LeastCpu = 0.001, MostCpu = 1;

    private const int MostTargets = 16;

    private static readonly string[] NoFiles = ["/dev/", "/proc/", "/sys/"];

    // Units have a /tmp of their own and no homes (PrivateTmp, ProtectHome).
    private static readonly string[] HiddenFromUnits = ["/tmp/", "/var/tmp/", "/root/", "/home/", "/run/user/"];

    /// <summary>The longest random delay.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>Checks a schedule.</summary>
    /// <exception cref="KernelMagnifierException">A value is not allowed.</exception>
    public static void Check(ScheduleDefinition schedule, SchedulePlace place)
    {
        CheckName(schedule.Name);
        if (!ScheduleText.IsCalendar(schedule.OnCalendar))
            throw BadTime(schedule.OnCalendar, "it is not a time of systemd.time(7).");
        if (schedule.RandomizedDelay < TimeSpan.Zero || schedule.RandomizedDelay > LongestDelay)
            throw Bad($"{schedule.RandomizedDelay}", "a random delay is from 0 to 24 hours.", "Give a shorter one.");
        if (schedule.SpoolSize is < LeastSpool or > MostSpool)
            throw Bad(Number(schedule.SpoolSize), "the spool is from 64 KiB to 1 TiB.", "Give another size.");
        CheckPlan(schedule.Plan);
        CheckTargets(schedule, place);
        if (!ScheduleText.IsExecutable(schedule.Executable))
            throw Bad(schedule.Executable, "the executable is not an absolute path of letters, digits and / . _ + -.",
                "Put it, or a link to it, in such a place.");
        if (schedule.Scheduler == ScheduleDefinitionFile.Cron)
        {
            if (CronTime.Of(schedule.OnCalendar).Next(place.Now()) is null) throw BadTime(schedule.OnCalendar, "it never comes.");
        }
        else CheckCalendar(schedule.OnCalendar, place);
    }

    /// <summary>Checks a name.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>.</exception>
    public static void CheckName(string name)
    {
        if (!ScheduleText.IsName(name))
            throw Bad(name, "this is no name of a schedule.",
                "Use letters, digits, dashes and underscores, a letter or a digit first, and at most 64 characters.");
    }

    /// <summary>Checks the reason of a suspension.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>.</exception>
    public static void CheckReason(string name, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason) || ProbeText.Length(reason) > ScheduleText.LongestReason
            || ProbeText.HasControl(reason, hasLines: false))
            throw Bad(name, "a reason is needed: one line of at most 1,024 characters.",
                "State it: each run that does not happen has it in its record.");
    }

    private static void CheckPlan(MeasurementPlan plan)
    {
        if (plan.Duration < MeasurementPlan.Shortest || plan.Duration > MeasurementPlan.Longest)
            throw Bad($"{plan.Duration}", "a measurement takes from 0.1 s to 1 hour.", "Give another duration.");
        if (plan.CpuBudget is not (>= LeastCpu and <= MostCpu))
            throw Bad(Number(plan.CpuBudget), "the CPU budget is a share of one CPU, from 0.001 to 1.", "Give another one.");
        if (plan.MemoryBudget < LeastMemory)
            throw Bad(Number(plan.MemoryBudget), "the memory budget is less than the 16 MiB that the program itself needs.",
                "Give a larger one.");
        if (plan.Wait < TimeSpan.Zero || plan.Wait > MeasurementPlan.Longest)
            throw Bad($"{plan.Wait}", "a run waits for others for 1 hour at most.", "Give a shorter time.");
        if (plan.Probe is { } probe)
        {
            if (!ProbeText.IsProbeName(probe))
                throw Bad(probe, "this is no name of a probe.", "Names have lower-case letters, digits and dashes.");
            if (plan.Presets.Count + plan.Kinds.Count > 0)
                throw Bad(probe, "a probe and presets or kinds exclude each other.", "Register a schedule for each.");
        }
        else if (plan.Presets.Count + plan.Kinds.Count == 0)
            throw Bad(null, "the schedule measures nothing.", $"Name a preset, {PresetList}, or a probe.");
        foreach (var preset in plan.Presets)
            if (MeasurementPreset.Find(preset) != preset)
                throw Bad(preset, "this is not how the preset is spelled.", $"The presets are {PresetList}.");
    }

    private static string PresetList => string.Join(", ", MeasurementPreset.Names);

    private static void CheckTargets(ScheduleDefinition schedule, SchedulePlace place)
    {
        var targets = schedule.Targets;
        if (targets.Count is 0 or > MostTargets)
            throw Bad(null, "a schedule needs from 1 to 16 places for its records.", "Name a file or another place.");
        if (targets.Distinct().Count() != targets.Count)
            throw Bad(null, "a place for records is named twice.", "Name each once.");
        foreach (var path in ScheduleTargets.Paths(targets))
        {
            var isUnit = schedule.Scheduler == ScheduleDefinitionFile.Systemd;
            var inPlace = path.StartsWith(place.Root, StringComparison.Ordinal) ? path[place.Root.Length..] : path;
            if (NoFiles.Concat(isUnit ? HiddenFromUnits : [])
                .FirstOrDefault(top => inPlace.StartsWith(top, StringComparison.Ordinal)) is { } hidden)
                throw Bad(path, $"a run cannot keep files below {hidden}{(isUnit ? ", which its unit hides" : "")}.",
                    "Choose a directory such as /var/log/kernel-magnifier.");
            if (!Path.IsPathFullyQualified(path) || ProbeText.HasControl(path, hasLines: false) || Path.GetFullPath(path) != path)
                throw Bad(path, "a file for records needs an absolute path, without dots and control characters.",
                    "Give such a path.");
        }
    }

    /// <summary>Asks systemd whether it understands a time.</summary>
    private static void CheckCalendar(string time, SchedulePlace place)
    {
        // Without the program, systemctl decides when the timer is enabled.
        if (place.Tool("systemd-analyze", ["calendar", "--", time]) is not { } output) return;
        if (output.ExitCode == 0)
        {
            if (output.Text.Split('\n').Any(text => text.Trim() is "Next elapse: never")) throw BadTime(time, "it never comes.");
            return;
        }
        var line = output.Errors.Split('\n').FirstOrDefault(text => text.Length > 0) ?? "it is not a time.";
        throw BadTime(time, line.Trim().TrimEnd('.') + ".");
    }

    private static KernelMagnifierException BadTime(string time, string cause)
        => Bad(time, cause, "Give a time such as hourly, *:0/15 or Mon..Fri 03:00. systemd-analyze calendar explains one.");

    private static KernelMagnifierException Bad(string? target, string cause, string action)
        => new(ErrorCode.BadRequest, target, cause, action);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
