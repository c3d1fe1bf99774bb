namespace KernelMagnifier.Latency;

/// <summary>What the key of a kind of intervals is.</summary>
internal enum KeyKind : byte
{
    /// <summary>The kind has no key.</summary>
    None,

    /// <summary>The task.</summary>
    Task,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>A system call.</summary>
    Syscall,

    /// <summary>An interrupt: <c>irq/name</c>.</summary>
    Irq,

    /// <summary>An interrupt vector or softirq.</summary>
    Vector,

    /// <summary>A function.</summary>
    Function,

    /// <summary>A block device.</summary>
    Device,

    /// <summary>A source of noise.</summary>
    Source,
}
