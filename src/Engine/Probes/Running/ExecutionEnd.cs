namespace KernelMagnifier.Probes.Running;

/// <summary>What became of a process of bpftrace.</summary>
/// <param name="Outcome">As in <see cref="ProbeRunResult.Outcome"/>.</param>
/// <param name="Reason">Why it ended so; null if it completed.</param>
/// <param name="Status">The exit status, or 128 plus the signal that ended it.</param>
/// <param name="Errors">Its standard error, or the beginning of it. Untrusted.</param>
internal sealed record ExecutionEnd(string Outcome, string? Reason, int Status, string Errors)
{
    /// <summary>From when it attached until its end, in nanoseconds; null if it did not attach.</summary>
    public long? AttachedNanoseconds { get; init; }

    /// <summary>What its BPF programs cost; null if unknown.</summary>
    public (long Nanoseconds, long Runs)? Programs { get; init; }

    /// <summary>Its CPU time, in nanoseconds; null if unknown.</summary>
    public long? ToolNanoseconds { get; init; }

    /// <summary>Bytes that it wrote, of those that were taken.</summary>
    public long OutputBytes { get; init; }

    /// <summary>Events that it says it lost.</summary>
    public long LostEvents { get; init; }
}
