namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// The kernel events that Perfetto has a message for, by name: from its <c>protos/perfetto/trace/ftrace</c>. It writes all others
/// as GenericFtraceEvent, and so does this module.
/// </summary>
internal static class FtraceMessages
{
    /// <summary>The field of the message FtraceEvent that holds any other event.</summary>
    public const int Generic = 327;

    /// <summary>The field of the message FtraceEvent that holds sys_enter, and the one for sys_exit.</summary>
    public const int SysEnter = 329, SysExit = 330;

    private const string Wakeup = "comm=1s pid=2 prio=3 success=4 target_cpu=5", Task = "comm=1s pid=2 prio=3",
        HandlerOnly = "timer=1", HighResolution = "hrtimer=1", Vector = "vector=1", SoftIrq = "vec=1",
        BlockIo = "dev=1 sector=2 nr_sector=3 bytes=4 ioprio=5 rwbs=6s comm=7s cmd=8s",
        BlockRequest = "dev=1 sector=2 nr_sector=3 bytes=4 rwbs=5s comm=6s cmd=7s";

    /// <summary>
    /// The field of FtraceEvent, and the fields of the event with their numbers: <c>s</c> is text, <c>f</c> a function, which the
    /// message holds as the number of an interned symbol, and <c>r</c> the state of a task.
    /// </summary>
    public static IReadOnlyDictionary<string, (int Field, string Fields)> ByName { get; } = new Dictionary<string, (int, string)>
    {
        ["print"] = (3, "buf=2s"),
        ["sched_switch"] = (4, "prev_comm=1s prev_pid=2 prev_prio=3 prev_state=4r next_comm=5s next_pid=6 next_prio=7"),
        ["cpu_frequency"] = (11, "state=1 cpu_id=2"),
        ["cpu_idle"] = (13, "state=1 cpu_id=2"),
        ["sched_wakeup"] = (17, Wakeup),
        ["sched_waking"] = (20, Wakeup),
        ["softirq_entry"] = (24, SoftIrq),
        ["softirq_exit"] = (25, SoftIrq),
        ["softirq_raise"] = (26, SoftIrq),
        ["irq_handler_entry"] = (36, "irq=1 name=2s"),
        ["irq_handler_exit"] = (37, "irq=1 ret=2"),
        ["block_rq_issue"] = (45, BlockRequest),
        ["workqueue_activate_work"] = (56, "work=1 function=2f"),
        ["workqueue_execute_end"] = (57, "work=1 function=2f"),
        ["workqueue_execute_start"] = (58, "work=1 function=2f"),
        ["workqueue_queue_work"] = (59, "work=1 function=2f req_cpu=4 cpu=5 workqueue=6s"),
        ["sched_wakeup_new"] = (114, Wakeup),
        ["block_rq_complete"] = (125, "dev=1 sector=2 nr_sector=3 errors=4 rwbs=5s cmd=6s error=7"),
        ["block_rq_insert"] = (126, BlockRequest),
        ["task_newtask"] = (235, "pid=1 comm=2s clone_flags=3 oom_score_adj=4"),
        ["task_rename"] = (236, "pid=1 oldcomm=2s newcomm=3s oom_score_adj=4"),
        ["sched_process_exec"] = (237, "filename=1s pid=2 old_pid=3"),
        ["sched_process_exit"] = (238, "comm=1s pid=2 prio=4"),
        ["sched_process_fork"] = (239, "parent_comm=1s parent_pid=2 child_comm=3s child_pid=4"),
        ["sched_process_free"] = (240, Task),
        ["sched_process_wait"] = (242, Task),
        ["sys_enter"] = (SysEnter, "id=1"),
        ["sys_exit"] = (SysExit, "id=1 ret=2"),
        ["sched_pi_setprio"] = (353, "comm=1s newprio=2 oldprio=3 pid=4"),
        ["sched_migrate_task"] = (491, "comm=1s pid=2 prio=3 orig_cpu=4 dest_cpu=5"),
        ["block_io_start"] = (546, BlockIo),
        ["block_io_done"] = (547, BlockIo),
        ["hrtimer_start"] = (551, "hrtimer=1 function=2f expires=3 softexpires=4 mode=5"),
        ["hrtimer_cancel"] = (552, HighResolution),
        ["hrtimer_expire_entry"] = (553, "hrtimer=1 now=2 function=3f"),
        ["hrtimer_expire_exit"] = (554, HighResolution),
        ["timer_start"] = (555, "timer=1 function=2f expires=3 now=4 deferrable=5 flags=6 bucket_expiry=7"),
        ["timer_cancel"] = (556, HandlerOnly),
        ["timer_expire_entry"] = (557, "timer=1 now=2 function=3f baseclk=4"),
        ["timer_expire_exit"] = (558, HandlerOnly),
        ["local_timer_entry"] = (559, Vector),
        ["local_timer_exit"] = (560, Vector),
    };
}
