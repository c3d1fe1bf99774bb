using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>What woke a task.</summary>
internal struct TaskWake
{
    /// <summary>The time of the <c>sched_waking</c>, or of the <c>sched_wakeup</c> in recordings without it.</summary>
    public long Time;

    /// <summary>The CPU of the waker.</summary>
    public int Cpu;

    /// <summary>The pid of the task in whose context it was recorded; −1 if it is not known.</summary>
    public int ProcessId;

    /// <summary>The context: a task, a softirq or a hardware interrupt.</summary>
    public ExecutionContext Context;

    /// <summary>What occupied the waker's CPU: the handler that woke the task, or the waking task itself.</summary>
    public CpuOccupant By;

    /// <summary>When that handler began; <see cref="CallRecord.NoTime"/> if it was no handler or is not known.</summary>
    public long Since;

    /// <summary>
    /// The function of the timer that ran on that CPU, such as <c>hrtimer_wakeup</c>, as an id in <see cref="LatencyNames"/>; 0 if
    /// none did.
    /// </summary>
    public int Timer;

    /// <summary>
    /// The device of the block request that completed in the same handler, as an id in <see cref="LatencyNames"/>; 0 if none did.
    /// </summary>
    public int Device;

    /// <summary>When that request was issued; <see cref="CallRecord.NoTime"/> if it is not known.</summary>
    public long IssuedAt;

    /// <summary>The pid of the task that issued it; −1 if it is not known.</summary>
    public int Issuer;

    /// <summary>A wake-up of which nothing is known.</summary>
    public static TaskWake Unknown => new()
    {
        Time = CallRecord.NoTime, Cpu = -1, ProcessId = -1, Since = CallRecord.NoTime, IssuedAt = CallRecord.NoTime, Issuer = -1,
    };
}
