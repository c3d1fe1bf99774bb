namespace KernelMagnifier.Latency;

/// <summary>What is known of a task.</summary>
internal struct TaskState
{
    /// <summary>The name that an event's body gave last: 16 bytes.</summary>
    public ulong Comm, Comm2;

    /// <summary>Its wake-up.</summary>
    public OpenInterval Wake;

    /// <summary>Its time in the queue after it was switched out while runnable.</summary>
    public OpenInterval Preempted;

    /// <summary>Its first time in the queue.</summary>
    public OpenInterval New;

    /// <summary>
    /// The time of the <c>sched_wakeup</c> that confirms <see cref="Wake"/>; <see cref="long.MinValue"/> if none came.
    /// </summary>
    public long WokenAt;

    /// <summary>The pid of the waker of <see cref="Wake"/>, or of the task that made this one.</summary>
    public int Waker;

    /// <summary>The pid.</summary>
    public int ProcessId;

    /// <summary>The CPU that it ran on last; -1 if not known.</summary>
    public int LastCpu;

    /// <summary>The context of the waker.</summary>
    public Model.ExecutionContext WakerContext;

    /// <summary>How <see cref="Wake"/> started.</summary>
    public IntervalBasis Basis;

    /// <summary>Whether a <c>sched_wakeup</c> of <see cref="Wake"/> was seen.</summary>
    public bool IsWoken;

    /// <summary>Whether the task was on a CPU when <see cref="Wake"/> started.</summary>
    public bool WasOnCpu;

    /// <summary>Whether its last <c>sched_switch</c> put it on a CPU.</summary>
    public bool IsOnCpu;

    /// <summary>Whether it is in a system call whose time is split.</summary>
    public bool IsInSyscall;

    /// <summary>Whether <see cref="LatencyNames"/> has a name of it.</summary>
    public bool IsNamed;
}
