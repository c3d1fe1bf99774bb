using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>Makes the steps of groups of tasks.</summary>
internal sealed class StepBuilder(
    List<TaskGroup> groups, IReadOnlyDictionary<int, TaskProfile> byPid, EdgePlan edges, WakeIndex wakes,
        TaskHistories histories, double cpuScale)
{
    /// <summary>The most steps of a group.</summary>
    public const int Most = 64;

    // A period with less spread than this is one step.
    private const double Steady = 0.25;

    /// <summary>The steps of a group.</summary>
    public IReadOnlyList<WorkloadStep> Of(TaskGroup group) => group.Kind switch
    {
        TaskKind.Busy => Busy(group),
        TaskKind.Once => Once(group),
        _ => Loop(group),
    };

    /// <summary>The steps of a task of a group that are completely known, in their order.</summary>
    public List<StepFact> Facts(TaskProfile profile)
        => [.. profile.Certain.Select(activation => Fact(profile, activation))];

    private StepFact Fact(TaskProfile profile, int activation)
    {
        var one = profile.History.Activations[activation];
        var by = one is { Trigger: ActivationTrigger.Task, WakerId: > 0 } && byPid.TryGetValue(one.WakerId, out var waker)
            && waker.Group >= 0 && edges.Find(waker.Group, profile.Group) is { IsModelled: true } ? waker.Group : -1;
        var woken = wakes.Of(profile.History.ProcessId, activation)
            .Where(wake => wake.Wakee.Group >= 0 && edges.Find(profile.Group, wake.Wakee.Group) is { IsModelled: true })
            .Select(wake => (wake.Wakee.Group, wake.After)).ToArray();
        return new StepFact(one.Trigger, by, profile.Interval(activation), profile.Sleep(activation), one.Run, woken, one.Block);
    }

    private WorkloadStep[] Loop(TaskGroup group)
    {
        var main = InTurn(group, Facts(group.Main));
        var all = group.Members.Count == 1 ? main : [.. group.Members.SelectMany(Facts)];
        var areAll = main.Count == group.Main.Certain.Count;
        if (StepPattern.Find(main) is not var (length, starts)) return main.Count <= Most && areAll ? Whole(group, main)
            : Sampled(main, all, 1, null);
        var cycle = Cycle(main, length, starts);
        return IsSteady(main, length, starts) ? cycle : main.Count <= Most
            && length == 1 && areAll ? Whole(group, main) : Sampled(main, all, length, starts);
    }

    /// <summary>
    /// Of a group in a ring, the steps that wait for the one before and wake the next one once: others, such as two rounds in one
    /// activation, would take the ring apart. All, if these are too few.
    /// </summary>
    private List<StepFact> InTurn(TaskGroup group, List<StepFact> facts)
    {
        var index = group.Main.Group;
        var before = edges.Edges.FirstOrDefault(edge => edge.IsInRing && edge.Wakee == index);
        var after = edges.Edges.FirstOrDefault(edge => edge.IsInRing && edge.Waker == index);
        if (before is null || after is null) return facts;
        List<StepFact> turns = [.. facts.Where(step => step.By == before.Waker
            && step.Wakes.Count(wake => wake.Group == after.Wakee) == 1)];
        return turns.Count >= EdgePlan.RingRatio * facts.Count ? turns : facts;
    }

    /// <summary>
    /// All steps as they were. They begin again after the length of the recording, or after the period if they have one.
    /// </summary>
    private WorkloadStep[] Whole(TaskGroup group, List<StepFact> main)
    {
        var steps = main.Select(Step).ToArray();
        if (Median.OfSame(main.Select(step => step.Interval)) is { } period)
            return [.. steps.Select(step => step with { IntervalNanoseconds = period })];
        var activations = group.Main.History.Activations;
        var span = activations[group.Main.Certain[^1]].Time - activations[group.Main.Certain[0]].Time;
        steps[0] = steps[0] with { IntervalNanoseconds = Math.Max(0, histories.Last - histories.First - span) };
        for (var i = 1; i < steps.Length; i++)
            steps[i] = steps[i] with
            {
                IntervalNanoseconds = activations[group.Main.Certain[i]].Time - activations[group.Main.Certain[i - 1]].Time,
            };
        return steps;
    }

    /// <summary>The median of each step of a pattern.</summary>
    private WorkloadStep[] Cycle(List<StepFact> main, int length, List<int> starts)
    {
        var steps = new WorkloadStep[length];
        for (var place = 0; place < length; place++)
        {
            var of = starts.Select(start => main[start + place]).ToArray();
            steps[place] = Step(of[0] with
            {
                Run = Median.Of(of.Select(step => (long?)step.Run))!.Value, Interval = Median.Of(of.Select(step => step.Interval)),
                Sleep = Median.Of(of.Select(step => step.Sleep)), Trigger = MostFrequent(of.Select(step => step.Trigger)),
                Block = MostFrequent(of.Select(step => step.Block)),
                Wakes = [.. of[0].Wakes.Select((wake, i) => (wake.Group, Median.Of(of.Select(step => (long?)step.Wakes[i].After))!.Value))],
            });
        }
        return steps;
    }

    private static bool IsSteady(List<StepFact> main, int length, List<int> starts)
    {
        for (var place = 0; place < length; place++)
        {
            var of = starts.Select(start => main[start + place]).ToArray();
            if (!IsNarrow(of.Select(step => step.Run)) || (of[0].IsTimed
                && !IsNarrow(of.Select(step => step.Interval ?? 0)))) return false;
        }
        return true;
    }

    private static bool IsNarrow(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        long low = sorted[sorted.Length / 10], middle = sorted[sorted.Length / 2], high = sorted[sorted.Length * 9 / 10];
        return high - low <= (Steady * middle) + 1000 && Math.Abs(sorted.Average() - middle) <= Steady * middle / 2;
    }

    /// <summary>Steps of equal parts of the time, with the lengths of all.</summary>
    private WorkloadStep[] Sampled(List<StepFact> main, List<StepFact> all, int length, List<int>? starts)
    {
        var units = starts?.Count ?? main.Count;
        var count = Math.Min(units, Most / length);
        var chosen = new List<StepFact>();
        for (var i = 0; i < count; i++)
        {
            // The middle of each part: the same steps in every run.
            var unit = (int)(((2L * i) + 1) * units / (2L * count));
            var start = starts?[unit] ?? unit;
            for (var place = 0; place < length; place++) chosen.Add(main[start + place]);
        }
        var result = new StepFact[chosen.Count];
        foreach (var alike in Enumerable.Range(0, chosen.Count).GroupBy(i => starts is null ? 0 : i % length))
            Fill(result, chosen, [.. alike], starts is null ? all : all.Count == main.Count
                ? [.. starts.Select(start => main[start + alike.Key])] : [.. all.Where(step => step.IsLike(chosen[alike.Key]))]);
        return [.. result.Select(Step)];
    }

    private static void Fill(StepFact[] result, List<StepFact> chosen, int[] places, List<StepFact> from)
    {
        long[] Values(Func<StepFact, long?> value) => StepSample.Spread(
            [.. from.Select(value).OfType<long>()], [.. places.Select(place => value(chosen[place]) ?? 0)]);
        var (runs, intervals, sleeps) = (Values(step => step.Run), Values(step => step.Interval), Values(step => step.Sleep));
        if (Median.OfSame(from.Select(step => step.Interval)) is { } period) Array.Fill(intervals, period);
        for (var i = 0; i < places.Length; i++)
        {
            var step = chosen[places[i]];
            var ratio = step.Run > 0 ? (double)runs[i] / step.Run : 0;
            result[places[i]] = step with
            {
                Run = runs[i], Interval = intervals[i] > 0 ? intervals[i] : null, Sleep = sleeps[i],
                Wakes = [.. step.Wakes.Select(wake => (wake.Group, (long)(wake.After * ratio)))],
            };
        }
    }

    private static WorkloadStep[] OneRun(long run, bool ends)
        => [new WorkloadStep { Trigger = nameof(ActivationTrigger.Start), RunNanoseconds = run, Block = ends ? "Exit"
        : "Unknown" }];

    private WorkloadStep[] Busy(TaskGroup group)
        => OneRun(Scaled((long)group.Members.Average(one => (double)one.History.Run)),
        group.Members.TrueForAll(one => one.History.End is not null));

    /// <summary>Tasks that begin and end: the time from one begin to the next, and the run length of each.</summary>
    private WorkloadStep[] Once(TaskGroup group)
    {
        var tasks = group.Members.Select(one => one.History).OrderBy(history => history.Start).ToArray();
        if (tasks.Length == 1) return OneRun(Scaled(tasks[0].Run), ends: true);
        var facts = tasks.Select((history, i) => new StepFact(
            ActivationTrigger.Start, -1, i == 0 ? null : history.Start - tasks[i - 1].Start, null, history.Run,
            WakesOf(group.Members.First(one => one.History == history)), BlockKind.Unknown)).ToList();
        var starts = Enumerable.Range(1, facts.Count - 1).ToList();
        return [.. (starts.Count > 1
            && IsSteady(facts, 1, starts) ? Cycle(facts, 1, [.. starts.Where(i => facts[i].IsLike(facts[1]))])
            : Sampled(facts, facts, 1, null)).Select(step => step with { Block = "Exit" })];
    }

    private (int, long)[] WakesOf(TaskProfile profile)
        => [.. Enumerable.Range(0, profile.History.Activations.Count).SelectMany(i => wakes.Of(profile.History.ProcessId, i))
            .Where(wake => wake.Wakee.Group >= 0 && edges.Find(profile.Group, wake.Wakee.Group) is { IsModelled: true })
            .Select(wake => (wake.Wakee.Group, wake.After))];

    private WorkloadStep Step(StepFact fact) => new()
    {
        Trigger = fact.Trigger.ToString(), By = fact.By < 0 ? null : groups[fact.By].Name, IntervalNanoseconds = fact.Interval,
        SleepNanoseconds = fact.Sleep, RunNanoseconds = Scaled(fact.Run), Block = BlockText(fact.Block),
        Wakes = [.. fact.Wakes.Select(wake => new WorkloadWake(groups[wake.Group].Name, Scaled(wake.After)))],
    };

    private static string BlockText(BlockKind block) => block switch
    {
        BlockKind.Futex or BlockKind.Lock => "Lock",
        BlockKind.SoftIrq => nameof(BlockKind.Interrupt),
        BlockKind.Work => nameof(BlockKind.Task),
        _ => block.ToString(),
    };

    private long Scaled(long nanoseconds) => cpuScale == 1 ? nanoseconds : (long)Math.Round(nanoseconds * cpuScale);

    private static T MostFrequent<T>(IEnumerable<T> values) where T : notnull
        => values.GroupBy(value => value).MaxBy(group => group.Count())!.Key;
}
