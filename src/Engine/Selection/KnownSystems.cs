namespace KernelMagnifier.Selection;

/// <summary>
/// The systems of the kernel's events by their names, for text recordings, which contain no system: <c>sched:*</c> selects the
/// same events as in a trace.dat. An event that is not listed belongs to the system that its name begins with.
/// </summary>
internal static class KnownSystems
{
    // Of names that begin alike, the longest comes first.
    private static readonly (string Start, string System)[] Starts =
    [
        ("sys_enter_", "syscalls"), ("sys_exit_", "syscalls"), ("softirq_", "irq"), ("tasklet_", "irq"), ("hrtimer_", "timer"),
        ("itimer_", "timer"), ("tick_stop", "timer"), ("cpu_idle", "power"), ("cpu_frequency", "power"), ("pstate_sample", "power"),
        ("clock_", "power"), ("local_timer_", "irq_vectors"), ("reschedule_", "irq_vectors"), ("call_function_", "irq_vectors"),
        ("irq_work_", "irq_vectors"), ("spurious_apic_", "irq_vectors"), ("error_apic_", "irq_vectors"),
        ("x86_platform_ipi_", "irq_vectors"), ("thermal_apic_", "irq_vectors"), ("vector_", "irq_vectors"), ("mm_page_", "kmem"),
        ("kmalloc", "kmem"), ("kfree", "kmem"), ("netif_", "net"), ("net_dev_", "net"), ("page_fault_", "exceptions"),
        ("print", "ftrace"), ("tracing_mark_write", "ftrace"), ("bprint", "ftrace"), ("bputs", "ftrace"), ("kernel_stack", "ftrace"), ("user_stack", "ftrace"),
        ("timerlat", "ftrace"), ("osnoise", "ftrace"), ("task_newtask", "task"), ("task_rename", "task"),
    ];

    /// <summary>The system of the kernel's event of a name; if it is not known, the start of the name.</summary>
    public static string Of(string name)
    {
        if (name is "sys_enter" or "sys_exit") return "raw_syscalls";
        foreach (var (start, system) in Starts)
            if (name.StartsWith(start, StringComparison.Ordinal))
                return system;
        var end = name.IndexOf('_', StringComparison.Ordinal);
        return end > 0 ? name[..end] : name;
    }
}
