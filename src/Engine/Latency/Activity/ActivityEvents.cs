using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>Decodes the kernel events that an <see cref="ActivityTracker"/> follows.</summary>
internal sealed class ActivityEvents(ActivityTracker tracker)
{
    private const int LongestName = 256;
    private const string EnterPrefix = "sys_enter_", ExitPrefix = "sys_exit_";

    private readonly ActivityRequests _requests = new(tracker);
    private readonly NumberTable<int> _syscalls = new();

    /// <summary>Whether the events of a schema say what a CPU or a task does.</summary>
    public static bool Uses(EventSchema schema) => schema.Name switch
    {
        "sched_switch" or "sched_waking" or "sched_wakeup" or "sched_wakeup_new" or "sched_migrate_task" or "irq_handler_entry"
            or "irq_handler_exit" or "softirq_entry" or "softirq_exit" or "timer_expire_entry" or "timer_expire_exit"
            or "hrtimer_expire_entry" or "hrtimer_expire_exit" or "sys_enter" or "sys_exit" or "block_rq_issue" or "block_rq_complete"
            or "contention_begin" or "contention_end" => true,
        _ => IsNamedSyscall(schema.Name) || HandlerPairs.VectorName(schema) is not null,
    };

    /// <summary>What the events of a schema do; null if they say nothing.</summary>
    public EventAction? ActionOf(EventSchema schema)
    {
        switch (schema.Name)
        {
            case "sched_switch": return Switch(schema);
            case "sched_waking":
                return Placed(schema, (int pid, int _, in EventRecord record) => tracker.Waking(pid, record));
            case "sched_wakeup": return Placed(schema, tracker.Wakeup);
            case "sched_wakeup_new": return Placed(schema, tracker.WakeupNew);
            case "sched_migrate_task":
                var destination = schema.Reader("dest_cpu");
                return Of(schema, "pid", (long pid, in EventRecord record) =>
                {
                    if (destination.TryNumber(record.Body, out var cpu) && cpu is >= 0 and <= int.MaxValue)
                        tracker.Migrate((int)pid, (int)cpu, record.Time);
                });
            case "irq_handler_entry":
                var name = schema.Reader("name");
                return Of(schema, "irq", (long irq, in EventRecord record) => tracker.Enter(
                    IntervalKind.Irq, (ulong)irq, HandlerPairs.IrqKey(tracker.Names, irq, name.Text(record.Body)), record));
            case "irq_handler_exit": return Exit(schema, IntervalKind.Irq, "irq");
            case "softirq_entry": return Enter(schema, IntervalKind.SoftIrq, "vec", "vec", "[action=");
            case "softirq_exit": return Exit(schema, IntervalKind.SoftIrq, "vec");
            case "timer_expire_entry": return Enter(schema, IntervalKind.Timer, "timer", "function", "function=");
            case "timer_expire_exit": return Exit(schema, IntervalKind.Timer, "timer");
            case "hrtimer_expire_entry": return Enter(schema, IntervalKind.HrTimer, "hrtimer", "function", "function=");
            case "hrtimer_expire_exit": return Exit(schema, IntervalKind.HrTimer, "hrtimer");
            case "block_rq_issue" or "block_rq_complete": return _requests.ActionOf(schema);
            case "contention_begin": return Contention(schema);
            case "contention_end": return (in EventRecord record) => tracker.Contend(record.ProcessId, 0);
            case "sys_enter": return Syscall(schema);
            case "sys_exit": return (in EventRecord record) => tracker.Syscall(record.ProcessId, 0);
        }
        if (IsNamedSyscall(schema.Name)) return NamedSyscall(schema);
        return HandlerPairs.VectorName(schema) is { } vector ? Vector(schema, vector) : null;
    }

    private delegate void NumberAction(long number, in EventRecord record);

    private delegate void PlacedAction(int processId, int cpu, in EventRecord record);

    private static EventAction Of(EventSchema schema, string field, NumberAction action)
    {
        var reader = schema.Reader(field);
        return (in EventRecord record) =>
        {
            if (reader.TryNumber(record.Body, out var number) && number is >= 0 and <= int.MaxValue) action(number, record);
        };
    }

    private EventAction Placed(EventSchema schema, PlacedAction action)
    {
        var (target, comm) = (schema.Reader("target_cpu"), schema.Reader("comm"));
        return Of(schema, "pid", (long pid, in EventRecord record) =>
        {
            Name((int)pid, comm, record.Body);
            action((int)pid, target.TryNumber(record.Body, out var cpu) && cpu is >= 0 and <= int.MaxValue ? (int)cpu : -1, record);
        });
    }

    private EventAction Switch(EventSchema schema)
    {
        var (prevPid, nextPid) = (schema.Reader("prev_pid"), schema.Reader("next_pid"));
        var (prevComm, nextComm) = (schema.Reader("prev_comm"), schema.Reader("next_comm"));
        var (prevPriority, nextPriority) = (schema.Reader("prev_prio"), schema.Reader("next_prio"));
        var states = new SwitchStates(schema);
        return (in EventRecord record) =>
        {
            var body = record.Body;
            if (!prevPid.TryNumber(body, out var prev) || !nextPid.TryNumber(body, out var next)) return;
            if (prev is < 0 or > int.MaxValue || next is < 0 or > int.MaxValue) return;
            var state = states.Of(body);
            if (state == SwitchState.Unknown) return;
            Name((int)prev, prevComm, body);
            Name((int)next, nextComm, body);
            tracker.Switch((int)prev, (int)next, Priority(prevPriority, body), Priority(nextPriority, body), state, record.Time, record.Cpu);
        };
    }

    private static bool IsNamedSyscall(string name)
        => name.StartsWith(EnterPrefix, StringComparison.Ordinal) || name.StartsWith(ExitPrefix, StringComparison.Ordinal);

    private EventAction Syscall(EventSchema schema)
    {
        var id = schema.Reader("id");
        return (in EventRecord record) =>
        {
            if (id.TryNumber(record.Body, out var number)) tracker.Syscall(record.ProcessId, KeyOf(number));
        };
    }

    private EventAction NamedSyscall(EventSchema schema)
    {
        if (!schema.Name.StartsWith(EnterPrefix, StringComparison.Ordinal))
            return (in EventRecord record) => tracker.Syscall(record.ProcessId, 0);
        var key = tracker.Names.Key(Text.NameText.Encode(schema.Name[EnterPrefix.Length..]));
        return (in EventRecord record) => tracker.Syscall(record.ProcessId, key);
    }

    private EventAction Contention(EventSchema schema)
    {
        var flags = schema.Reader("flags");
        return (in EventRecord record) => tracker.Contend(
            record.ProcessId, tracker.Names.Key(Text.NameText.Encode(LockNames.Of(flags, record.Body))));
    }

    private int KeyOf(long number)
    {
        if (_syscalls.TryGetValue((ulong)number, out var key)) return key;
        key = tracker.Names.Key(Text.NameText.Encode(number.ToString(CultureInfo.InvariantCulture)));
        if (_syscalls.Count <= tracker.Names.Count) _syscalls.Set((ulong)number, key);
        return key;
    }

    private static int Priority(in FieldReader field, ReadOnlySpan<byte> body)
        => field.TryNumber(body, out var priority) && priority is >= int.MinValue and <= int.MaxValue
            ? (int)priority : CpuOccupant.NoPriority;

    private EventAction Enter(EventSchema schema, IntervalKind kind, string field, string keyField, string mark)
    {
        var (id, keys) = (schema.Reader(field), new MessageKeys(tracker.Names, schema, keyField, mark));
        return (in EventRecord record) =>
        {
            if (id.TryNumber(record.Body, out var number)) tracker.Enter(kind, (ulong)number, keys.Of(record.Body), record);
        };
    }

    private EventAction Exit(EventSchema schema, IntervalKind kind, string field)
    {
        var id = schema.Reader(field);
        return (in EventRecord record) =>
        {
            if (id.TryNumber(record.Body, out var number)) tracker.Exit(kind, (ulong)number, record);
        };
    }

    private EventAction Vector(EventSchema schema, string name)
    {
        var key = tracker.Names.Key(Text.NameText.Encode(name));
        return HandlerPairs.IsEntry(schema)
            ? (in EventRecord record) => tracker.Enter(IntervalKind.IrqVector, (ulong)key, key, record)
            : (in EventRecord record) => tracker.Exit(IntervalKind.IrqVector, (ulong)key, record);
    }

    /// <summary>Sets the name of a task if it has changed.</summary>
    private void Name(int processId, in FieldReader comm, ReadOnlySpan<byte> body)
    {
        // The idle tasks have no name.
        if (processId == 0 || tracker.Pids[processId] is not (> 0 and var index)) return;
        ref var known = ref tracker.Pids.States[index];
        if (comm.TryName(body, out var first, out var second))
        {
            if (first == known.Comm && second == known.Comm2 && known.IsNamed) return;
            (known.Comm, known.Comm2, known.IsNamed) = (first, second, true);
        }
        var name = comm.Text(body);
        if (name.Length > LongestName) name = name[..LongestName];
        tracker.Names.Name(processId, name);
        tracker.Task(processId).HandlesSoftIrqs = name.StartsWith("ksoftirqd/"u8) || name.StartsWith("ktimers/"u8);
    }
}
