using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>
/// Decides which wake-ups between groups a run of the workload makes. Groups that wait for each other in a circle can wait for
/// ever
/// if one wake-up is lost, so of circles only rings are kept, in which each group waits once for each time that it wakes.
/// </summary>
internal sealed class EdgePlan
{
    // Rarer wake-ups of a group are not modelled.
    private const double LeastShare = 0.05;
    private const long LeastCount = 2;

    /// <summary>In a ring, a group wakes the next one as often as it is woken, in at least so many of its activations.</summary>
    public const double RingRatio = 0.8;

    private readonly List<TaskGroup> _groups;
    private readonly Dictionary<(int, int), GroupEdge> _edges = [];

    /// <summary>Plans the edges between groups.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="byPid">The selected tasks by pid.</param>
    public EdgePlan(List<TaskGroup> groups, IReadOnlyDictionary<int, TaskProfile> byPid)
    {
        _groups = groups;
        foreach (var group in groups)
            foreach (var member in group.Members)
                foreach (var one in member.History.Activations)
                    if (one is { Trigger: ActivationTrigger.Task, WakerId: > 0 }
                        && byPid.TryGetValue(one.WakerId, out var waker) && waker.Group >= 0)
                        Edge(waker.Group, member.Group).Count++;
        foreach (var edge in _edges.Values) edge.IsRare = !(edge.IsModelled = IsFrequent(edge));
        while (Circle() is { } circle)
            if (IsRing(circle)) circle.ForEach(edge => edge.IsInRing = true);
            else Drop(circle);
    }

    /// <summary>All edges.</summary>
    public IEnumerable<GroupEdge> Edges => _edges.Values;

    /// <summary>The edge between two groups; null if there is none.</summary>
    public GroupEdge? Find(int waker, int wakee) => _edges.GetValueOrDefault((waker, wakee));

    /// <summary>Takes a ring apart, whose groups do not wait and wake in turn after all.</summary>
    public void Break(int group)
    {
        var ring = new List<GroupEdge>();
        for (var at = group; _edges.Values.FirstOrDefault(edge => edge.IsInRing && edge.Waker == at) is { } next
            && !ring.Contains(next); at = next.Wakee)
            ring.Add(next);
        ring.ForEach(edge => edge.IsInRing = false);
        Drop(ring);
    }

    private GroupEdge Edge(int waker, int wakee)
    {
        if (!_edges.TryGetValue((waker, wakee), out var edge)) _edges.Add((waker, wakee), edge = new GroupEdge(waker, wakee));
        return edge;
    }

    private bool IsFrequent(GroupEdge edge)
    {
        if (edge.Waker == edge.Wakee || edge.Count < LeastCount) return false;
        // Who began and ended has no steps that wait, and who never sleeps has none that wake.
        if (_groups[edge.Wakee].Kind != TaskKind.Loop || _groups[edge.Waker].Kind == TaskKind.Busy) return false;
        return edge.Count >= LeastShare * _groups[edge.Wakee].Members.Sum(one => one.Certain.Count);
    }

    /// <summary>The rarest wake-ups of a circle become timers.</summary>
    private static void Drop(List<GroupEdge> circle)
        => circle.OrderBy(edge => edge.Count).ThenByDescending(edge => edge.Wakee).ThenByDescending(edge => edge.Waker).First()
            .IsModelled = false;

    /// <summary>The modelled edges of a circle that is not a ring yet; null if there is none.</summary>
    private List<GroupEdge>? Circle()
    {
        var components = Components();
        return _edges.Values.Where(edge => edge is { IsModelled: true, IsInRing: false }
            && components[edge.Waker] == components[edge.Wakee])
            .GroupBy(edge => components[edge.Waker]).OrderBy(group => group.Key).FirstOrDefault()?.ToList();
    }

    private bool IsRing(List<GroupEdge> circle)
        => circle.Count > 1 && circle.Select(edge => edge.Waker).Distinct().Count() == circle.Count
            && circle.Select(edge => edge.Wakee).Distinct().Count() == circle.Count
            && circle.TrueForAll(edge => _groups[edge.Wakee] is { Kind: TaskKind.Loop, Instances: 1 })
            && circle.Min(edge => edge.Count) >= RingRatio * circle.Max(edge => edge.Count);

    /// <summary>The number of the strongly connected component of each group, along modelled edges (Tarjan, without
    /// recursion).</summary>
    private int[] Components()
    {
        var next = _groups.Select(_ => new List<int>()).ToArray();
        foreach (var edge in _edges.Values)
            if (edge.IsModelled)
                next[edge.Waker].Add(edge.Wakee);
        return new ConnectedComponents(next).Of;
    }
}
