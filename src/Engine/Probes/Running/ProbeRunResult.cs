namespace KernelMagnifier.Probes.Running;

/// <summary>How a run ended and what it cost.</summary>
internal sealed record ProbeRunResult
{
    /// <summary>
    /// <c>Completed</c> (the program exited, or its time was over), <c>Cancelled</c>, <c>OutputLimit</c>, <c>RateLimit</c>,
    /// <c>CpuBudget</c>, <c>MemoryLimit</c>, <c>TimeLimit</c> (it had to be killed) or <c>Failed</c>.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>Why it ended so, as a sentence; null if it completed.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it was attached, in nanoseconds; null if unknown.</summary>
    public long? DurationNanoseconds { get; init; }

    /// <summary>CPU time of the BPF programs, in nanoseconds; null if the kernel does not count it.</summary>
    public long? ProgramNanoseconds { get; init; }

    /// <summary>How often the BPF programs ran; null if the kernel does not count it.</summary>
    public long? ProgramRuns { get; init; }

    /// <summary>CPU time of bpftrace, in nanoseconds; null if unknown.</summary>
    public long? ToolNanoseconds { get; init; }

    /// <summary>Bytes that bpftrace wrote.</summary>
    public long OutputBytes { get; init; }

    /// <summary>Events that bpftrace lost.</summary>
    public long LostEvents { get; init; }

    /// <summary>The version of bpftrace; null if unknown.</summary>
    public string? Bpftrace { get; init; }

    /// <summary>The number of the record in the audit log.</summary>
    public long? AuditRecord { get; init; }
}
