namespace KernelMagnifier.Latency;

/// <summary>What latencies are measured by, beside the kind. Several give a row for each combination.</summary>
[Flags]
public enum LatencyGrouping
{
    /// <summary>The kind only.</summary>
    None = 0,

    /// <summary>The task that waited, ran or was interrupted.</summary>
    Task = 1,

    /// <summary>The CPU of the end.</summary>
    Cpu = 2,

    /// <summary>The system call; only kinds that have one.</summary>
    Syscall = 4,

    /// <summary>The interrupt; only kinds that have one.</summary>
    Irq = 8,

    /// <summary>The interrupt vector or softirq; only kinds that have one.</summary>
    Vector = 16,

    /// <summary>The function; only kinds that have one.</summary>
    Function = 32,

    /// <summary>The block device; only kinds that have one.</summary>
    Device = 64,

    /// <summary>The key of each kind: the task of <c>Wakeup</c>, the function of <c>Timer</c>.</summary>
    Key = 128,

    /// <summary>The recording.</summary>
    Recording = 256,
}
