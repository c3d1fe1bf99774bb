using KernelMagnifier.Model;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>Makes a workload of what the tasks of a recording did. docs/workloads.md has the rules.</summary>
internal static class WorkloadBuilder
{
    // A group with so much of its wake-ups by others waits for them.
    private const double ClosedShare = 0.25;

    /// <summary>Makes a workload.</summary>
    /// <param name="histories">What the tasks did.</param>
    /// <param name="selection">Which tasks it is made of.</param>
    /// <param name="cpuScale">By what run lengths are multiplied.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.EventsNotRecorded"/>: the recording has no events of the scheduler.
    /// </exception>
    public static Workload Build(TaskHistories histories, WorkloadSelection selection, double cpuScale = 1)
    {
        if (!histories.HasScheduler)
            throw new KernelMagnifierException(ErrorCode.EventsNotRecorded, histories.Info.Path,
                "the recording does not have sched_switch with sched_waking or sched_wakeup, which tell what tasks do.",
                "Record the presets Scheduling and Interrupts, and Block for block requests.");
        if (histories.Info.Unit != ClockUnit.Nanoseconds)
            throw new KernelMagnifierException(ErrorCode.EventsNotRecorded, histories.Info.Path,
                "its trace clock counts and does not tell time, and a workload consists of times.",
                    "Record with a clock of time, such as local.");
        TaskProfile[] profiles =
        [
            .. histories.Tasks.Values.Where(task => task.Activations.Count > 0 || task.Run > 0
            || task.Requests.Count > 0).OrderBy(task => task.ProcessId)
                .Where(selection.Includes).Select(task => new TaskProfile(task)),
        ];
        TaskProfile[] users =
        [
            .. profiles.Where(one => one.History.IsKernelThread != true
                && (selection.IsExplicit || !RecorderTasks.Include(one.History, histories))),
        ];
        var (byPid, wakes) = (users.ToDictionary(one => one.History.ProcessId), new WakeIndex(users));
        var groups = TaskGrouping.Of(users, wakes);
        var edges = new EdgePlan(groups, byPid);
        var steps = Steps(groups, new StepBuilder(groups, byPid, edges, wakes, histories, cpuScale), edges);
        var tally = new CoverageTally(edges, byPid);
        foreach (var profile in profiles) tally.Add(profile);
        return new Workload
        {
            Source = Source(histories), CpuScale = cpuScale, Coverage = tally.Coverage(histories.HasBlock),
            Tasks = [.. groups.Select((group, i) => Task(group, steps[i], histories, byPid, groups))],
            Edges = WorkloadEdges.Of(groups, edges, byPid),
        };
    }

    /// <summary>The steps of each group. A ring whose steps do not wait and wake in turn is taken apart.</summary>
    private static List<IReadOnlyList<WorkloadStep>> Steps(List<TaskGroup> groups, StepBuilder builder, EdgePlan edges)
    {
        while (true)
        {
            var steps = groups.Select(builder.Of).ToList();
            var wrong = Enumerable.Range(0, groups.Count).FirstOrDefault(i => !RingSteps.AreInTurn(steps[i], groups, edges, i),
                -1);
            if (wrong < 0) return steps;
            edges.Break(wrong);
        }
    }

    private static WorkloadTask Task(
        TaskGroup group, IReadOnlyList<WorkloadStep> steps, TaskHistories histories, Dictionary<int, TaskProfile> byPid,
            List<TaskGroup> groups)
    {
        var (main, members) = (group.Main.History, group.Members.Select(one => one.History).ToArray());
        var starts = members.Select(one => one.Start).OfType<long>().ToArray();
        var parent = members.Select(one => one.ParentId).FirstOrDefault(pid => pid is not null);
        return new WorkloadTask
        {
            Name = group.Name, Comm = group.Comm, ProcessIds = [.. members
                .Select(one => one.ProcessId).Order()], Instances = group.Instances,
            Policy = main.Priority is { } priority ? priority < 100 ? "RealTime" : "Other" : null,
            Priority = main.Priority is >= 0 and < 100 ? 99 - main.Priority : null,
            Nice = main.Priority is >= 100 and < 140 ? main.Priority - 120
                : null, Cpus = [.. members.SelectMany(one => one.Cpus).Distinct().Order()],
            IsPinned = members.All(one => one.IsPinned), Loop = LoopOf(group, steps),
            Parent = parent is { } pid && byPid.TryGetValue(pid, out var by) && by.Group >= 0 ? groups[by.Group].Name : null,
            StartNanoseconds = starts.Length == members.Length ? starts.Min() - histories.First : null,
            Activations = members.Sum(one => one.Wakeups), RunNanoseconds = members.Sum(one => one.Run),
            Migrations = members.Sum(one => one.Migrations), RunLengths = Quantiles.Of(RunLengths(group)),
            Intervals = Quantiles.Of(Intervals(group)), OffsetNanoseconds = Offset(group, histories), Io = IoBuilder.Of(group),
                Steps = steps,
        };
    }

    private static string LoopOf(TaskGroup group, IReadOnlyList<WorkloadStep> steps) => group.Kind switch
    {
        TaskKind.Busy => "Busy",
        TaskKind.Once => "Once",
        _ => steps.Count(step => step.By is not null) >= ClosedShare * steps.Count ? "Closed" : "Open",
    };

    private static IEnumerable<long> RunLengths(TaskGroup group)
        => group.Kind == TaskKind.Loop
            ? group.Members.SelectMany(one => one.Certain.Select(i => one.History.Activations[i].Run))
            : group.Members.Select(one => one.History.Run);

    private static IEnumerable<long> Intervals(TaskGroup group)
    {
        if (group.Kind == TaskKind.Loop) return group.Members.SelectMany(one => one.Intervals());
        if (group.Kind != TaskKind.Once) return [];
        var starts = group.Members.Select(one => one.History.Start!.Value).Order().ToArray();
        return starts.Skip(1).Select((start, i) => start - starts[i]);
    }

    private static long? Offset(TaskGroup group, TaskHistories histories)
    {
        var first = group.Kind == TaskKind.Loop ? group.Main.History.Activations[group.Main.Certain[0]].Time
            : group.Members.Min(one => one.History.Start ?? one.History.Activations[0].Time);
        return Math.Max(0, first - histories.First);
    }

    private static WorkloadSource Source(TaskHistories histories) => new()
    {
        Recording = histories.Info.Path is { Length: > 0 } path ? path : null, KernelRelease = histories.Info.KernelRelease,
        Machine = histories.Machine, Cpus = histories.Cpus.Count > 0 ? histories.Cpus.Count : null,
        DurationNanoseconds = histories.Last - histories.First, LostEvents = histories.Info.LostEvents,
    };
}
