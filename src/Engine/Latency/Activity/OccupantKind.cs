namespace KernelMagnifier.Latency.Activity;

/// <summary>What a CPU does at a time.</summary>
internal enum OccupantKind : byte
{
    /// <summary>Not known: no event has told it, or events were lost.</summary>
    Unknown,

    /// <summary>The idle task.</summary>
    Idle,

    /// <summary>A task.</summary>
    Task,

    /// <summary>The handler of a softirq.</summary>
    SoftIrq,

    /// <summary>The handler of a hardware interrupt.</summary>
    HardIrq,
}
