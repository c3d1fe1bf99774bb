using KernelMagnifier.Selection;
using KernelMagnifier.Workloads.Engines;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>
/// Which tasks are compared, and which tasks of the original and of a re-recording belong together: those of a group of the
/// workload, or those with the same name.
/// </summary>
internal sealed class FidelityGroups
{
    // What runs the load, not the load.
    private static readonly string[] Overhead = ["rt-app", "fio", "swapper"];

    private readonly List<string> _names;
    private readonly HashSet<string> _once = new(StringComparer.Ordinal);
    private string? _writer;
    private readonly Dictionary<string, string> _byComm = [];
    private readonly Dictionary<int, string> _byPid = [];

    private FidelityGroups(IEnumerable<string> names) => _names = [.. names];

    /// <summary>The names of the groups.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Whether the workload says that the tasks of a group began and ended.</summary>
    public bool IsOnce(string name) => _once.Contains(name);

    /// <summary>Whether fio stands for a group.</summary>
    public bool IsIo(string name) => name == _writer;

    /// <summary>The groups of a workload, or the tasks of the original that did something.</summary>
    public static FidelityGroups Of(FidelityPlan plan, TaskHistories original)
    {
        Glob[] patterns = [.. plan.Comm.Select(pattern => new Glob(pattern))];
        bool IsChosen(string name) => patterns.Length == 0 || Array.Exists(patterns, pattern => pattern.IsMatch(name));
        return plan.Workload is { } workload
            ? OfWorkload([.. workload.Tasks.Where(task => IsChosen(task.Comm) || IsChosen(task.Name))])
            : OfNames(original.Tasks.Values.Where(task => task.Comm is { } comm && IsChosen(comm)
                && (patterns.Length > 0 || Matters(task, original))).Select(task => task.Comm!));
    }

    /// <summary>The group of a task of the original.</summary>
    public string? OfOriginal(TaskHistory task)
        => _byPid.TryGetValue(task.ProcessId, out var group) ? group
            : task.Comm is { } comm && !_byPid.ContainsValue(_byComm.GetValueOrDefault(comm) ?? "")
                ? _byComm.GetValueOrDefault(comm) : null;

    /// <summary>The group of a task of a re-recording.</summary>
    /// <param name="task">The task.</param>
    /// <param name="hasBlock">Whether the re-recording has events of block requests.</param>
    public string? OfRun(TaskHistory task, bool hasBlock)
    {
        if (task.Comm is not { } comm) return null;
        // All jobs of fio have its name, so they are known only if there is one group that does block I/O. The process that only
        // starts them and waits makes no requests.
        if (_writer is not null && comm == "fio") return !hasBlock || task.Requests.Count > 0 ? _writer : null;
        return _names.Find(name => comm == name)
            ?? _names.Where(name => RerunNames.IsInstance(comm, name)).MaxBy(name => name.Length)
            ?? _byComm.GetValueOrDefault(comm);
    }

    private static FidelityGroups OfWorkload(IReadOnlyList<WorkloadTask> tasks)
    {
        var groups = new FidelityGroups(tasks.Select(task => task.Name));
        foreach (var task in tasks)
        {
            if (task.Loop == "Once") groups._once.Add(task.Name);
            foreach (var pid in task.ProcessIds) groups._byPid.TryAdd(pid, task.Name);
            // A name that several groups have does not tell them apart.
            if (tasks.Count(other => other.Comm == task.Comm) == 1) groups._byComm[task.Comm] = task.Name;
        }
        WorkloadTask[] writers = [.. tasks.Where(FioWriter.IsIo)];
        groups._writer = writers is [var only] ? only.Name : null;
        return groups;
    }

    private static FidelityGroups OfNames(IEnumerable<string> comms)
    {
        var groups = new FidelityGroups(comms.Distinct().Order(StringComparer.Ordinal));
        foreach (var name in groups._names) groups._byComm[name] = name;
        return groups;
    }

    private static bool Matters(TaskHistory task, TaskHistories recording)
    {
        if (task.IsKernelThread == true || task.ProcessId == 0 || Overhead.Contains(task.Comm)
            || RecorderTasks.Include(task, recording)) return false;
        var length = Math.Max(1, recording.Last - recording.First);
        return task.Activations.Count >= FidelityThresholds.LeastCount || task.Run >= FidelityThresholds.Weight * length;
    }
}
