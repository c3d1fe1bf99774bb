namespace KernelMagnifier.Model;

/// <summary>
/// Where the kernel ran a function, as the irq-info flags of an event tell it.
/// A workqueue or threaded-interrupt task is <see cref="Task"/>, with its comm.
/// </summary>
/// <remarks>The flags: <c>trace_print_lat_fmt</c> in <c>kernel/trace/trace_output.c</c>.</remarks>
public enum ExecutionContext : byte
{
    /// <summary>The recording carries no irq-info flags.</summary>
    Unknown,

    /// <summary>A task: a process, a kernel thread, a system call.</summary>
    Task,

    /// <summary>A softirq was being served (flag <c>s</c>).</summary>
    SoftIrq,

    /// <summary>A hardware interrupt was being served (flags <c>h</c> and <c>H</c>).</summary>
    HardIrq,

    /// <summary>A non-maskable interrupt was being served (flags <c>z</c> and <c>Z</c>).</summary>
    Nmi,
}
