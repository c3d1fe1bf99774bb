using System.Collections.Frozen;

namespace KernelMagnifier.Latency;

/// <summary>The events that each kind of interval is made of, to say why a recording cannot tell a kind.</summary>
internal static class IntervalNeeds
{
    private static readonly FrozenDictionary<IntervalKind, string[][]> Needs = new Dictionary<IntervalKind, string[][]>
    {
        [IntervalKind.OnCpu] = [["sched:sched_switch"]],
        [IntervalKind.Idle] = [["sched:sched_switch"]],
        [IntervalKind.Preempted] = [["sched:sched_switch"]],
        [IntervalKind.Wakeup] = [["sched:sched_waking", "sched:sched_wakeup"], ["sched:sched_switch"]],
        [IntervalKind.WakeupNew] = [["sched:sched_wakeup_new"], ["sched:sched_switch"]],
        [IntervalKind.Syscall]
            = [["raw_syscalls:sys_enter", "syscalls:sys_enter_*"], ["raw_syscalls:sys_exit", "syscalls:sys_exit_*"]],
        [IntervalKind.Irq] = [["irq:irq_handler_entry"], ["irq:irq_handler_exit"]],
        [IntervalKind.IrqVector] = [["irq_vectors:*_entry"], ["irq_vectors:*_exit"]],
        [IntervalKind.SoftIrq] = [["irq:softirq_entry"], ["irq:softirq_exit"]],
        [IntervalKind.SoftIrqRaise] = [["irq:softirq_raise"], ["irq:softirq_entry"]],
        [IntervalKind.WorkQueue] = [["workqueue:workqueue_queue_work"], ["workqueue:workqueue_execute_start"]],
        [IntervalKind.WorkRun] = [["workqueue:workqueue_execute_start"], ["workqueue:workqueue_execute_end"]],
        [IntervalKind.Timer] = [["timer:timer_expire_entry"], ["timer:timer_expire_exit"]],
        [IntervalKind.HrTimer] = [["timer:hrtimer_expire_entry"], ["timer:hrtimer_expire_exit"]],
        [IntervalKind.Block] = [["block:block_rq_issue"], ["block:block_rq_complete"]],
        [IntervalKind.TimerLatIrq] = [["ftrace:timerlat"]],
        [IntervalKind.TimerLatThread] = [["ftrace:timerlat"]],
        [IntervalKind.TimerLatUser] = [["ftrace:timerlat"]],
        [IntervalKind.OsNoise] = [["ftrace:osnoise"]],
        [IntervalKind.OsNoiseIrq] = [["osnoise:irq_noise"]],
        [IntervalKind.OsNoiseSoftIrq] = [["osnoise:softirq_noise"]],
        [IntervalKind.OsNoiseThread] = [["osnoise:thread_noise"]],
        [IntervalKind.OsNoiseNmi] = [["osnoise:nmi_noise"]],
        [IntervalKind.HwLat] = [["ftrace:hwlat"]],
    }.ToFrozenDictionary();

    /// <summary>The kinds that are made of events.</summary>
    public static IEnumerable<IntervalKind> Kinds => Enum.GetValues<IntervalKind>().Where(Needs.ContainsKey);

    /// <summary>
    /// The events that a kind needs, as <c>system:name</c>, in which <c>*</c> stands for any text: one of each group. Empty for a
    /// kind that is not made of events.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IntervalKind kind) => Needs.GetValueOrDefault(kind) ?? [];

    /// <summary>The groups of events of which a recording has none, for a kind; empty if it can be measured.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="seen">The names of the events in the recording, without their systems.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Missing(IntervalKind kind, IReadOnlyCollection<string> seen)
        => [.. Of(kind).Where(group => !group.Any(need => seen.Any(name => Matches(need, name))))];

    private static bool Matches(string need, string name)
    {
        var pattern = need.AsSpan(need.IndexOf(':', StringComparison.Ordinal) + 1);
        // perf script names events with their system.
        name = NameOf(name);
        var star = pattern.IndexOf('*');
        return star < 0 ? pattern.SequenceEqual(name)
            : name.Length >= pattern.Length && name.AsSpan().StartsWith(pattern[..star], StringComparison.Ordinal)
                && name.AsSpan().EndsWith(pattern[(star + 1)..], StringComparison.Ordinal)
                && !(star == 0 && IsNoVector(name));
    }

    /// <summary>The name of an event without its system.</summary>
    public static string NameOf(string kind) => kind[(kind.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether an event whose name ends as those of interrupt vectors is of another system.</summary>
    private static bool IsNoVector(string name)
        => name is "irq_handler_entry" or "irq_handler_exit" or "softirq_entry" or "softirq_exit" or "timer_expire_entry"
            or "timer_expire_exit" or "hrtimer_expire_entry" or "hrtimer_expire_exit" or "sched_process_exit";
}
