using KernelMagnifier.Latency;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>Which tasks of a recording a workload is made of.</summary>
internal sealed class WorkloadSelection
{
    private readonly NamePatterns _comm, _exclude;
    private readonly HashSet<int> _pids;
    private readonly HashSet<int> _found = [];

    /// <summary>Creates a selection.</summary>
    /// <param name="comm">The names or patterns of tasks; empty for all.</param>
    /// <param name="exclude">The names or patterns of tasks to leave out.</param>
    /// <param name="processIds">The pids of tasks; empty for all.</param>
    public WorkloadSelection(IReadOnlyList<string> comm, IReadOnlyList<string> exclude, IReadOnlyList<int> processIds)
        => (_comm, _exclude, _pids) = (new NamePatterns(comm), new NamePatterns(exclude), [.. processIds]);

    /// <summary>All tasks.</summary>
    public static WorkloadSelection All => new([], [], []);

    /// <summary>The patterns and pids that no task has matched.</summary>
    public IEnumerable<(string Property, string Value)> Unmatched
        => _comm.Unmatched.Select(name => ("Comm", name))
            .Concat(_exclude.Unmatched.Select(name => ("ExcludeComm", name)))
            .Concat(_pids.Where(pid => !_found.Contains(pid)).Order()
                .Select(pid => ("ProcessId", pid.ToString(System.Globalization.CultureInfo.InvariantCulture))));

    /// <summary>Whether it says which tasks, by names or pids.</summary>
    public bool IsExplicit => !_comm.IsEmpty || _pids.Count > 0;

    /// <summary>Whether a task is selected.</summary>
    public bool Includes(TaskHistory task)
    {
        var isNamed = _comm.IsEmpty || _comm.Contains(task.Comm);
        var isExcluded = _exclude.Contains(task.Comm);
        var isListed = _pids.Count == 0 || _pids.Contains(task.ProcessId);
        if (_pids.Contains(task.ProcessId)) _found.Add(task.ProcessId);
        return isNamed && isListed && !isExcluded;
    }
}
