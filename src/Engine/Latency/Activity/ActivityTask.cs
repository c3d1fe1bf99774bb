namespace KernelMagnifier.Latency.Activity;

/// <summary>What an <see cref="ActivityTracker"/> knows of a task.</summary>
internal struct ActivityTask
{
    /// <summary>What woke it last.</summary>
    public TaskWake Wake;

    /// <summary>The softirq in which it was switched out, which a real-time kernel can do.</summary>
    public CpuOccupant SoftIrq;

    /// <summary>The vector of <see cref="SoftIrq"/>.</summary>
    public ulong Vector;

    /// <summary>The function of the timer that ran in <see cref="SoftIrq"/>; 0 for none.</summary>
    public int Timer;

    /// <summary>When <see cref="Standing"/> began.</summary>
    public long Since;

    /// <summary>The number of losses when <see cref="Standing"/> was known last.</summary>
    public int Losses;

    /// <summary>The CPU that it is on or in the queue of; −1 if not known.</summary>
    public int Cpu;

    /// <summary>The kernel's priority.</summary>
    public int Priority;

    /// <summary>The system call that it is in; 0 if none.</summary>
    public int Syscall;

    /// <summary>The lock that it waits for; 0 if none.</summary>
    public int Lock;

    /// <summary>What it does.</summary>
    public TaskStanding Standing;

    /// <summary>
    /// Whether a <c>sched_waking</c> of it has not been confirmed by a <c>sched_wakeup</c>: if it goes to sleep nevertheless, the
    /// waker was faster than it.
    /// </summary>
    public bool IsRacing;

    /// <summary>Whether it is runnable because it was switched out or is new, so that a waking changes nothing.</summary>
    public bool IgnoresWaking;

    /// <summary>Whether it is runnable and an event has told that it is in the queue of <see cref="Cpu"/>.</summary>
    public bool IsQueued;

    /// <summary>Whether it is a thread that handles softirqs: <c>ksoftirqd/N</c> or <c>ktimers/N</c>.</summary>
    public bool HandlesSoftIrqs;
}
