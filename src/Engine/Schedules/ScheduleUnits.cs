using System.Globalization;

namespace KernelMagnifier.Schedules;

/// <summary>The units of a schedule: a timer and a service. docs/schedules.md says why each setting is there.</summary>
internal static class ScheduleUnits
{
    // The limit of the CPU is twice the budget: the run itself keeps the budget and leaves a record when it cannot, while a run
    // that is throttled exactly there would lose events instead.
    // To start and to write a record takes CPU time, too: with less than a fifth of a CPU that would take minutes.
    private const double CpuMargin = 2, LeastCpuPercent = 20;

    // The record of a run that the kernel killed is written within the same limit of memory.
    private const long MemoryMargin = 32 << 20;

    // setpriv, which starts bpftrace, sets its capabilities to what they are.
    private const string ProbeSystemCalls = "bpf perf_event_open capset";

    // SIGTERM is how systemd ends a run at a shutdown. It leaves a record, and is no failure of the unit.
    private const string EndedBySignal = "143";

    private static readonly TimeSpan Stop = TimeSpan.FromSeconds(45);

    /// <summary>The name of the units without suffix.</summary>
    public static string NameOf(string schedule) => $"kernel-magnifier-{schedule}";

    /// <summary>The timer.</summary>
    public static string Timer(ScheduleDefinition schedule) => new UnitText()
        .Section("Unit")
        .Set("Description", $"Kernel Magnifier: timer of the schedule {schedule.Name}")
        .Section("Timer")
        .Set("OnCalendar", schedule.OnCalendar)
        .Set("RandomizedDelaySec", schedule.RandomizedDelay)
        .Set("AccuracySec", "1s")
        .Set("Persistent", "yes")
        .Section("Install")
        .Set("WantedBy", "timers.target")
        .ToString();

    /// <summary>The service.</summary>
    public static string Service(ScheduleDefinition schedule)
    {
        var text = new UnitText()
            .Section("Unit")
            .Set("Description", $"Kernel Magnifier: a run of the schedule {schedule.Name}")
            .Section("Service")
            .Set("Type", "oneshot")
            .Set("ExecStart", $"{schedule.Executable} schedule run {schedule.Name}")
            .Set("ExecStopPost", $"{schedule.Executable} schedule finish {schedule.Name}")
            .Set("SyslogIdentifier", "kernel-magnifier")
            .Set("SuccessExitStatus", EndedBySignal)
            .Comment("The whole run: RuntimeMaxSec has no effect on this type of service.")
            .Set("TimeoutStartSec", ScheduleTimes.Limit(schedule.Plan))
            .Set("TimeoutStopSec", Stop);
        Limits(text, schedule);
        Files(text, schedule);
        Sandbox(text, ScheduleTargets.NeedNetwork(schedule.Targets));
        if (schedule.Plan.Probe is null) Measurement(text);
        else Probe(text);
        return text.ToString();
    }

    private static void Limits(UnitText text, ScheduleDefinition schedule) => text
        .Set("CPUQuota", string.Create(CultureInfo.InvariantCulture,
            $"{Math.Max(LeastCpuPercent, Math.Ceiling(schedule.Plan.CpuBudget * CpuMargin * 100))}%"))
        .Set("MemoryMax", (schedule.Plan.MemoryBudget + MemoryMargin).ToString(CultureInfo.InvariantCulture))
        .Set("MemorySwapMax", "0")
        .Set("TasksMax", "64")
        .Set("Nice", "5")
        .Set("IOSchedulingClass", "best-effort")
        .Set("IOSchedulingPriority", "7");

    /// <summary>The files that a run may write.</summary>
    private static void Files(UnitText text, ScheduleDefinition schedule)
    {
        text.Set("UMask", "0027")
            .Set("ProtectSystem", "strict")
            .Set("ProtectHome", "yes")
            .Set("PrivateTmp", "yes")
            .Set("StateDirectory", "kernel-magnifier")
            .Set("StateDirectoryMode", "0700")
            // ProtectKernelTunables would do the same, and make tracefs read-only for good.
            .Set("ReadOnlyPaths",
                "/run /sys /proc/sys -/proc/sysrq-trigger -/proc/irq -/proc/acpi -/proc/fs -/proc/latency_stats")
            .Path("ReadWritePaths", "/sys/kernel/tracing");
        var directories = ScheduleTargets.Paths(schedule.Targets)
            .Select(path => Path.GetDirectoryName(path)!).Distinct().ToList();
        // A probe's audit log is there, too.
        if (schedule.Plan.Probe is not null || directories.Remove(SchedulePlace.LogDirectory))
            text.Set("LogsDirectory", "kernel-magnifier").Set("LogsDirectoryMode", "0750");
        foreach (var directory in directories.Where(one => one != SchedulePlace.LogDirectory))
            text.Path("ReadWritePaths", directory);
    }

    /// <summary>What no run needs.</summary>
    private static void Sandbox(UnitText text, bool hasNetwork)
    {
        text.Set("NoNewPrivileges", "yes")
            .Set("LockPersonality", "yes")
            .Set("ProtectClock", "yes")
            .Set("ProtectControlGroups", "yes")
            .Set("ProtectHostname", "yes")
            .Set("PrivateDevices", "yes")
            .Set("DevicePolicy", "closed")
            .Set("RestrictNamespaces", "yes")
            .Set("RestrictRealtime", "yes")
            .Set("RestrictSUIDSGID", "yes")
            .Set("SystemCallArchitectures", "native")
            .Set("SystemCallErrorNumber", "EPERM")
            .Set("KeyringMode", "private")
            .Set("PrivateIPC", "yes")
            .Set("RestrictAddressFamilies", hasNetwork ? "AF_UNIX AF_INET AF_INET6 AF_NETLINK" : "AF_UNIX");
        if (!hasNetwork) text.Set("PrivateNetwork", "yes").Set("IPAddressDeny", "any");
    }

    /// <summary>Root owns the files of tracefs, so that a measurement needs no capability.</summary>
    private static void Measurement(UnitText text) => text
        .Set("CapabilityBoundingSet", "")
        .Set("MemoryDenyWriteExecute", "yes")
        .Set("ProtectKernelLogs", "yes")
        .Set("ProtectKernelModules", "yes")
        .Set("SystemCallFilter", "@system-service")
        .Set("SystemCallFilter", "~@privileged");

    /// <summary>
    /// What bpftrace needs: programs in the kernel, perf events, symbols, and memory that its compiler executes. It reads the
    /// headers of a kernel without BTF beside the modules, which ProtectKernelModules would hide.
    /// </summary>
    private static void Probe(UnitText text) => text
        .Set("CapabilityBoundingSet", ProbeCapabilities)
        .Comment("Kernels before 5.11 count maps as locked memory.")
        .Set("LimitMEMLOCK", "infinity")
        .Path("ReadWritePaths", "-/sys/kernel/debug")
        .Set("SystemCallFilter", "@system-service")
        .Set("SystemCallFilter", "~@privileged")
        .Set("SystemCallFilter", ProbeSystemCalls);

    private const string ProbeCapabilities
        = "CAP_SYS_ADMIN CAP_BPF CAP_PERFMON CAP_SYSLOG CAP_SYS_PTRACE CAP_DAC_READ_SEARCH";
}
