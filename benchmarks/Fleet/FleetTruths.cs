namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>
/// What is planted in a generated fleet, and so what the questions must find. All of it begins with the last day.
/// </summary>
internal sealed class FleetTruths(int hosts)
{
    /// <summary>The host whose tasks wait <see cref="SlowFactor"/> times as long for a CPU.</summary>
    public int SlowHost { get; } = hosts / 3;

    /// <summary>The host on which one interrupt comes more often and takes longer.</summary>
    public int NoisyHost { get; } = hosts / 2;

    /// <summary>The host whose disk is slow.</summary>
    public int SlowDiskHost { get; } = hosts * 2 / 3;

    /// <summary>The host whose measurements lose events.</summary>
    public int LossyHost { get; } = hosts - 1;

    /// <summary>How much longer tasks wait on the slow host.</summary>
    public const int SlowFactor = 6;

    /// <summary>The interrupt that is noisy, and how much longer it takes.</summary>
    public const string NoisyInterrupt = "25/virtio0-requests";

    /// <inheritdoc cref="NoisyInterrupt"/>
    public const int NoisyFactor = 8;

    /// <summary>The system call that is slower on all hosts.</summary>
    public const string SlowSyscall = "sendto";

    /// <summary>How much slower it is, and the disk of the host with the slow disk.</summary>
    public const int SlowDiskFactor = 5;

    /// <summary>The call that is new on every fourth host.</summary>
    public static FleetEdge NewEdge { get; } = new("ext4_sync_file", "jbd2_complete_transaction", 40, 52_000_000, 1_900_000);

    /// <summary>The truths as a file that a test reads.</summary>
    public IReadOnlyDictionary<string, string> Describe(int days) => new Dictionary<string, string>
    {
        ["slow_host"] = FleetPlan.HostName(SlowHost),
        ["noisy_host"] = FleetPlan.HostName(NoisyHost),
        ["noisy_interrupt"] = NoisyInterrupt,
        ["slow_disk_host"] = FleetPlan.HostName(SlowDiskHost),
        ["lossy_host"] = FleetPlan.HostName(LossyHost),
        ["slow_syscall"] = SlowSyscall,
        ["new_caller"] = NewEdge.Caller,
        ["new_callee"] = NewEdge.Callee,
        ["last_day"] = FleetPlan.Day(days - 1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
    };
}
