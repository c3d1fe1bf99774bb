using System.Globalization;
using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Attach points that a busy machine reaches some ten thousand times a second or more.</summary>
internal static class HotAttachPoints
{
    private static readonly HashSet<string> Systems =
        ["raw_syscalls", "kmem", "timer", "irq", "irq_vectors", "rcu", "lock", "preemptirq", "page_pool", "tlb", "exceptions",
            "msr", "ipi"];

    private static readonly HashSet<string> Events =
    [
        "sched:sched_switch", "sched:sched_wakeup", "sched:sched_waking", "sched:sched_stat_runtime", "sched:sched_migrate_task",
        "skb:kfree_skb", "skb:consume_skb", "net:netif_receive_skb", "net:net_dev_queue", "net:net_dev_xmit", "napi:napi_poll",
        "power:cpu_idle", "power:cpu_frequency", "cgroup:cgroup_rstat_lock_contended", "workqueue:workqueue_execute_start",
        "workqueue:workqueue_queue_work", "syscalls:sys_enter_futex", "syscalls:sys_exit_futex", "syscalls:sys_enter_read",
        "syscalls:sys_exit_read", "syscalls:sys_enter_write", "syscalls:sys_exit_write",
    ];

    private static readonly HashSet<string> Functions =
    [
        "__schedule", "schedule", "finish_task_switch", "try_to_wake_up", "_raw_spin_lock", "_raw_spin_unlock",
            "kmem_cache_alloc",
        "kmem_cache_free", "kmalloc", "kfree", "handle_mm_fault", "__alloc_pages", "ktime_get", "update_curr", "tcp_sendmsg",
            "tcp_recvmsg",
        "vfs_read", "vfs_write",
    ];

    /// <summary>Whether a time is a thousand times a second or more often, or less than 10 ms.</summary>
    private static bool IsOften(IReadOnlyList<string> parts)
        => parts is [var unit, var text] && double.TryParse(text.Replace("_", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture, out var count) && unit switch
            {
                "hz" => count >= 1000,
                "ms" => count < 10,
                "us" => count < 10_000,
                _ => false,
            };

    /// <summary>Whether an attach point is hot; a wildcard over functions is.</summary>
    public static bool Contains(AttachPoint point) => point.Type switch
    {
        "tracepoint" or "rawtracepoint" => point.Owner is { } owner
            ? Systems.Contains(owner) || Events.Contains($"{owner}:{point.Target}")
                || (point.IsWildcard && owner is "sched" or "syscalls")
            : Events.Any(e => e.EndsWith($":{point.Target}", StringComparison.Ordinal)),
        "kprobe" or "kretprobe" or "fentry" or "fexit" => point.IsWildcard || Functions.Contains(point.Target),
        "software" => point.Target is "page-faults" or "faults" or "context-switches" or "cs",
        "hardware" => true,
        "profile" or "interval" => IsOften(point.Parts),
        _ => false,
    };
}
