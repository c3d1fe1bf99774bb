using KernelMagnifier.Latency;

namespace KernelMagnifier.Measuring;

/// <summary>
/// A kind of interval that the kernel can pair and count by itself (kernel: Documentation/trace/histogram.rst): the start keeps
/// its time in a variable of its key, the end takes the time since then and hands it to a synthetic event, whose histogram
/// counts.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Start">The start, as <c>system:event</c>.</param>
/// <param name="StartKeys">The fields of the key at the start.</param>
/// <param name="End">The end.</param>
/// <param name="EndKeys">The same key at the end.</param>
/// <param name="Keys">The number of keys that have room; the kernel allocates them all.</param>
/// <param name="Basis">How it differs from the pairs that are made of events, as a sentence; null if it does not.</param>
internal sealed record KernelPair(
    IntervalKind Kind, string Start, string StartKeys, string End, string EndKeys, int Keys, string? Basis)
{
    /// <summary>The field with the CPU that an event is on.</summary>
    public const string Cpu = "common_cpu";

    /// <summary>All pairs.</summary>
    public static IReadOnlyList<KernelPair> All { get; } =
    [
        new(IntervalKind.Wakeup, "sched:sched_waking", "pid", "sched:sched_switch", "next_pid", 8192,
            "A task that is woken while it runs counts from then to its next switch in, if it is preempted before it sleeps."),
        new(IntervalKind.Irq, "irq:irq_handler_entry", Cpu + ",irq", "irq:irq_handler_exit", Cpu + ",irq", 4096, null),
        new(IntervalKind.SoftIrq, "irq:softirq_entry", Cpu + ",vec", "irq:softirq_exit", Cpu + ",vec", 4096, null),
        new(IntervalKind.Syscall, "raw_syscalls:sys_enter", "common_pid", "raw_syscalls:sys_exit", "common_pid", 8192, null),
    ];

    /// <summary>The pair of a kind; null if the kernel cannot count it.</summary>
    public static KernelPair? Of(IntervalKind kind) => All.FirstOrDefault(pair => pair.Kind == kind);

    /// <summary>The trigger of the start.</summary>
    /// <param name="variable">The variable that keeps the time.</param>
    public string StartTrigger(string variable) => $"hist:keys={StartKeys}:{variable}=common_timestamp:size={Keys}";

    /// <summary>The trigger of the end.</summary>
    /// <param name="variable">The variable that keeps the time.</param>
    /// <param name="synthetic">The synthetic event.</param>
    public string EndTrigger(string variable, string synthetic)
        => $"hist:keys={EndKeys}:{variable}d=common_timestamp-${variable}:size={Keys}"
            + $":onmatch({Dotted(Start)}).{synthetic}(${variable}d)";

    private static string Dotted(string e) => e.Replace(':', '.');
}
