namespace KernelMagnifier.Workloads.Building;

/// <summary>Checks the steps of groups in rings.</summary>
internal static class RingSteps
{
    /// <summary>
    /// Whether a group waits for the one before it in its ring and wakes the next one in turn. Else the groups of the ring
    /// could all
    /// wait for each other. True of a group that is in no ring.
    /// </summary>
    public static bool AreInTurn(IReadOnlyList<WorkloadStep> steps, List<TaskGroup> groups, EdgePlan edges, int group)
    {
        var before = edges.Edges.FirstOrDefault(edge => edge.IsInRing && edge.Wakee == group);
        var after = edges.Edges.FirstOrDefault(edge => edge.IsInRing && edge.Waker == group);
        if (before is null || after is null) return true;
        // True for a wait, false for a wake-up.
        var turns = new List<bool>();
        foreach (var step in steps)
        {
            if (step.By == groups[before.Waker].Name) turns.Add(true);
            turns.AddRange(step.Wakes.Where(wake => wake.Task == groups[after.Wakee].Name).Select(_ => false));
        }
        for (var i = 0; i < turns.Count; i++)
            if (turns[i] == turns[(i + 1) % turns.Count])
                return false;
        return turns.Count > 0;
    }
}
