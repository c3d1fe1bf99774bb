using KernelMagnifier.Workloads.Building;

namespace KernelMagnifier.Workloads.Engines;

/// <summary>The rings of a workload: groups, each of which waits for the one before.</summary>
internal sealed class RtAppRings
{
    private readonly HashSet<(string Waker, string Wakee)> _edges = [];
    private readonly HashSet<string> _first = new(StringComparer.Ordinal);

    /// <summary>Finds the rings: two groups are in one if each reaches the other by wake-ups.</summary>
    public RtAppRings(Workload workload)
    {
        var names = workload.Tasks.Select((task, index) => (task.Name, index)).ToDictionary(one => one.Name, one => one.index);
        var next = workload.Tasks.Select(_ => new List<int>()).ToArray();
        foreach (var edge in workload.Edges.Where(edge => edge.IsModelled))
            if (names.TryGetValue(edge.Waker, out var waker) && names.TryGetValue(edge.Wakee, out var wakee))
                next[waker].Add(wakee);
        var rings = new ConnectedComponents(next).Of;
        var begun = new HashSet<int>();
        for (var node = 0; node < next.Length; node++)
        {
            var ring = next[node].Where(to => rings[to] == rings[node]).ToList();
            ring.ForEach(to => _edges.Add((workload.Tasks[node].Name, workload.Tasks[to].Name)));
            if (ring.Count > 0 && begun.Add(rings[node])) _first.Add(workload.Tasks[node].Name);
        }
        var tasks = workload.Tasks.ToDictionary(task => task.Name, StringComparer.Ordinal);
        AreEven = _edges.All(edge => Wakes(tasks[edge.Waker], edge.Wakee) == Waits(tasks[edge.Wakee], edge.Waker));
    }

    /// <summary>Whether the steps of both groups of each meeting have it equally often.</summary>
    public bool AreEven { get; }

    /// <summary>The name of the meeting of two groups.</summary>
    public static string Meeting(string waker, string wakee) => $"{waker}>{wakee}";

    /// <summary>Whether a wake-up is part of a ring.</summary>
    public bool Contains(string waker, string wakee) => _edges.Contains((waker, wakee));

    /// <summary>Whether a group begins its ring.</summary>
    public bool Begins(string name) => _first.Contains(name);

    /// <summary>Whether a group is in a ring.</summary>
    public bool Contains(string name) => _edges.Any(edge => edge.Waker == name);

    private static int Wakes(WorkloadTask task, string wakee)
        => task.Steps.Sum(step => step.Wakes.Count(wake => wake.Task == wakee));

    private static int Waits(WorkloadTask task, string waker) => task.Steps.Count(step => step.By == waker);
}
