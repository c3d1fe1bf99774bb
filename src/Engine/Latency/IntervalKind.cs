namespace KernelMagnifier.Latency;

/// <summary>The kinds of intervals. docs/latency.md defines the start, the end and the key of each.</summary>
internal enum IntervalKind : byte
{
    /// <summary>A task runs on a CPU: from its <c>sched_switch</c> in to its switch out.</summary>
    OnCpu,

    /// <summary>The idle task runs on a CPU.</summary>
    Idle,

    /// <summary>A task that was switched out while runnable waits for a CPU.</summary>
    Preempted,

    /// <summary>A woken task waits for a CPU: from <c>sched_waking</c> to its switch in.</summary>
    Wakeup,

    /// <summary>A new task waits for its first CPU.</summary>
    WakeupNew,

    /// <summary>A system call.</summary>
    Syscall,

    /// <summary>The handler of a hardware interrupt.</summary>
    Irq,

    /// <summary>A system interrupt vector, such as the local timer.</summary>
    IrqVector,

    /// <summary>The handler of a softirq.</summary>
    SoftIrq,

    /// <summary>From the first raise of a softirq to its handler.</summary>
    SoftIrqRaise,

    /// <summary>A work item waits for a worker.</summary>
    WorkQueue,

    /// <summary>The function of a work item.</summary>
    WorkRun,

    /// <summary>The function of a timer.</summary>
    Timer,

    /// <summary>The function of a high-resolution timer.</summary>
    HrTimer,

    /// <summary>A block request: from its issue to its completion.</summary>
    Block,

    /// <summary>A call of a function, where the recording has returns.</summary>
    Call,

    /// <summary>The latency that the timerlat tracer states for its interrupt.</summary>
    TimerLatIrq,

    /// <summary>The latency that the timerlat tracer states for its thread.</summary>
    TimerLatThread,

    /// <summary>The latency that the timerlat tracer states for the return to user space.</summary>
    TimerLatUser,

    /// <summary>The noise in a period of the osnoise tracer.</summary>
    OsNoise,

    /// <summary>The noise of one interrupt, net of what interrupted it (<c>irq_noise</c>).</summary>
    OsNoiseIrq,

    /// <summary>The noise of one softirq (<c>softirq_noise</c>).</summary>
    OsNoiseSoftIrq,

    /// <summary>The noise of one thread (<c>thread_noise</c>).</summary>
    OsNoiseThread,

    /// <summary>The noise of one NMI (<c>nmi_noise</c>).</summary>
    OsNoiseNmi,

    /// <summary>A latency that the hwlat tracer measured.</summary>
    HwLat,

    /// <summary>
    /// The longest time with interrupts or preemption disabled, or the longest wake-up, that a latency tracer kept.
    /// </summary>
    TracerMaximum,
}
