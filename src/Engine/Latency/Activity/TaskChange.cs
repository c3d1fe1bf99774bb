namespace KernelMagnifier.Latency.Activity;

/// <summary>The end of one standing of a task and the begin of the next.</summary>
internal struct TaskChange
{
    /// <summary>The task.</summary>
    public int ProcessId;

    /// <summary>The time.</summary>
    public long Time;

    /// <summary>
    /// Until when <see cref="Before"/> is certain: <see cref="Time"/>, or the last event before a loss. From then on to
    /// <see cref="Time"/> nothing is known.
    /// </summary>
    public long KnownUntil;

    /// <summary>What the task did before.</summary>
    public TaskStanding Before;

    /// <summary>What it does from now on.</summary>
    public TaskStanding After;

    /// <summary>
    /// The CPU that it is on, or in the queue of, from now on; −1 if that is not known. The queue of a woken task is known from its
    /// <c>sched_wakeup</c> or <c>sched_migrate_task</c> on, which are changes from <see cref="TaskStanding.Runnable"/> to
    /// <see cref="TaskStanding.Runnable"/>.
    /// </summary>
    public int Cpu;

    /// <summary>
    /// Whether a <c>sched_migrate_task</c> moved it from the queue of one CPU to that of another. The one between
    /// <c>sched_waking</c> and <c>sched_wakeup</c> is no such move: it chooses the first queue.
    /// </summary>
    public bool IsMigration;

    /// <summary>Whether it became runnable because it was switched out, not because it was woken.</summary>
    public bool IsPreemption;

    /// <summary>What woke it, of a change to <see cref="TaskStanding.Runnable"/> by a wake-up; else of its last one.</summary>
    public TaskWake Wake;

    /// <summary>
    /// The system call that the task is in, as an id in <see cref="LatencyNames"/> (a number or a name); 0 if it is in none or if
    /// that is not known.
    /// </summary>
    public int Syscall;

    /// <summary>
    /// The lock that it waits for, between <c>contention_begin</c> and <c>contention_end</c>, as an id in <see cref="LatencyNames"/>;
    /// 0 if none is known.
    /// </summary>
    public int Lock;
}
