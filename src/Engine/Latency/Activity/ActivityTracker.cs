using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>
/// Follows what every CPU and every task does over time, in one pass over the kernel events. It agrees with the rules of
/// docs/latency.md: a task is <see cref="TaskStanding.Runnable"/> exactly during its <c>Wakeup</c>, <c>WakeupNew</c> and
/// <c>Preempted</c> intervals.
/// </summary>
internal sealed class ActivityTracker : EventSink
{
    // NR_CPUS is at most 8,192.
    private const int MostCpus = 8192;

    private readonly ActivitySink _sink;
    private readonly Dictionary<EventSchema, EventAction?> _actions = new(ReferenceEqualityComparer.Instance);
    private readonly ActivityEvents _events;
    private readonly TaskTable _pids = new();
    // The last event before each loss, so that a task whose standing is older is known until then.
    private readonly List<long> _gaps = [];
    private ActivityTask[] _tasks = new ActivityTask[64];
    private ActivityCpu?[] _cpus = new ActivityCpu?[16];
    private EventSchema? _lastSchema;
    private EventAction? _lastAction;
    private bool _hasWaking;

    /// <summary>Creates a tracker.</summary>
    public ActivityTracker(ActivitySink sink)
    {
        _sink = sink;
        _events = new ActivityEvents(this);
    }

    /// <summary>The names of the recording.</summary>
    public LatencyNames Names { get; } = new();

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Task | CallFields.Context;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => _sink.Begin(context, Names);

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => ActivityEvents.Uses(schema);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (record.Time == CallRecord.NoTime || Cpu(record.Cpu) is not { } cpu) return;
        Meet(cpu, record);
        if (!ReferenceEquals(record.Schema, _lastSchema))
        {
            if (!_actions.TryGetValue(record.Schema, out var action)) _actions.Add(record.Schema, action = _events.ActionOf(record.Schema));
            (_lastSchema, _lastAction) = (record.Schema, action);
        }
        _lastAction?.Invoke(record);
        cpu.LastEvent = record.Time;
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time)
    {
        if (Cpu(cpu) is not { } state) return;
        _gaps.Add(state.LastEvent == CallRecord.NoTime ? time : state.LastEvent);
        if (state.GapStart == CallRecord.NoTime) state.GapStart = state.LastEvent;
        state.Clear(out _);
        (state.Task, state.Timer) = (CpuOccupant.Unknown, 0);
        Tell(cpu, state, time);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info) => _sink.End(info);

    /// <summary>The state of a CPU; null for a number that no kernel has.</summary>
    public ActivityCpu? Cpu(int cpu)
    {
        if ((uint)cpu < (uint)_cpus.Length && _cpus[cpu] is { } state) return state;
        if ((uint)cpu >= MostCpus) return null;
        if (cpu >= _cpus.Length) Array.Resize(ref _cpus, Math.Max(cpu + 1, _cpus.Length * 2));
        return _cpus[cpu] ??= new ActivityCpu();
    }

    /// <summary>The state of a task, valid until the next call; that of no task if the pid is not known.</summary>
    public ref ActivityTask Task(int processId)
    {
        var index = processId > 0 ? _pids[processId] : 0;
        if (index >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(index + 1, _tasks.Length * 2));
        ref var task = ref _tasks[index];
        if (task.Standing == TaskStanding.Unknown && task.Since == 0)
            (task.Since, task.Cpu, task.Priority, task.Wake) = (CallRecord.NoTime, -1, CpuOccupant.NoPriority, TaskWake.Unknown);
        return ref task;
    }

    /// <summary>A task is switched out, and another one in.</summary>
    public void Switch(int prev, int next, int prevPriority, int nextPriority, SwitchState state, long time, int number)
    {
        if (Cpu(number) is not { } cpu) return;
        var softIrq = cpu.Clear(out var vector);
        cpu.Timer = 0;
        if (prev != 0) Leave(prev, prevPriority, softIrq, vector, state, time, number);
        cpu.Task = CpuOccupant.OfTask(next, nextPriority);
        if (next != 0)
        {
            ref var task = ref Task(next);
            (task.Priority, softIrq) = (nextPriority, task.SoftIrq);
            task.SoftIrq = default;
            if (softIrq.Kind == OccupantKind.SoftIrq) cpu.Push(IntervalKind.SoftIrq, task.Vector, softIrq, time);
        }
        Tell(number, cpu, time);
        if (next != 0) Change(next, TaskStanding.OnCpu, number, time);
    }

    /// <summary>A task is woken, by <c>sched_waking</c>, or by <c>sched_wakeup</c> in recordings without it.</summary>
    public void Waking(int processId, in EventRecord record)
    {
        _hasWaking = true;
        Wake(processId, record, -1);
    }

    /// <summary>A woken task is in the queue of a CPU, or a woken one that never left its CPU runs on.</summary>
    public void Wakeup(int processId, int targetCpu, in EventRecord record)
    {
        if (!_hasWaking)
        {
            Wake(processId, record, targetCpu);
            return;
        }
        ref var task = ref Task(processId);
        task.IsRacing = false;
        if (Standing(task) == TaskStanding.Runnable && task.Cpu != targetCpu)
            Change(processId, TaskStanding.Runnable, targetCpu, record.Time);
    }

    /// <summary>A new task is in the queue of a CPU.</summary>
    public void WakeupNew(int processId, int targetCpu, in EventRecord record)
    {
        if (processId <= 0) return;
        ref var task = ref Task(processId);
        (task.SoftIrq, task.Syscall, task.Lock, task.IsRacing) = (default, 0, 0, false);
        task.Wake = WakeOf(record);
        Change(processId, TaskStanding.Runnable, targetCpu, record.Time);
    }

    /// <summary>A task moves to another CPU.</summary>
    public void Migrate(int processId, int cpu, long time)
    {
        ref var task = ref Task(processId);
        if (Standing(task) == TaskStanding.Runnable && task.Cpu != cpu)
            Change(processId, TaskStanding.Runnable, cpu, time, isMigration: true);
    }

    /// <summary>A handler begins on a CPU.</summary>
    public void Enter(IntervalKind kind, ulong id, int key, in EventRecord record)
    {
        var cpu = Cpu(record.Cpu)!;
        if (kind is IntervalKind.Timer or IntervalKind.HrTimer)
        {
            cpu.Timer = key;
            // The handler that it runs in is the occupant, where the recording has it.
            if (!cpu.IsInTask) return;
        }
        var isHard = kind is IntervalKind.Irq or IntervalKind.IrqVector or IntervalKind.HrTimer;
        var thread = !isHard && cpu.IsInTask && cpu.Task.Kind == OccupantKind.Task && Task(cpu.Task.ProcessId).HandlesSoftIrqs
            ? cpu.Task.ProcessId : 0;
        cpu.Push(kind, id, new CpuOccupant(isHard ? OccupantKind.HardIrq : OccupantKind.SoftIrq, thread, 0, key), record.Time);
        Tell(record.Cpu, cpu, record.Time);
    }

    /// <summary>A handler ends on a CPU.</summary>
    public void Exit(IntervalKind kind, ulong id, in EventRecord record)
    {
        var cpu = Cpu(record.Cpu)!;
        if (kind is IntervalKind.Timer or IntervalKind.HrTimer) cpu.Timer = 0;
        cpu.Pop(kind, id);
        Tell(record.Cpu, cpu, record.Time);
    }

    private void Wake(int processId, in EventRecord record, int targetCpu)
    {
        if (processId <= 0) return;
        ref var task = ref Task(processId);
        switch (Standing(task))
        {
            case TaskStanding.OnCpu:
                // It is on its way to sleep, unless a sched_wakeup confirms that it stays runnable.
                task.IsRacing = _hasWaking;
                if (_hasWaking) task.Wake = WakeOf(record);
                return;
            case TaskStanding.Runnable:
                return;
            default:
                task.Wake = WakeOf(record);
                Change(processId, TaskStanding.Runnable, targetCpu, record.Time);
                return;
        }
    }

    private void Leave(
        int processId, int priority, in CpuOccupant softIrq, ulong vector, SwitchState state, long time, int cpu)
    {
        ref var task = ref Task(processId);
        (task.Priority, task.SoftIrq, task.Vector) = (priority, softIrq, vector);
        var raced = task.IsRacing && state == SwitchState.Sleeps;
        task.IsRacing = false;
        if (raced) Change(processId, TaskStanding.Runnable, -1, time);
        else if (state == SwitchState.Sleeps) Change(processId, TaskStanding.Blocked, -1, time);
        else if (state == SwitchState.Dies) Change(processId, TaskStanding.Gone, -1, time);
        else Change(processId, TaskStanding.Runnable, cpu, time, isPreemption: true);
    }

    /// <summary>
    /// The first event on a CPU, also after a loss, tells which task runs: it is recorded in its context.
    /// </summary>
    private void Meet(ActivityCpu cpu, in EventRecord record)
    {
        if (cpu.Task.Kind != OccupantKind.Unknown || record.ProcessId < 0) return;
        cpu.Task = CpuOccupant.OfTask(record.ProcessId, Task(record.ProcessId).Priority);
        Tell(record.Cpu, cpu, record.Time);
        if (record.ProcessId > 0) Change(record.ProcessId, TaskStanding.OnCpu, record.Cpu, record.Time);
    }

    private TaskWake WakeOf(in EventRecord record)
    {
        var cpu = Cpu(record.Cpu)!;
        var wake = TaskWake.Unknown with
        {
            Time = record.Time, Cpu = record.Cpu, ProcessId = record.ProcessId, Context = record.Context, By = cpu.Occupant,
            Since = cpu.HandlerSince, Timer = cpu.Timer,
        };
        ActivityEvents.Complete(ref wake);
        return wake;
    }

    /// <summary>What a task does; unknown if that may have changed in a gap.</summary>
    private TaskStanding Standing(in ActivityTask task) => IsKnown(task) ? task.Standing : TaskStanding.Unknown;

    private bool IsKnown(in ActivityTask task)
        => task.Losses == _gaps.Count
            || (task.Standing == TaskStanding.OnCpu && Cpu(task.Cpu) is { GapStart: CallRecord.NoTime });

    private void Change(
        int processId, TaskStanding after, int cpu, long time, bool isMigration = false, bool isPreemption = false)
    {
        ref var task = ref Task(processId);
        var isKnown = IsKnown(task);
        var change = new TaskChange
        {
            ProcessId = processId, Time = time, Before = task.Standing, After = after, Cpu = cpu, IsMigration = isMigration,
            IsPreemption = isPreemption, Wake = task.Wake, Syscall = task.Syscall, Lock = task.Lock,
            KnownUntil = isKnown ? time : Math.Clamp(_gaps[Math.Min(task.Losses, _gaps.Count - 1)], Math.Min(task.Since, time), time),
        };
        if (isKnown && change.Before == after && task.Cpu == cpu) return;
        (task.Standing, task.Cpu, task.Since, task.Losses) = (after, cpu, time, _gaps.Count);
        _sink.TaskChanged(change);
    }

    private void Tell(int number, ActivityCpu cpu, long time)
    {
        var (before, after) = (cpu.Told, cpu.Occupant);
        if (before == after) return;
        var known = cpu.GapStart == CallRecord.NoTime ? time : Math.Min(cpu.GapStart, time);
        // The first change after a loss says until when the occupant was certain.
        cpu.GapStart = CallRecord.NoTime;
        cpu.Told = after;
        _sink.CpuChanged(number, before, after, time, known);
    }
}
