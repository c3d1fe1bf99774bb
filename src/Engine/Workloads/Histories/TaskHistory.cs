namespace KernelMagnifier.Workloads.Histories;

/// <summary>What a task did.</summary>
internal sealed class TaskHistory
{
    /// <summary>The pid.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The name; null if it is not known.</summary>
    public string? Comm { get; set; }

    /// <summary>Whether it is a thread of the kernel; null if events do not tell.</summary>
    public bool? IsKernelThread { get; set; }

    /// <summary>The task that created it; null if it ran before or that is not known.</summary>
    public int? ParentId { get; set; }

    /// <summary>When it was created; null if it ran before.</summary>
    public long? Start { get; set; }

    /// <summary>When it ended; null if it did not.</summary>
    public long? End { get; set; }

    /// <summary>The priority of the last switch, as the kernel counts it: 0 to 99 real-time (99 − priority), 100 to 139
    /// nice.</summary>
    public int? Priority { get; set; }

    /// <summary>Whether its CPUs were set by a system call (<c>sched_setaffinity</c>) in the recording.</summary>
    public bool IsPinned { get; set; }

    /// <summary>The CPUs that it ran on.</summary>
    public SortedSet<int> Cpus { get; } = [];

    /// <summary>How often it ran on another CPU than before.</summary>
    public long Migrations { get; set; }

    /// <summary>How long it ran, without handlers; nanoseconds.</summary>
    public long Run { get; set; }

    /// <summary>Its activations in time order; the first may have begun before the recording.</summary>
    public List<Activation> Activations { get; } = [];

    /// <summary>Activations that are not kept, because there were too many.</summary>
    public long NotKept { get; set; }

    /// <summary>The part of <see cref="Run"/> in activations that are not kept.</summary>
    public long NotKeptRun { get; set; }

    /// <summary>The wake-ups, or the begin, among all activations: those whose trigger is not the begin of the
    /// recording.</summary>
    public long Wakeups { get; set; }

    /// <summary>The wake-ups in activations that are not kept.</summary>
    public long NotKeptWakeups { get; set; }

    /// <summary>Its block requests by device and operation.</summary>
    public List<TaskRequests> Requests { get; } = [];

    /// <summary>The index of the activation that runs; −1 before the first and of one that is not kept.</summary>
    internal int Current { get; set; } = -1;

    /// <summary>The CPU that it is on; −1 if it is on none.</summary>
    internal int OnCpu { get; set; } = -1;

    /// <summary>The CPU that it was on last; −1 if it is not known.</summary>
    internal int LastCpu { get; set; } = -1;

    /// <summary>When it began to wait for its first CPU; <see cref="Model.CallRecord.NoTime"/> if it does not.</summary>
    internal long WaitsSince { get; set; } = Model.CallRecord.NoTime;
}
