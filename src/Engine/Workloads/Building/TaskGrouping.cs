using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>Puts tasks that do the same into one group.</summary>
internal static class TaskGrouping
{
    // Tasks whose medians differ by less than this factor do the same.
    private const double Alike = 2;

    // Of so few activations, medians say little.
    private const int Few = 8;

    /// <summary>The groups, that of the longest run time first.</summary>
    public static List<TaskGroup> Of(IReadOnlyList<TaskProfile> profiles, WakeIndex wakes)
    {
        var groups = new List<TaskGroup>();
        foreach (var alike in profiles.Where(one => one.Kind != TaskKind.None).GroupBy(Key))
        {
            var of = new List<TaskGroup>();
            foreach (var profile in alike.OrderByDescending(one => one.Certain.Count).ThenBy(one => one.History.ProcessId))
            {
                var group = of.Find(one => IsLike(one, profile, wakes));
                if (group is null) of.Add(group = new TaskGroup());
                group.Members.Add(profile);
            }
            groups.AddRange(of);
        }
        groups.Sort((a, b) => Run(a) != Run(b) ? Run(b).CompareTo(Run(a)) : Pid(a).CompareTo(Pid(b)));
        GroupNames.Give(groups);
        for (var i = 0; i < groups.Count; i++)
            foreach (var member in groups[i].Members)
                member.Group = i;
        return groups;
    }

    private static (TaskKind, string, int?, ActivationTrigger, int?) Key(TaskProfile profile)
    {
        var history = profile.History;
        return (profile.Kind, GroupNames.Stem(history.Comm ?? $"task {history.ProcessId}"), history.Priority,
            profile.Kind == TaskKind.Loop ? profile.MainTrigger : ActivationTrigger.Start,
            profile.Kind == TaskKind.Once ? history.ParentId : null);
    }

    private static bool IsLike(TaskGroup group, TaskProfile profile, WakeIndex wakes)
    {
        if (profile.Kind != TaskKind.Loop) return true;
        // Tasks that wake each other have different parts, also if they have one name.
        if (group.Members.Exists(one => wakes.IsPartner(one, profile))) return false;
        var first = group.Members[0];
        if (profile.Certain.Count < Few
            || first.Certain.Count < Few) return profile.Certain.Count < Few == first.Certain.Count < Few;
        return IsNear(first.MedianRun, profile.MedianRun) && IsNear(first.MedianInterval, profile.MedianInterval);
    }

    private static bool IsNear(long a, long b) => Math.Max(a, b) <= (Alike * Math.Min(a, b)) + 1000;

    private static long Run(TaskGroup group) => group.Members.Sum(one => one.History.Run);

    private static int Pid(TaskGroup group) => group.Members[0].History.ProcessId;
}
