using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Audit;

/// <summary>A record of the audit log of probes. All texts are untrusted.</summary>
public sealed class ProbeAuditRecord
{
    internal ProbeAuditRecord() { }

    /// <summary>The number of the record, from 1.</summary>
    public long Sequence { get; internal init; }

    /// <summary>When it was written, in UTC.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>
    /// <c>Started</c>, <c>Run</c> (the end of a run), <c>Refused</c>, <c>Emergency</c>, <c>Suspended</c>, <c>Resumed</c>,
    /// <c>Checkpoint</c>, <c>Recovered</c> or <c>Rotated</c>.
    /// </summary>
    public string Action { get; internal init; } = "";

    /// <summary>The probe; null if the record is about none.</summary>
    public string? Probe { get; internal init; }

    /// <summary>The version of the probe; null if it is not known.</summary>
    public string? Version { get; internal init; }

    /// <summary>The user that the process ran as, usually root.</summary>
    public string? User { get; internal init; }

    /// <summary>The user id of the login, as the kernel keeps it through su and sudo; null if there was none.</summary>
    public long? LoginUserId { get; internal init; }

    /// <summary>Who called sudo; null if nobody did.</summary>
    public string? SudoUser { get; internal init; }

    /// <summary>How a run ended; null for other records.</summary>
    public string? Outcome { get; internal init; }

    /// <summary>The reason of a refusal, an emergency or an end; null for none.</summary>
    public string? Reason { get; internal init; }

    /// <summary>Whose approvals counted.</summary>
    public IReadOnlyList<string> Approvers { get; internal init; } = [];

    /// <summary>The parameters by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; internal init; } = new Dictionary<string, string>();

    /// <summary>The SHA-256 of the probe, in hexadecimal digits; null if none was read.</summary>
    public string? Hash { get; internal init; }

    /// <summary>How long a run took, in nanoseconds; null if nothing ran.</summary>
    public long? DurationNanoseconds { get; internal init; }

    /// <summary>CPU time of the BPF programs of a run, in nanoseconds; null if it is unknown.</summary>
    public long? ProgramNanoseconds { get; internal init; }

    /// <summary>How often the BPF programs of a run ran; null if it is unknown.</summary>
    public long? ProgramRuns { get; internal init; }

    /// <summary>CPU time of bpftrace in a run, in nanoseconds; null if it is unknown.</summary>
    public long? ToolNanoseconds { get; internal init; }

    /// <summary>Bytes that bpftrace wrote; null if nothing ran.</summary>
    public long? OutputBytes { get; internal init; }

    /// <summary>Events that bpftrace lost; null if nothing ran.</summary>
    public long? LostEvents { get; internal init; }

    /// <summary>The version of bpftrace, as it states it; null if nothing ran.</summary>
    public string? Bpftrace { get; internal init; }

    /// <summary>The machine.</summary>
    public string? Host { get; internal init; }

    /// <summary>The release of the kernel.</summary>
    public string? Kernel { get; internal init; }

    /// <summary>The id of the boot (random(4)).</summary>
    public string? BootId { get; internal init; }

    /// <summary>The pid of the process that wrote the record.</summary>
    public long? ProcessId { get; internal init; }

    /// <summary>The number of the record that the run began with; null for others.</summary>
    public long? Begin { get; internal init; }

    /// <summary>The SHA-256 of the record, in hexadecimal digits, which the next record names.</summary>
    public string RecordHash { get; internal init; } = "";

    /// <summary>The file.</summary>
    public string Path { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(string.Create(CultureInfo.InvariantCulture,
        $"{Sequence} {Time:yyyy-MM-dd HH:mm:ss'Z'} {Action} {Probe ?? ""}").TrimEnd());
}
