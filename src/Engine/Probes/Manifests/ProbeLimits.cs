namespace KernelMagnifier.Probes.Manifests;

/// <summary>What a run of a probe may use. A policy can lower each of them.</summary>
internal sealed record ProbeLimits
{
    /// <summary>The longest run.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most bytes that bpftrace may write in a run.</summary>
    public long OutputBytes { get; init; } = 16 << 20;

    /// <summary>The most bytes that bpftrace may write in any second, except for the maps at the end.</summary>
    public long OutputBytesPerSecond { get; init; } = 1 << 20;

    /// <summary>The most keys of a map.</summary>
    public int MapKeys { get; init; } = 4096;

    /// <summary>The most attached probes.</summary>
    public int Probes { get; init; } = 32;

    /// <summary>The most CPU time of the BPF programs, in percent of one CPU.</summary>
    public double CpuPercent { get; init; } = 5;

    /// <summary>The most memory of bpftrace, in bytes.</summary>
    public long MemoryBytes { get; init; } = 512 << 20;

    /// <summary>How many runs of the probe a machine may have at a time.</summary>
    public int ConcurrentRuns { get; init; } = 1;
}
