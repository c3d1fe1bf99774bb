using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads;

/// <summary>A group of tasks that do the same.</summary>
public sealed record WorkloadTask
{
    /// <summary>The name of the group, unique in the workload: that of its tasks, with a number if several groups have
    /// it.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the tasks (<c>comm</c>). Untrusted text.</summary>
    public required string Comm { get; init; }

    /// <summary>The pids of the tasks in the recording.</summary>
    public IReadOnlyList<int> ProcessIds { get; init => field = Indexable.Of(value); } = [];

    /// <summary>How many tasks run at most at the same time.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>
    /// <c>Other</c>, <c>RealTime</c> (SCHED_FIFO or SCHED_RR, which events do not tell apart), <c>Deadline</c>; null if it is not
    /// known.
    /// </summary>
    public string? Policy { get; init; }

    /// <summary>The real-time priority, 1 to 99 (the highest); null of other policies.</summary>
    public int? Priority { get; init; }

    /// <summary>The nice value; null of real-time policies, or if it is not known.</summary>
    public int? Nice { get; init; }

    /// <summary>The CPUs that the tasks ran on. Which ones they were allowed to run on, events do not tell.</summary>
    public IReadOnlyList<int> Cpus { get; init => field = Indexable.Of(value); } = [];

    /// <summary>
    /// Whether a system call of the recording (<c>sched_setaffinity</c>) set the CPUs of the tasks. A run of the workload keeps
    /// only
    /// such tasks on <see cref="Cpus"/>.
    /// </summary>
    public bool IsPinned { get; init; }

    /// <summary>
    /// <c>Open</c>: woken by timers or interrupts, whatever the others do. <c>Closed</c>: woken by another task, and waits for
    /// it.
    /// <c>Once</c>: begins, runs and ends. <c>Busy</c>: never slept.
    /// </summary>
    public required string Loop { get; init; }

    /// <summary>The group of the task that started them; null if they ran before the recording began or it is not
    /// known.</summary>
    public string? Parent { get; init; }

    /// <summary>When the first of them began, from the start of the recording; null if it ran before.</summary>
    public long? StartNanoseconds { get; init; }

    /// <summary>How often they were woken, or began.</summary>
    public long Activations { get; init; }

    /// <summary>How long they ran, without interrupts and softirqs.</summary>
    public long RunNanoseconds { get; init; }

    /// <summary>How often they moved to another CPU.</summary>
    public long Migrations { get; init; }

    /// <summary>The run lengths from wake-up to sleep, without interrupts and waits for a CPU.</summary>
    public WorkloadQuantiles? RunLengths { get; init; }

    /// <summary>The times from one wake-up to the next of the same task.</summary>
    public WorkloadQuantiles? Intervals { get; init; }

    /// <summary>The time from the start of the recording to the first step; null if there are no steps.</summary>
    public long? OffsetNanoseconds { get; init; }

    /// <summary>The block requests that the tasks issued, by device and operation; empty if there are none.</summary>
    public IReadOnlyList<WorkloadIo> Io { get; init => field = Indexable.Of(value); } = [];

    /// <summary>What a task of the group does, again and again.</summary>
    public IReadOnlyList<WorkloadStep> Steps { get; init => field = Indexable.Of(value); } = [];
}
