using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Library;

/// <summary>What the next version of a probe is called, and what it needs for the next maturity. All texts are
/// untrusted.</summary>
public sealed class ProbeUpdate
{
    internal ProbeUpdate(string name, string version, string proposed)
        => (Name, Version, ProposedVersion) = (name, version, proposed);

    /// <summary>The probe.</summary>
    public string Name { get; }

    /// <summary>The version that the manifest states.</summary>
    public string Version { get; }

    /// <summary>The version that what changed needs at least.</summary>
    public string ProposedVersion { get; }

    /// <summary>The version that it is compared with: the last approved one, or the last submitted one; null for none.</summary>
    public string? Since { get; internal init; }

    /// <summary><c>Major</c>, <c>Minor</c>, <c>Patch</c>, or <c>None</c> if nothing changed.</summary>
    public string Change { get; internal init; } = "None";

    /// <summary>What changed, most important first.</summary>
    public IReadOnlyList<string> Reasons { get; internal init; } = [];

    /// <summary>The maturity that the manifest states.</summary>
    public string Maturity { get; internal init; } = "";

    /// <summary>What is missing for the maturity that the manifest states.</summary>
    public IReadOnlyList<string> Unmet { get; internal init; } = [];

    /// <summary>The next maturity; null if there is none.</summary>
    public string? NextMaturity { get; internal init; }

    /// <summary>What is missing for the next maturity.</summary>
    public IReadOnlyList<string> Needed { get; internal init; } = [];

    /// <summary>Whether the manifest was written with the proposed version.</summary>
    public bool IsApplied { get; internal set; }

    /// <summary>Name and both versions, escaped for a terminal.</summary>
    public override string ToString() => TerminalText.Escape($"{Name} {Version} → {ProposedVersion}");
}
