using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>A named set of events: those from which latencies of certain kinds are measured.</summary>
/// <param name="Name">The name.</param>
/// <param name="Parts">The events, by what they are for.</param>
internal sealed record EventPreset(string Name, IReadOnlyList<EventPresetPart> Parts)
{
    private const string Switch = "sched:sched_switch",
        Raise = "irq:softirq_raise", SoftIrqEntry = "irq:softirq_entry", SoftIrqExit = "irq:softirq_exit";

    /// <summary>All presets. docs/cmdlets/Start-KmRecording.md lists them.</summary>
    public static IReadOnlyList<EventPreset> All { get; } =
    [
        new("Scheduling",
        [
            new("OnCpu, Idle, Preempted", [Switch]),
            // Both: sched_waking is the start, sched_wakeup tells a wake-up from a task that was still on its CPU.
            new("Wakeup", ["sched:sched_waking", "sched:sched_wakeup", Switch]),
            new("WakeupNew", ["sched:sched_wakeup_new", Switch]),
            new(null,
            [
                "sched:sched_migrate_task", "sched:sched_process_fork", "sched:sched_process_exec", "sched:sched_process_exit",
            ]),
        ]),
        new("Interrupts",
        [
            new("Irq", ["irq:irq_handler_entry", "irq:irq_handler_exit"]),
            new("IrqVector", ["irq_vectors:*_entry", "irq_vectors:*_exit"]),
            new("SoftIrq", [SoftIrqEntry, SoftIrqExit]),
            new("SoftIrqRaise", [Raise, SoftIrqEntry]),
            new("Timer", ["timer:timer_expire_entry", "timer:timer_expire_exit"]),
            new("HrTimer", ["timer:hrtimer_expire_entry", "timer:hrtimer_expire_exit"]),
        ]),
        new("Syscalls", [new("Syscall", ["raw_syscalls:sys_enter", "raw_syscalls:sys_exit"])]),
        new("Block",
        [
            new("Block", ["block:block_rq_issue", "block:block_rq_complete"]),
            new(null, ["block:block_rq_insert", "block:block_rq_requeue"]),
        ]),
        new("Network",
        [
            new("SoftIrq", [SoftIrqEntry, SoftIrqExit]),
            new("SoftIrqRaise", [Raise, SoftIrqEntry]),
            new(null,
            [
                "napi:napi_poll", "net:net_dev_queue", "net:net_dev_start_xmit", "net:net_dev_xmit", "net:netif_receive_skb",
                "net:netif_rx", "skb:kfree_skb", "tcp:tcp_retransmit_skb", "tcp:tcp_send_reset", "tcp:tcp_receive_reset",
            ]),
        ]),
        new("WorkQueue",
        [
            new("WorkQueue", ["workqueue:workqueue_queue_work", "workqueue:workqueue_execute_start"]),
            new("WorkRun", ["workqueue:workqueue_execute_start", "workqueue:workqueue_execute_end"]),
            new(null, ["workqueue:workqueue_activate_work"]),
        ]),
        new("Power", [new(null, ["power:cpu_idle", "power:cpu_frequency", "power:suspend_resume"])]),
    ];

    /// <summary>The names of all presets.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(p => p.Name)];

    /// <summary>The events, each once, as <c>system:event</c> with wildcards.</summary>
    public IEnumerable<string> Events => Parts.SelectMany(p => p.Events).Distinct();

    /// <summary>Finds a preset by its name in upper or lower case.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownPreset"/>.</exception>
    public static EventPreset Find(string name) => Find(name, Names);

    /// <inheritdoc cref="Find(string)"/>
    /// <param name="name">The name.</param>
    /// <param name="offered">The names that the error offers: there may be presets of other things.</param>
    public static EventPreset Find(string name, IReadOnlyList<string> offered)
        => All.FirstOrDefault(p => string.Equals(p.Name, name.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new KernelMagnifierException(ErrorCode.UnknownPreset, name, "there is no such preset of events.",
                Suggestion.Before(name, offered, $"The presets are {string.Join(", ", offered)}."));

    /// <summary>Selects the events of the preset that a kernel has.</summary>
    /// <param name="all">The events of the kernel.</param>
    /// <param name="warnings">Gets a sentence about the events that the kernel lacks.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownEvent"/>: the kernel has no event of the preset, or
    /// too few for any of its kinds.</exception>
    public IEnumerable<ChosenEvent> Choose(EventSet all, List<string> warnings)
    {
        var found = Events.ToDictionary(e => e, all.Find);
        var missing = found.Where(f => f.Value.Count == 0).Select(f => f.Key).ToList();
        if (missing.Count > 0)
        {
            var kinds = Parts.Where(p => p.Kinds is not null).ToLookup(p => p.Events.Any(missing.Contains), p => p.Kinds!);
            var hasKinds = kinds.Count > 0;
            if (missing.Count == found.Count || (hasKinds && !kinds.Contains(false))) throw Unusable(missing);
            var lost = kinds[true].ToList();
            warnings.Add($"Preset {Name}: this kernel has no {string.Join(", ", missing)}"
                + (lost.Count > 0 ? $", so {string.Join(", ", lost)} cannot be measured." : "."));
        }
        return found.Values.SelectMany(f => f);
    }

    private KernelMagnifierException Unusable(List<string> missing)
        => new(ErrorCode.UnknownEvent, $"preset {Name}",
            $"this kernel has no {string.Join(", ", missing)}, so the preset would measure nothing.",
            "Choose another preset; available_events in tracefs lists the events of this kernel.");
}
