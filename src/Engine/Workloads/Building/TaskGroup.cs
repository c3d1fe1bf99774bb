namespace KernelMagnifier.Workloads.Building;

/// <summary>Tasks that do the same.</summary>
internal sealed class TaskGroup
{
    /// <summary>The tasks.</summary>
    public List<TaskProfile> Members { get; } = [];

    /// <summary>The name in the workload.</summary>
    public string Name { get; set; } = "";

    /// <summary>How they are modelled.</summary>
    public TaskKind Kind => Members[0].Kind;

    /// <summary>The task with the most activations.</summary>
    public TaskProfile Main => Members.MaxBy(one => one.Certain.Count)!;

    /// <summary>The name of the tasks.</summary>
    public string Comm => Main.History.Comm ?? "";

    /// <summary>The number of tasks at the same time.</summary>
    public int Instances => Kind == TaskKind.Once ? MostAtOnce() : Members.Count;

    private int MostAtOnce()
    {
        var changes = new List<(long Time, int By)>();
        foreach (var history in Members.Select(one => one.History))
        {
            changes.Add((history.Start!.Value, 1));
            changes.Add((history.End!.Value, -1));
        }
        var (now, most) = (0, 1);
        foreach (var (_, by) in changes
            .OrderBy(change => change.Time).ThenBy(change => change.By)) most = Math.Max(most, now += by);
        return most;
    }
}
