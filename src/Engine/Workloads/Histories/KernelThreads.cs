namespace KernelMagnifier.Workloads.Histories;

/// <summary>Tells threads of the kernel from tasks of programs, by what events say of them.</summary>
internal static class KernelThreads
{
    // kthreadd, which creates all of them.
    private const int Creator = 2;

    private static readonly string[] Prefixes =
    [
        "kworker/", "ksoftirqd/", "ktimers/", "migration/", "cpuhp/", "idle_inject/", "rcuop/", "rcuos/", "rcuog/", "rcuc/",
        "rcub/", "irq/", "jbd2/", "scsi_eh_", "scsi_tmf_", "xfsaild/", "btrfs-", "irq_work/", "kswapd", "kcompactd", "rcu_tasks_",
        "rcu_exp_", "dm_bufio_", "z_wr_", "nvme-", "loop",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "kthreadd", "rcu_gp", "rcu_par_gp", "rcu_sched", "rcu_preempt", "kauditd", "khungtaskd", "oom_reaper", "khugepaged",
        "ksmd", "writeback", "kblockd", "kdevtmpfs", "netns", "watchdogd", "khvcd", "kthrotld", "pool_workqueue_release", "hwrng",
        "rcu_tasks_kthre", "rcu_tasks_rude_", "rcu_tasks_trace", "inet_frag_wq", "mm_percpu_wq", "slub_flushwq",
            "pool_workqueue_",
        "kstrp", "cryptd", "edac-poller", "devfreq_wq", "tpm_dev_wq", "blkcg_punt_bio", "zswap-shrink", "ttm_swap",
    };

    /// <summary>Whether a task is a thread of the kernel; null if that is not known.</summary>
    public static bool? Is(string? comm, int processId, int? parentId)
    {
        if (processId == Creator || parentId == Creator) return true;
        if (comm is null) return null;
        if (Names.Contains(comm)) return true;
        return Array.Exists(Prefixes, prefix => IsNamed(comm, prefix)) ? true : parentId is not null ? false : null;
    }

    /// <summary>A prefix that ends in a letter is followed by the number of a CPU, node or device.</summary>
    private static bool IsNamed(string comm, string prefix)
        => comm.StartsWith(prefix, StringComparison.Ordinal)
            && (!char.IsAsciiLetter(prefix[^1]) || (comm.Length > prefix.Length
            && comm.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0));
}
