namespace KernelMagnifier.Latency.Causes;

/// <summary>What a share of an interval went to.</summary>
internal enum CauseCategory : byte
{
    /// <summary>Events were lost, or none has told it.</summary>
    Unknown,

    /// <summary>The task itself ran, or the handler itself.</summary>
    Running,

    /// <summary>Another task was on the CPU that the task waited for.</summary>
    Task,

    /// <summary>A hardware interrupt was handled on that CPU.</summary>
    HardIrq,

    /// <summary>A softirq was handled on that CPU.</summary>
    SoftIrq,

    /// <summary>The CPU was idle: it left its idle state.</summary>
    IdleExit,

    /// <summary>The CPU was idle, and the task had been moved to it, or was about to be moved away.</summary>
    Migration,

    /// <summary>The task slept until something woke it.</summary>
    Blocked,

    /// <summary>A device worked on a request.</summary>
    Device,
}
