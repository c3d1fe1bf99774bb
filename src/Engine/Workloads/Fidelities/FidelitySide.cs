using KernelMagnifier.Model;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>The tasks that are compared, in one recording.</summary>
internal sealed class FidelitySide
{
    private readonly Dictionary<string, SideTask> _tasks = [];
    private readonly Dictionary<(string Waker, string Wakee), long> _edges = [];

    /// <summary>Sums up a recording.</summary>
    /// <param name="histories">What its tasks did.</param>
    /// <param name="groupOf">The group of a task; null of one that is not compared.</param>
    /// <param name="isOnce">Whether the tasks of a group began and ended in the original, by the workload.</param>
    public FidelitySide(TaskHistories histories, Func<TaskHistory, string?> groupOf, Func<string, bool> isOnce)
    {
        Info = histories.Info;
        Cpus = histories.Cpus.Count;
        HasBlock = histories.HasBlock;
        var groups = new Dictionary<int, string>();
        foreach (var task in histories.Tasks.Values.OrderBy(task => task.ProcessId))
        {
            if (groupOf(task) is not { } group) continue;
            groups.Add(task.ProcessId, group);
            if (!_tasks.TryGetValue(group, out var sum)) _tasks.Add(group, sum = new SideTask());
            sum.Add(task, histories);
        }
        foreach (var (name, task) in _tasks) task.Finish(isOnce(name));
        foreach (var (pid, wakee) in groups) AddEdges(histories.Tasks[pid], wakee, groups);
        if (_tasks.Count > 0) Window = Math.Max(0, _tasks.Values.Max(task => task.Last) - _tasks.Values.Min(task => task.First));
    }

    /// <summary>The recording.</summary>
    public TraceInfo Info { get; }

    /// <summary>The number of CPUs with events.</summary>
    public int Cpus { get; }

    /// <summary>Whether it has events of block requests.</summary>
    public bool HasBlock { get; }

    /// <summary>The time in which the tasks did something: a guest also boots and waits.</summary>
    public long Window { get; }

    /// <summary>The groups.</summary>
    public IReadOnlyDictionary<string, SideTask> Tasks => _tasks;

    /// <summary>How often the tasks of one group woke those of another.</summary>
    public IReadOnlyDictionary<(string Waker, string Wakee), long> Edges => _edges;

    /// <summary>The wake-ups between tasks.</summary>
    public long Wakeups => _edges.Values.Sum();

    /// <summary>How often an edge occurs.</summary>
    public long Count((string Waker, string Wakee) edge) => _edges.GetValueOrDefault(edge);

    /// <summary>The share of the woken group's activations that an edge makes.</summary>
    public double EdgeShare((string Waker, string Wakee) edge)
        => _edges.TryGetValue(edge, out var count) && _tasks[edge.Wakee].Activations is > 0 and var all ? (double)count / all : 0;

    /// <summary>A number per second of the window; null if it is empty.</summary>
    public double? PerSecond(double number) => Window > 0 ? number * 1e9 / Window : null;

    private void AddEdges(TaskHistory task, string wakee, Dictionary<int, string> groups)
    {
        foreach (var activation in task.Activations)
        {
            if (activation.Trigger != ActivationTrigger.Task || !groups.TryGetValue(activation.WakerId, out var waker)) continue;
            var edge = (waker, wakee);
            _edges[edge] = _edges.GetValueOrDefault(edge) + 1;
        }
    }
}
