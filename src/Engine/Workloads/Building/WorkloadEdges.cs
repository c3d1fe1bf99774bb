using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>Lists who woke whom.</summary>
internal static class WorkloadEdges
{
    /// <summary>The wakers that are no groups.</summary>
    public const string Timer = "(timer)", Interrupt = "(interrupt)", Other = "(other)";

    /// <summary>The edges, those with the most wake-ups first.</summary>
    public static IReadOnlyList<WorkloadEdge> Of(List<TaskGroup> groups, EdgePlan edges, IReadOnlyDictionary<int,
        TaskProfile> byPid)
    {
        var counts = new Dictionary<(string Waker, string Wakee), long>();
        foreach (var group in groups)
            foreach (var one in group.Members.SelectMany(member => member.History.Activations))
                if (Waker(one, groups, byPid) is { } waker)
                    counts[(waker, group.Name)] = counts.GetValueOrDefault((waker, group.Name)) + 1;
        var modelled = edges.Edges.Where(edge => edge.IsModelled)
            .Select(edge => (groups[edge.Waker].Name, groups[edge.Wakee].Name)).ToHashSet();
        return [.. counts.OrderByDescending(edge => edge.Value).ThenBy(edge => edge.Key.Waker, StringComparer.Ordinal)
            .ThenBy(edge => edge.Key.Wakee, StringComparer.Ordinal)
            .Select(edge => new WorkloadEdge(edge.Key.Waker, edge.Key.Wakee, edge.Value,
                edge.Key.Waker == Timer || modelled.Contains(edge.Key)))];
    }

    private static string? Waker(in Activation one, List<TaskGroup> groups, IReadOnlyDictionary<int, TaskProfile> byPid)
        => one.Trigger switch
    {
        ActivationTrigger.Timer => Timer,
        ActivationTrigger.Interrupt or ActivationTrigger.Io => Interrupt,
        ActivationTrigger.Task => byPid.TryGetValue(one.WakerId, out var waker)
            && waker.Group >= 0 ? groups[waker.Group].Name : Other,
        ActivationTrigger.Unknown when !one.IsUncertain => Other,
        _ => null,
    };
}
