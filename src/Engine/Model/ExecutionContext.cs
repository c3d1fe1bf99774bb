namespace KernelMagnifier.Model;

/// <summary>
/// The execution context of a function call, from the irq-info flags of the trace entry.
/// Work items and threaded interrupt handlers run in <see cref="Task"/> context.
/// </summary>
/// <remarks><c>trace_print_lat_fmt</c> in <c>kernel/trace/trace_output.c</c> prints the flags.</remarks>
public enum ExecutionContext : byte
{
    /// <summary>The recording has no irq-info flags.</summary>
    Unknown,

    /// <summary>A task: a process or a kernel thread.</summary>
    Task,

    /// <summary>A softirq handler (flag <c>s</c>).</summary>
    SoftIrq,

    /// <summary>A hardware interrupt handler (flags <c>h</c> and <c>H</c>).</summary>
    HardIrq,

    /// <summary>A non-maskable interrupt handler (flags <c>z</c> and <c>Z</c>).</summary>
    Nmi,
}
