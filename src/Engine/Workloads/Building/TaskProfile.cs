using KernelMagnifier.Model;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>A selected task, and what is certain of it.</summary>
internal sealed class TaskProfile
{
    // A program that starts, waits a few times for its files, and ends.
    private const int MostOfOnce = 4;

    /// <summary>Describes a task.</summary>
    public TaskProfile(TaskHistory history)
    {
        History = history;
        var activations = history.Activations;
        for (var i = 0; i < activations.Count; i++)
            if (activations[i] is { IsUncertain: false, Trigger: not ActivationTrigger.Start })
                Certain.Add(i);
        Kind = KindOf(history);
        MedianRun = Median(Certain.Select(i => activations[i].Run));
        MedianInterval = Median(Intervals());
    }

    /// <summary>What the task did.</summary>
    public TaskHistory History { get; }

    /// <summary>How it is modelled.</summary>
    public TaskKind Kind { get; }

    /// <summary>The indexes of the activations that are completely known, without that of its begin.</summary>
    public List<int> Certain { get; } = [];

    /// <summary>The median of its run lengths.</summary>
    public long MedianRun { get; }

    /// <summary>The median of its intervals; 0 if there are none.</summary>
    public long MedianInterval { get; }

    /// <summary>The group that it belongs to; −1 as long as it is in none.</summary>
    public int Group { get; set; } = -1;

    /// <summary>What wakes it most often.</summary>
    public ActivationTrigger MainTrigger
        => Certain.Count == 0 ? ActivationTrigger.Unknown
            : Certain.GroupBy(i => History.Activations[i].Trigger).MaxBy(group => group.Count())!.Key;

    /// <summary>The times between wake-ups of which both are known.</summary>
    public IEnumerable<long> Intervals() => Certain.Select(Interval).OfType<long>();

    /// <summary>The time from the wake-up before to an activation; null if that is not known.</summary>
    public long? Interval(int activation)
        => activation > 0 && History.Activations[activation - 1] is { IsLost: false,
        Trigger: not ActivationTrigger.Unknown } before
            ? History.Activations[activation].Time - before.Time : null;

    /// <summary>How long it slept before an activation; null if that is not known.</summary>
    public long? Sleep(int activation)
        => activation > 0 && History.Activations[activation - 1] is { IsLost: false, End: not CallRecord.NoTime } before
            ? Math.Max(0, History.Activations[activation].Time - before.End) : null;

    private static TaskKind KindOf(TaskHistory history)
    {
        var activations = history.Activations;
        if (history.Run == 0 || activations.Count == 0) return TaskKind.None;
        if (history is { Start: not null, End: not null, NotKept: 0 } && activations.Count <= MostOfOnce
            && activations.TrueForAll(one => !one.IsLost))
            return TaskKind.Once;
        // Cut by an end of the recording, and most of what it ran: it would have run on.
        var (first, last) = (activations[0], activations[^1]);
        var cut = Math.Max(first.IsUncertain && !first.IsLost ? first.Run : 0, last.IsUncertain && !last.IsLost ? last.Run : 0);
        if (cut * 2 >= history.Run && activations.Count <= 2 * MostOfOnce) return TaskKind.Busy;
        return activations.Exists(one => one is { IsUncertain: false, Trigger: not ActivationTrigger.Start })
            ? TaskKind.Loop : TaskKind.None;
    }

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
