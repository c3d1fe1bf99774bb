namespace KernelMagnifier.Probes.Running;

/// <summary>What a user asks to run.</summary>
internal sealed record ProbeRunRequest
{
    /// <summary>The probe.</summary>
    public required string Name { get; init; }

    /// <summary>The library; null for the one of the environment or the policy.</summary>
    public string? Library { get; init; }

    /// <summary>The policy; null for the one of the environment or the machine.</summary>
    public string? Policy { get; init; }

    /// <summary>The parameters by name, as text.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it runs; null for the limit of the manifest.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Run it although it is not approved, if the policy allows that.</summary>
    public bool IsEmergency { get; init; }

    /// <summary>Why, for the audit.</summary>
    public string? Reason { get; init; }
}
