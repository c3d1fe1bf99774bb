using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Policies;

/// <summary>
/// What may run on a machine: one JSON file that root owns, or that a key of the policy's signers signed.
/// docs/formats/probe-policy.md describes it. The defaults here are those of a machine without the file.
/// </summary>
internal sealed record ProbePolicy
{
    /// <summary>The directory of the policy and of what it names, unless it names another place.</summary>
    public const string DefaultDirectory = "/etc/kernel-magnifier";

    /// <summary>The file; null if there is none and these are the defaults.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// Whether only root can change it, or a signer of policies signed it. False for a file of the user's own, with which only that
    /// user's probes are judged.
    /// </summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>The libraries that root runs probes of.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [DefaultDirectory + "/probes"];

    /// <summary>The keys and their principals, as ssh-keygen(1) describes under ALLOWED SIGNERS.</summary>
    public string AllowedSigners { get; init; } = DefaultDirectory + "/allowed_signers";

    /// <summary>The revoked keys: a key revocation list or public keys, as in ssh-keygen(1); null for none.</summary>
    public string? RevokedKeys { get; init; }

    /// <summary>Severities that differ from those of the rules, by the id of the rule.</summary>
    public IReadOnlyDictionary<string, RuleSeverity> Rules { get; init; } = new Dictionary<string, RuleSeverity>();

    /// <summary>How many approvals a data class needs; those it does not name need one, and Paths and Payload two.</summary>
    public IReadOnlyDictionary<DataClass, int> Approvals { get; init; }
        = new Dictionary<DataClass, int> { [DataClass.Paths] = 2, [DataClass.Payload] = 2 };

    /// <summary>How many approvals a maturity needs at least; those it does not name need none by themselves.</summary>
    public IReadOnlyDictionary<ProbeMaturity, int> MaturityApprovals { get; init; }
        = new Dictionary<ProbeMaturity, int> { [ProbeMaturity.Stable] = 2 };

    /// <summary>Whether a submission needs a signature, so that its author is known.</summary>
    public bool NeedsSignedSubmission { get; init; } = true;

    /// <summary>How long an approval lasts.</summary>
    public TimeSpan ApprovalLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>The least maturity that runs.</summary>
    public ProbeMaturity LeastMaturity { get; init; } = ProbeMaturity.Sandbox;

    /// <summary>The most sensitive data class that runs.</summary>
    public DataClass MostSensitive { get; init; } = DataClass.Payload;

    /// <summary>The limits that no run exceeds, whatever its manifest says.</summary>
    public ProbeLimits MostLimits { get; init; } = new()
    {
        Duration = TimeSpan.FromMinutes(10), OutputBytes = 256 << 20, OutputBytesPerSecond = 8 << 20, MapKeys = 65_536,
            Probes = 256,
        CpuPercent = 20, MemoryBytes = 1L << 30, ConcurrentRuns = 4,
    };

    /// <summary>Whether a probe that is not approved can run in an emergency, with a reason, loud in the audit.</summary>
    public bool AllowsEmergency { get; init; }

    /// <summary>
    /// The names of the users who can declare an emergency through sudo, pkexec or doas. A rule of sudo for <c>probe run *</c> lets
    /// many operators run what is approved; that does not make each of them one who can overrule reviewers.
    /// </summary>
    public IReadOnlyList<string> EmergencyUsers { get; init; } = [];

    /// <summary>The audit log.</summary>
    public string AuditLog { get; init; } = "/var/log/kernel-magnifier/probes.jsonl";

    /// <summary>Where a machine keeps what it knows about probes: suspensions, locks and running processes.</summary>
    public string StateDirectory { get; init; } = "/var/lib/kernel-magnifier/probes";

    /// <summary>The program.</summary>
    public string Bpftrace { get; init; } = "/usr/bin/bpftrace";
}
