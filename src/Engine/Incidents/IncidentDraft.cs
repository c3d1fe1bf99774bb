using KernelMagnifier.Workloads;

namespace KernelMagnifier.Incidents;

/// <summary>What an incident file is made of.</summary>
internal sealed record IncidentDraft
{
    /// <summary>The recording.</summary>
    public required string Recording { get; init; }

    /// <summary>A baseline; null for none.</summary>
    public string? Baseline { get; init; }

    /// <summary>The workload; null for none.</summary>
    public Workload? Workload { get; init; }

    /// <summary>What should hold.</summary>
    public IReadOnlyList<IncidentAssertion> Assertions { get; init; } = [];

    /// <summary>What was found out.</summary>
    public IReadOnlyList<IncidentFinding> Findings { get; init; } = [];

    /// <summary>What happened, in a few words.</summary>
    public string? Title { get; init; }

    /// <summary>More about it.</summary>
    public string? Note { get; init; }

    /// <summary>The files that are read.</summary>
    public IEnumerable<string> Inputs => new[] { Recording, Baseline }.OfType<string>();
}
