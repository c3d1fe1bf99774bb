using KernelMagnifier.Selection;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>What is compared.</summary>
internal sealed record FidelityPlan
{
    /// <summary>What was run again; null if it is not known: then tasks are compared by their names.</summary>
    public Workload? Workload { get; init; }

    /// <summary>Patterns of the names of the tasks to compare; empty for all of the workload.</summary>
    public IReadOnlyList<string> Comm { get; init; } = [];

    /// <summary>Compare only the structure.</summary>
    public bool IsStructureOnly { get; init; }

    /// <summary>Whether the CPUs of the original were emulated.</summary>
    public bool IsEmulated { get; init; }

    /// <summary>The patterns of <see cref="Comm"/> that no compared task matches.</summary>
    public IEnumerable<string> Unmatched(Fidelity fidelity)
        => fidelity.Tasks.Count == 0 ? [] : Comm.Where(pattern => new Glob(pattern) is var glob
            && !fidelity.Tasks.Any(task => glob.IsMatch(task.Comm))
            && Workload?.Tasks.Any(task => glob.IsMatch(task.Comm)) != true);
}
