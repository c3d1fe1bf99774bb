using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Library;

/// <summary>A statement about one content of one probe: what a signature is on.</summary>
internal sealed record ReviewStatement
{
    /// <summary>What is stated.</summary>
    public required ReviewAction Action { get; init; }

    /// <summary>The probe.</summary>
    public required string Probe { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The hash of its content.</summary>
    public required string Hash { get; init; }

    /// <summary>Who claims to state it.</summary>
    public required string Principal { get; init; }

    /// <summary>When, in UTC, to the second.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When it ends; null if the policy alone decides.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The data class that the signer saw.</summary>
    public required DataClass DataClass { get; init; }

    /// <summary>The maturity that the signer saw.</summary>
    public required ProbeMaturity Maturity { get; init; }

    /// <summary>A reason or remark; null for none.</summary>
    public string? Comment { get; init; }
}
