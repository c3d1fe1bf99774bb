namespace KernelMagnifier.Probes.Running;

/// <summary>What a run takes as given on this machine. Tests change it.</summary>
internal sealed record ProbeRunSettings
{
    /// <summary>How long bpftrace may take to compile and attach the program.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long bpftrace may take to print its maps when it is asked to end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time over which CPU use is measured: bpftrace's own start is not counted, a burst of a millisecond is no
    /// exceedance.</summary>
    public TimeSpan CpuWindow { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether to check that the kernel lets this process use BPF.</summary>
    public bool ChecksKernel { get; init; } = true;

    /// <summary>Whether to use systemd where it runs.</summary>
    public bool UsesSystemd { get; init; } = true;

    /// <summary>Reads the cost of a process's BPF programs; null to let the kernel count.</summary>
    public Func<int, (long Nanoseconds, long Runs)?>? Cost { get; init; }
}
