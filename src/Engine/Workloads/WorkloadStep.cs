using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads;

/// <summary>One activation of a task: what wakes it, how long it runs, whom it wakes, and how it blocks.</summary>
public sealed record WorkloadStep
{
    /// <summary>
    /// What wakes it: <c>Timer</c>, <c>Task</c>, <c>Interrupt</c>, <c>Io</c>, <c>Start</c> (a new task), or <c>Unknown</c>.
    /// Without
    /// <see cref="By"/>, a run of the workload wakes it by a timer.
    /// </summary>
    public required string Trigger { get; init; }

    /// <summary>The group of the task that wakes it; null of other triggers, or if that wake-up is not modelled.</summary>
    public string? By { get; init; }

    /// <summary>
    /// The time from the wake-up before to this one; of the first step, from the last step to it when the steps begin again. Null
    /// if it is not known.
    /// </summary>
    public long? IntervalNanoseconds { get; init; }

    /// <summary>How long it slept before; null if it is not known.</summary>
    public long? SleepNanoseconds { get; init; }

    /// <summary>How long it runs, multiplied by <see cref="Workload.CpuScale"/>.</summary>
    public long RunNanoseconds { get; init; }

    /// <summary>The groups of the tasks that it wakes, in their order, after a part of the run.</summary>
    public IReadOnlyList<WorkloadWake> Wakes { get; init => field = Indexable.Of(value); } = [];

    /// <summary>
    /// How it blocks: <c>Timer</c> (sleeps for a time), <c>Task</c> (until another task wakes it), <c>Interrupt</c>, <c>Io</c>,
    /// <c>Exit</c>, or <c>Unknown</c>.
    /// </summary>
    public required string Block { get; init; }

    /// <summary>How often the step is done before the next one.</summary>
    public long Repeat { get; init; } = 1;
}
