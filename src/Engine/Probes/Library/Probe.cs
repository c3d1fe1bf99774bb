using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Library;

/// <summary>A probe of a library: what its manifest states, and whether it may run. All texts are untrusted.</summary>
public sealed class Probe
{
    internal Probe(string name, string path, string library) => (Name, Path, Library) = (name, path, library);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The version; null if the manifest cannot be read.</summary>
    public string? Version { get; internal init; }

    /// <summary>What it measures, in one line; null if the manifest cannot be read.</summary>
    public string? Title { get; internal init; }

    /// <summary>
    /// <c>Draft</c>, <c>Submitted</c>, <c>Denied</c>, <c>Approved</c>, <c>Expired</c>, <c>Changed</c>, <c>Revoked</c>,
    /// <c>Suspended</c> or <c>Invalid</c>. Only an approved one runs.
    /// </summary>
    public string State { get; internal init; } = nameof(ProbeState.Invalid);

    /// <summary>Why it is not approved; null if it is.</summary>
    public string? Reason { get; internal init; }

    /// <summary><c>Sandbox</c>, <c>Incubating</c>, <c>Stable</c> or <c>Deprecated</c>; null if the manifest cannot be
    /// read.</summary>
    public string? Maturity { get; internal init; }

    /// <summary>The team or person who answers for it.</summary>
    public string? Owner { get; internal init; }

    /// <summary>What it collects: <c>Counters</c>, <c>Names</c>, <c>Arguments</c>, <c>Paths</c> or <c>Payload</c>.</summary>
    public string? DataClass { get; internal init; }

    /// <summary>The day after which it needs another review; null if none is set.</summary>
    public DateTime? ReviewBy { get; internal init; }

    /// <summary>Who submitted it; null if nobody did.</summary>
    public string? Author { get; internal init; }

    /// <summary>Whose approvals count.</summary>
    public IReadOnlyList<string> Approvers { get; internal init; } = [];

    /// <summary>How many approvals it needs; null if the manifest cannot be read.</summary>
    public int? ApprovalsNeeded { get; internal init; }

    /// <summary>When it is no longer approved, in UTC; null if it is not approved.</summary>
    public DateTime? ApprovedUntil { get; internal init; }

    /// <summary>The kernels that it ran on, each with the version of bpftrace.</summary>
    public IReadOnlyList<string> Kernels { get; internal init; } = [];

    /// <summary>The attach points.</summary>
    public IReadOnlyList<string> AttachPoints { get; internal init; } = [];

    /// <summary>The parameters with their types, ranges and defaults.</summary>
    public IReadOnlyList<string> Parameters { get; internal init; } = [];

    /// <summary>Which question it answers.</summary>
    public string? Purpose { get; internal init; }

    /// <summary>What the output means and how to read it.</summary>
    public string? Reading { get; internal init; }

    /// <summary>SHA-256 over the canonical form of program, manifest and imports; null if they cannot be read.</summary>
    public string? Hash { get; internal init; }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The library.</summary>
    public string Library { get; }

    /// <summary>The manifest; null if it cannot be read.</summary>
    internal ProbeManifest? Manifest { get; init; }

    /// <summary>Name, version and state, escaped for a terminal.</summary>
    public override string ToString() => TerminalText.Escape($"{Name} {Version} {State}");
}
