namespace KernelMagnifier.Latency.Activity;

/// <summary>What a task slept for.</summary>
internal enum BlockKind : byte
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>A block request.</summary>
    Io,

    /// <summary>The time to come.</summary>
    Timer,

    /// <summary>A futex.</summary>
    Futex,

    /// <summary>A lock of the kernel.</summary>
    Lock,

    /// <summary>What a system call waits for, such as a pipe or a socket.</summary>
    Syscall,

    /// <summary>A hardware interrupt.</summary>
    Interrupt,

    /// <summary>A softirq.</summary>
    SoftIrq,

    /// <summary>A work item, of a worker.</summary>
    Work,

    /// <summary>Another task.</summary>
    Task,
}
