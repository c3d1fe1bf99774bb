namespace KernelMagnifier.Probes.Audit;

/// <summary>What an audit record says, without its place in the log.</summary>
internal sealed record AuditEntry
{
    /// <summary>
    /// <c>Started</c>, <c>Run</c>, <c>Refused</c>, <c>Emergency</c>, <c>Suspended</c>, <c>Resumed</c> or <c>Checkpoint</c>; of
    /// the log
    /// itself, <c>Recovered</c> and <c>Rotated</c>.
    /// </summary>
    public required string Action { get; init; }

    /// <summary>The probe; null if none was named.</summary>
    public string? Probe { get; init; }

    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Its hash.</summary>
    public string? Hash { get; init; }

    /// <summary>The parameters by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Whose approvals counted.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>The reason of a refusal, an emergency or an end; null for none.</summary>
    public string? Reason { get; init; }

    /// <summary>How a run ended, such as <c>Completed</c> or <c>OutputLimit</c>; null for none.</summary>
    public string? Outcome { get; init; }

    /// <summary>The limits of a run.</summary>
    public Manifests.ProbeLimits? Limits { get; init; }

    /// <summary>How long a run took, in nanoseconds; null if nothing ran.</summary>
    public long? DurationNanoseconds { get; init; }

    /// <summary>CPU time of the BPF programs, in nanoseconds; null if unknown.</summary>
    public long? ProgramNanoseconds { get; init; }

    /// <summary>How often the BPF programs ran; null if unknown.</summary>
    public long? ProgramRuns { get; init; }

    /// <summary>CPU time of bpftrace, in nanoseconds; null if unknown.</summary>
    public long? ToolNanoseconds { get; init; }

    /// <summary>Bytes that bpftrace wrote.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>Events that bpftrace lost; null if nothing ran.</summary>
    public long? LostEvents { get; init; }

    /// <summary>The version of bpftrace; null if it is not known.</summary>
    public string? Bpftrace { get; init; }

    /// <summary>The record that a run began with; null for others.</summary>
    public long? Begin { get; init; }
}
