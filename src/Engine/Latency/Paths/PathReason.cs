namespace KernelMagnifier.Latency.Paths;

/// <summary>What <see cref="PathStep.Id"/> refers to.</summary>
internal enum PathReason : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A key: an interrupt, a vector or a device.</summary>
    Key,

    /// <summary>A task, by its pid.</summary>
    Task,

    /// <summary>The idle task.</summary>
    Idle,

    /// <summary>A timer that ended the sleep.</summary>
    Timer,

    /// <summary>A hardware interrupt that ended the sleep, by its key; 0 if it has no name.</summary>
    HardIrq,

    /// <summary>A softirq that ended the sleep, by its key; 0 if it has no name.</summary>
    SoftIrq,

    /// <summary>A lock, by its key.</summary>
    Lock,

    /// <summary>A system call, by its key.</summary>
    Syscall,

    /// <summary>The task has ended.</summary>
    Ended,
}
