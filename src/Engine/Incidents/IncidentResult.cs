using KernelMagnifier.Lab;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Incidents;

/// <summary>What became of an incident when its workload ran again.</summary>
public sealed record IncidentResult
{
    /// <summary>The incident file.</summary>
    public required string Incident { get; init; }

    /// <summary>Its title; null if it has none. Untrusted text.</summary>
    public string? Title { get; init; }

    /// <summary>The kernel of the runs as it was asked for; null of given recordings.</summary>
    public string? Kernel { get; init; }

    /// <summary>The release of their kernel; null if it is not known.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>Their number of CPUs; null of given recordings.</summary>
    public int? Cpus { get; init; }

    /// <summary>Their kernel parameters; null if there were none.</summary>
    public string? Parameter { get; init; }

    /// <summary>
    /// <c>Failed</c> if an assertion failed, which means that the symptom came back; <c>Passed</c> if all passed; else
    /// <c>Undecided</c>, also if there is no assertion.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>What became of each assertion.</summary>
    public IReadOnlyList<IncidentOutcome> Assertions { get; init => field = Indexable.Of(value); } = [];

    /// <summary>How alike the load was to that of the incident, whatever the assertions say.</summary>
    public Fidelity? Fidelity { get; init; }

    /// <summary>The runs in the lab; empty for given recordings.</summary>
    public IReadOnlyList<LabRun> Runs { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The recordings.</summary>
    public IReadOnlyList<string> Recordings { get; init => field = Indexable.Of(value); } = [];

    /// <summary>Whether all assertions hold.</summary>
    public bool Passed => Outcome == nameof(Passed);

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Title ?? Incident}: {Outcome}");
}
