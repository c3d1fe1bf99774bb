namespace KernelMagnifier.Latency;

/// <summary>The system call that a task is in.</summary>
internal struct SyscallState
{
    /// <summary>The system call of <c>sys_enter</c>.</summary>
    public OpenInterval Raw;

    /// <summary>The system call of <c>sys_enter_NAME</c>.</summary>
    public OpenInterval Named;

    /// <summary>The system call, as an id in <see cref="LatencyNames"/>.</summary>
    public int RawKey, NamedKey;

    /// <summary>The time of its last change between running, runnable and blocked.</summary>
    public long Since;

    /// <summary>The times of the task so far; <see cref="IntervalRecord.Unknown"/> if not known.</summary>
    public long OnCpu, Runnable, Blocked;

    /// <summary>Whether the task waits runnable since <see cref="Since"/>, if it does not run.</summary>
    public bool IsRunnable;

    /// <summary>Whether it runs.</summary>
    public bool IsOnCpu;
}
