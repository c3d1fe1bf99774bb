namespace KernelMagnifier.Traces.TextEvents;

/// <summary>The systems of well-known events, for text that has only the names of its events.</summary>
internal static class EventSystems
{
    private static readonly HashSet<string> OfFtrace
        =
        [
            "print", "tracing_mark_write", "bprint", "bputs", "kernel_stack", "user_stack", "context_switch", "wakeup", "timerlat", "osnoise",
            "hwlat", "func_repeats", "raw_data", "branch", "mmiotrace_rw", "mmiotrace_map",
        ];

    private static readonly Dictionary<string, string> ByName = new()
    {
        ["sys_enter"] = "raw_syscalls", ["sys_exit"] = "raw_syscalls", ["irq_noise"] = "osnoise", ["softirq_noise"] = "osnoise",
        ["thread_noise"] = "osnoise", ["nmi_noise"] = "osnoise", ["sample_threshold"] = "osnoise", ["tick_stop"] = "timer",
        ["napi_poll"] = "napi", ["kfree_skb"] = "skb", ["consume_skb"] = "skb", ["skb_copy_datagram_iovec"] = "skb",
        ["cpu_idle"] = "power", ["cpu_frequency"] = "power", ["task_newtask"] = "task", ["task_rename"] = "task",
        ["signal_generate"] = "signal", ["signal_deliver"] = "signal", ["kmalloc"] = "kmem", ["kfree"] = "kmem",
        ["page_fault_user"] = "exceptions", ["page_fault_kernel"] = "exceptions", ["tasklet_entry"] = "irq",
        ["tasklet_exit"] = "irq", ["netif_rx"] = "net", ["netif_receive_skb"] = "net",
    };

    private static readonly (string Start, string System)[] ByStart =
    [
        ("sched_", "sched"), ("irq_handler_", "irq"), ("softirq_", "irq"), ("sys_enter_", "syscalls"), ("sys_exit_", "syscalls"),
        ("workqueue_", "workqueue"), ("timer_", "timer"), ("hrtimer_", "timer"), ("itimer_", "timer"), ("block_", "block"),
        ("net_dev_", "net"), ("kmem_cache_", "kmem"), ("mm_page_", "kmem"), ("writeback_", "writeback"), ("ext4_", "ext4"),
        ("jbd2_", "jbd2"), ("xfs_", "xfs"), ("btrfs_", "btrfs"), ("tcp_", "tcp"), ("rcu_", "rcu"), ("scsi_dispatch_", "scsi"),
        ("nvme_", "nvme"), ("kvm_", "kvm"),
    ];

    /// <summary>The system of an event; null if it is not known.</summary>
    public static string? Of(string name)
    {
        if (OfFtrace.Contains(name)) return "ftrace";
        if (ByName.TryGetValue(name, out var known)) return known;
        foreach (var (start, system) in ByStart)
            if (name.StartsWith(start, StringComparison.Ordinal))
                return system;
        return null;
    }
}
