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

    /// <summary>Whether it was woken while it was on its way to sleep, and no <c>sched_wakeup</c> has confirmed it.</summary>
    public bool IsRacing;

    /// <summary>Whether it is a thread that handles softirqs: <c>ksoftirqd/N</c> or <c>ktimers/N</c>.</summary>
    public bool HandlesSoftIrqs;
}
