namespace KernelMagnifier.Lab;

/// <summary>
/// For how long a CPU was away from a loop that did nothing but read the clock: by interrupts, other tasks, the hypervisor or the
/// emulation. No latency below it can be told from it.
/// </summary>
public sealed record LabNoise
{
    /// <summary>The CPU.</summary>
    public required int Cpu { get; init; }

    /// <summary>How it was measured: <c>SpinLoop</c>, a loop of this program.</summary>
    public required string Method { get; init; }

    /// <summary>How long it was measured.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The shortest gap that counts.</summary>
    public long ThresholdNanoseconds { get; init; }

    /// <summary>How often the CPU was away for longer than that.</summary>
    public long Count { get; init; }

    /// <summary>The part of the time that these gaps take, in percent.</summary>
    public double NoisePercent { get; init; }

    /// <summary>The median of the gaps; null if there was none.</summary>
    public long? P50Nanoseconds { get; init; }

    /// <summary>99 % of the gaps are not longer; null if there was none.</summary>
    public long? P99Nanoseconds { get; init; }

    /// <summary>The longest gap; null if there was none.</summary>
    public long? MaxNanoseconds { get; init; }

    /// <summary><c>Kvm</c> or <c>Emulated</c> of a guest; null if it was measured on the machine itself.</summary>
    public string? Accelerator { get; init; }

    /// <summary>What this means for latencies, as a sentence; null if nothing is to be said.</summary>
    public string? Note { get; init; }
}
