namespace KernelMagnifier.Traces.TextEvents;

/// <summary>The messages of well-known events, whose fields have the names of the kernel's format files.</summary>
/// <remarks>
/// <c>include/trace/events/*.h</c>. Several patterns of an event are tried in order: the messages of other kernels, and those
/// that the plugins of trace-cmd and of old perf print.
/// </remarks>
internal static class MessagePatterns
{
    private const string Task = "comm={comm:t} pid={pid:d}";
    private const string Noise = " start {start:s} duration {duration:d} ns";

    private static readonly string[] Wakeup =
    [
        Task + " prio={prio:d}(? success={success:d}?) target_cpu={target_cpu:d}",
        "^{comm:t}:{pid:d} [{prio:d}](? success={success:d}?)(? CPU:{target_cpu:d}?)",
    ];

    private static readonly string[] Work =
    [
        "work struct={work:x} function={function:t} workqueue={workqueue:t} req_cpu={req_cpu:d} cpu={cpu:d}",
        "work struct={work:x} function={function:t}",
        "work struct {work:x}: function {function:t}",
        "work struct {work:x} function={function:t}",
        "work struct {work:x}",
    ];

    private static readonly string[] Softirq = ["vec={vec:d}(? [action={action:n}]?)"];

    private static readonly string[] Request =
    [
        "^{dev:D} {rwbs:w} {bytes:d} ({cmd:t}) {sector:d} + {nr_sector:d} (?{ioprio:w} ?)[{comm:t}]",
        "^{dev:D} {rwbs:w} ({cmd:t}) {sector:d} + {nr_sector:d} (?{ioprio:w} ?)[{error:d}]",
    ];

    private static readonly string[] Bio =
    [
        "^{dev:D} {rwbs:w} {sector:d} + {nr_sector:d} [{error:d}]",
        "^{dev:D} {rwbs:w} {sector:d} + {nr_sector:d} [{comm:t}]",
    ];

    private static readonly string[] Switched =
    [
        "^{prev_pid:d}:*{prev_prio:d}:{prev_state:w}~==>~[{next_cpu:d}]~{next_pid:d}:*{next_prio:d}:{next_state:w}",
        "^{prev_pid:d}:*{prev_prio:d}:{prev_state:w}~+~[{next_cpu:d}]~{next_pid:d}:*{next_prio:d}:{next_state:w}",
    ];

    private static readonly Dictionary<string, string[]> Texts = new()
    {
        ["sched_switch"] =
        [
            "prev_comm={prev_comm:t} prev_pid={prev_pid:d} prev_prio={prev_prio:d} prev_state={prev_state:w} ==> "
                + "next_comm={next_comm:t} next_pid={next_pid:d} next_prio={next_prio:d}",
            "^{prev_comm:t}:{prev_pid:d} [{prev_prio:d}] {prev_state:w} ==> {next_comm:t}:{next_pid:d} [{next_prio:d}]",
        ],
        ["sched_wakeup"] = Wakeup,
        ["sched_waking"] = Wakeup,
        ["sched_wakeup_new"] = Wakeup,
        ["sched_migrate_task"] = [Task + " prio={prio:d} orig_cpu={orig_cpu:d} dest_cpu={dest_cpu:d}"],
        ["sched_process_fork"] = ["comm={parent_comm:t} pid={parent_pid:d} child_comm={child_comm:t} child_pid={child_pid:d}"],
        ["sched_process_exec"] = ["filename={filename:t} pid={pid:d} old_pid={old_pid:d}"],
        ["sched_process_exit"] = [Task + " prio={prio:d}(? group_dead={group_dead:w}?)"],
        ["sched_process_free"] = [Task + " prio={prio:d}"],
        ["sched_process_wait"] = [Task + " prio={prio:d}"],
        ["sched_wait_task"] = [Task + " prio={prio:d}"],
        ["sched_stat_runtime"] = [Task + " runtime={runtime:d} [ns](? vruntime={vruntime:d} [ns]?)"],
        ["sched_stat_wait"] = [Task + " delay={delay:d} [ns]"],
        ["sched_stat_sleep"] = [Task + " delay={delay:d} [ns]"],
        ["sched_stat_iowait"] = [Task + " delay={delay:d} [ns]"],
        ["sched_stat_blocked"] = [Task + " delay={delay:d} [ns]"],
        ["sched_pi_setprio"] = [Task + " oldprio={oldprio:d} newprio={newprio:d}"],
        ["task_newtask"] = ["pid={pid:d} comm={comm:t} clone_flags={clone_flags:x} oom_score_adj={oom_score_adj:d}"],
        ["task_rename"] = ["pid={pid:d} oldcomm={oldcomm:t} newcomm={newcomm:t} oom_score_adj={oom_score_adj:d}"],
        ["sys_enter"] = ["NR {id:d} ({args:l})", "NR {id:d}"],
        ["sys_exit"] = ["NR {id:d} = {ret:d}", "NR {id:d}"],
        ["irq_handler_entry"] = ["irq={irq:d} name={name:t}"],
        ["irq_handler_exit"] = ["irq={irq:d} ret={ret:w}", "irq={irq:d}"],
        ["softirq_entry"] = Softirq,
        ["softirq_exit"] = Softirq,
        ["softirq_raise"] = Softirq,
        ["workqueue_queue_work"] = Work,
        ["workqueue_activate_work"] = Work,
        ["workqueue_execute_start"] = Work,
        ["workqueue_execute_end"] = Work,
        ["timer_init"] = ["timer={timer:x}"],
        ["timer_start"] =
        [
            "timer={timer:x} function={function:t} expires={expires:d} [timeout={:d}](? bucket_expiry={bucket_expiry:d}?)"
                + "(? cpu={:d}?)(? idx={:d}?)(? flags={flags:t}?)",
        ],
        ["timer_expire_entry"] = ["timer={timer:x} function={function:t} now={now:d}(? baseclk={baseclk:d}?)", "timer={timer:x}"],
        ["timer_expire_exit"] = ["timer={timer:x}"],
        ["timer_cancel"] = ["timer={timer:x}"],
        ["hrtimer_init"] = ["hrtimer={hrtimer:x} clockid={clockid:w} mode={mode:t}"],
        ["hrtimer_setup"] = ["hrtimer={hrtimer:x} clockid={clockid:w} mode={mode:t}"],
        ["hrtimer_start"] =
        [
            "hrtimer={hrtimer:x} function={function:t} expires={expires:d} softexpires={softexpires:d}(? mode={mode:t}?)",
        ],
        ["hrtimer_expire_entry"] = ["hrtimer={hrtimer:x} function={function:t} now={now:d}", "hrtimer={hrtimer:x}"],
        ["hrtimer_expire_exit"] = ["hrtimer={hrtimer:x}"],
        ["hrtimer_cancel"] = ["hrtimer={hrtimer:x}"],
        ["block_rq_issue"] = Request,
        ["block_rq_insert"] = Request,
        ["block_rq_merge"] = Request,
        ["block_rq_requeue"] = Request,
        ["block_rq_complete"] = Request,
        ["block_rq_error"] = Request,
        ["block_io_start"] = Request,
        ["block_io_done"] = Request,
        ["block_bio_queue"] = Bio,
        ["block_bio_backmerge"] = Bio,
        ["block_bio_frontmerge"] = Bio,
        ["block_bio_complete"] = Bio,
        ["block_getrq"] = Bio,
        ["irq_noise"] = ["^{desc:t}:{vector:d}" + Noise],
        ["softirq_noise"] = ["^{action:t}:{vector:d}" + Noise],
        ["thread_noise"] = ["^{comm:t}:{pid:d}" + Noise],
        ["nmi_noise"] = ["^" + Noise[1..]],
        ["sample_threshold"] = ["^" + Noise[1..] + " interference {interference:d}"],
        ["timerlat"] = ["#{seqnum:d}~context~{context:c}~timer_latency~{timer_latency:d} ns"],
        ["osnoise"] =
        [
            "^{runtime:d}~{noise:d}~{:w}~{max_sample:d}~{hw_count:d}~{nmi_count:d}~{irq_count:d}~{softirq_count:d}~"
                + "{thread_count:d}",
        ],
        ["hwlat"] =
        [
            "#{seqnum:d}~inner/outer(us):~{duration:d}/{outer_duration:d}~ts:{timestamp:s}(?~count:{count:d}?)"
                + "(?~nmi-total:{nmi_total_ts:d}?)(?~nmi-count:{nmi_count:d}?)",
        ],
        ["context_switch"] = Switched,
        ["wakeup"] = Switched,
    };

    /// <summary>The patterns of an event by its name; empty for an event whose message is read as <c>name=value</c>.</summary>
    public static IReadOnlyList<MessagePattern> Of(string name)
        => Texts.TryGetValue(name, out var texts) ? [.. texts.Select(text => new MessagePattern(text))] : [];
}
