using KernelMagnifier.Comparison;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>One re-recording.</summary>
internal sealed record FidelityRun
{
    /// <summary>The recording; null if there is none.</summary>
    public string? Recording { get; init; }

    /// <summary>What its tasks did; null if it cannot be judged.</summary>
    public TaskHistories? Histories { get; init; }

    /// <summary>Why it cannot be judged, as a sentence; null if it can. Untrusted text.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether its CPUs were emulated.</summary>
    public bool IsEmulated { get; init; }

    /// <summary>What became of the assertions that describe the symptom.</summary>
    public IReadOnlyList<TraceAssertion> Symptom { get; init; } = [];
}
