namespace KernelMagnifier.Latency.Paths;

/// <summary>What a part of a critical path is.</summary>
internal enum PathState : byte
{
    /// <summary>Events were lost, or none has told it.</summary>
    Unknown,

    /// <summary>The task ran.</summary>
    Running,

    /// <summary>The task waited for a CPU.</summary>
    Waiting,

    /// <summary>The task slept, and what woke it is not followed further.</summary>
    Blocked,

    /// <summary>A hardware interrupt was handled.</summary>
    HardIrq,

    /// <summary>A softirq was handled.</summary>
    SoftIrq,

    /// <summary>A device worked on a request.</summary>
    Device,
}
