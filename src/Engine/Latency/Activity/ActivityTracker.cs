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
    private readonly GapList _gaps = new();
    private ActivityTask[] _tasks = new ActivityTask[64];
    private ActivityCpu?[] _cpus = new ActivityCpu?[16];
    private EventSchema? _lastSchema;
    private EventAction? _lastAction;
    private TraceContext? _context;
    private long _lastEvent = CallRecord.NoTime;
    private bool _hasWaking, _hasSwitch;

    /// <summary>Creates a tracker.</summary>
    public ActivityTracker(ActivitySink sink)
    {
        _sink = sink;
        _events = new ActivityEvents(this);
    }

    /// <summary>The names of the recording.</summary>
    public LatencyNames Names { get; } = new();

    /// <summary>The indexes of tasks by pid, and their names.</summary>
    public TaskTable Pids { get; } = new();

    /// <summary>The number of losses on all CPUs.</summary>
    public int Losses => _gaps.Count;

    /// <summary>The events of another task than the one that was switched in last: a switch between them is missing.</summary>
    public long MissingSwitches { get; private set; }

    /// <summary>Whether events tell the queue that a woken task is put in, so far.</summary>
    public bool TellsQueues { get; private set; }

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Task | CallFields.Context;

    /// <inheritdoc/>
    public override CallSink? Calls => _sink.Calls;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _context = context;
        _sink.Begin(context, Names);
    }

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => ActivityEvents.Uses(schema);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (record.Time == CallRecord.NoTime || Cpu(record.Cpu) is not { } cpu || IsOfEndedTask(record)) return;
        _sink.Advance(record.Time);
        Meet(cpu, record);
        cpu.Continue(record.Context, record.Time);
        if (!ReferenceEquals(record.Schema, _lastSchema))
        {
            if (!_actions.TryGetValue(record.Schema, out var action))
                _actions.Add(record.Schema, action = _events.ActionOf(record.Schema));
            (_lastSchema, _lastAction) = (record.Schema, action);
        }
        _lastAction?.Invoke(record);
        cpu.LastEvent = _lastEvent = record.Time;
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time)
    {
        var state = Cpu(cpu);
        var last = state is null ? _lastEvent : state.LastEvent;
        var from = last == CallRecord.NoTime || last > time ? time : last;
        _gaps.Add(from);
        _sink.Advance(time);
        if (state is not null) Forget(cpu, state, time, from);
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
        var index = IndexOf(processId);
        if (index >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(index + 1, _tasks.Length * 2));
        ref var task = ref _tasks[index];
        if (task.Since == 0 && task.Standing == TaskStanding.Unknown)
            (task.Since, task.Cpu, task.Priority, task.Wake) = (CallRecord.NoTime, -1, CpuOccupant.NoPriority, TaskWake.Unknown);
        return ref task;
    }

    /// <summary>A task is switched out, and another one in.</summary>
    public void Switch(int prev, int next, int prevPriority, int nextPriority, SwitchState state, long time, int number)
    {
        if (Cpu(number) is not { } cpu) return;
        _hasSwitch = true;
        var timer = cpu.Timer;
        var softIrq = cpu.Clear(out var vector);
        if (IndexOf(prev) != 0)
        {
            ref var task = ref Task(prev);
            (task.Priority, task.SoftIrq, task.Vector, task.Timer) = (prevPriority, softIrq, vector, timer);
            Leave(prev, state, time, number);
        }
        cpu.Task = CpuOccupant.OfTask(next, nextPriority);
        if (IndexOf(next) != 0)
        {
            ref var task = ref Task(next);
            if (task.SoftIrq.Kind == OccupantKind.SoftIrq)
            {
                cpu.Push(IntervalKind.SoftIrq, task.Vector, task.SoftIrq, time);
                cpu.Timer = task.Timer;
            }
            (task.Priority, task.SoftIrq, task.IsRacing) = (nextPriority, default, false);
        }
        Tell(number, cpu, time, time);
        Change(next, TaskStanding.OnCpu, number, time);
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
        TellsQueues |= targetCpu >= 0;
        if (!_hasWaking)
        {
            Wake(processId, record, targetCpu);
            return;
        }
        ref var task = ref Task(processId);
        task.IsRacing = false;
        if (targetCpu < 0 || Standing(task) != TaskStanding.Runnable) return;
        Change(processId, TaskStanding.Runnable, targetCpu, record.Time);
        Task(processId).IsQueued = true;
    }

    /// <summary>A new task is in the queue of a CPU.</summary>
    public void WakeupNew(int processId, int targetCpu, in EventRecord record)
    {
        if (IndexOf(processId) == 0) return;
        ref var task = ref Task(processId);
        (task.SoftIrq, task.Syscall, task.Lock, task.IsRacing, task.IgnoresWaking) = (default, 0, 0, false, true);
        task.Wake = WakeOf(record);
        Change(processId, TaskStanding.Runnable, targetCpu, record.Time);
        Task(processId).IsQueued = targetCpu >= 0;
    }

    /// <summary>A task moves to another CPU.</summary>
    public void Migrate(int processId, int cpu, long time)
    {
        ref var task = ref Task(processId);
        if (Standing(task) == TaskStanding.Runnable) Change(processId, TaskStanding.Runnable, cpu, time, task.IsQueued);
    }

    /// <summary>A task enters a system call, or leaves it.</summary>
    /// <param name="processId">The task.</param>
    /// <param name="key">The system call; 0 for none.</param>
    public void Syscall(int processId, int key)
    {
        if (IndexOf(processId) != 0) Task(processId).Syscall = key;
    }

    /// <summary>A task begins to wait for a lock, or ends.</summary>
    /// <param name="processId">The task.</param>
    /// <param name="key">The lock; 0 for none.</param>
    public void Contend(int processId, int key)
    {
        if (IndexOf(processId) != 0) Task(processId).Lock = key;
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
        Tell(record.Cpu, cpu, record.Time, record.Time);
    }

    /// <summary>A handler ends on a CPU.</summary>
    public void Exit(IntervalKind kind, ulong id, in EventRecord record)
    {
        var cpu = Cpu(record.Cpu)!;
        if (kind is IntervalKind.Timer or IntervalKind.HrTimer) cpu.Timer = 0;
        cpu.Pop(kind, id);
        Tell(record.Cpu, cpu, record.Time, record.Time);
    }

    /// <summary>What a task does; unknown if that may have changed in a gap.</summary>
    public TaskStanding Standing(in ActivityTask task) => IsKnown(task) ? task.Standing : TaskStanding.Unknown;

    /// <summary>Until when what a task did last is certain; null if it still is.</summary>
    public long? KnownUntil(in ActivityTask task) => IsKnown(task) ? null : _gaps.From(task.Losses);

    private void Wake(int processId, in EventRecord record, int targetCpu)
    {
        if (IndexOf(processId) == 0) return;
        ref var task = ref Task(processId);
        var standing = Standing(task);
        if (standing == TaskStanding.Runnable && task.IgnoresWaking) return;
        // If it is on a CPU, it is on its way to sleep, unless a sched_wakeup confirms that it stays runnable.
        task.IsRacing = _hasWaking;
        if (standing == TaskStanding.OnCpu && !_hasWaking) return;
        task.Wake = WakeOf(record);
        if (standing == TaskStanding.OnCpu) return;
        // Woken twice: it must have run and slept in between, and the last wake-up counts.
        var known = standing == TaskStanding.Runnable ? task.Since : long.MaxValue;
        task.IgnoresWaking = false;
        Change(processId, TaskStanding.Runnable, targetCpu, record.Time, knownUntil: known);
        Task(processId).IsQueued = targetCpu >= 0;
    }

    private void Leave(int processId, SwitchState state, long time, int cpu)
    {
        ref var task = ref Task(processId);
        var raced = task.IsRacing && state == SwitchState.Sleeps;
        task.IsRacing = raced;
        task.IgnoresWaking = state is SwitchState.Yielded or SwitchState.Preempted;
        if (raced) Change(processId, TaskStanding.Runnable, -1, time);
        else if (state == SwitchState.Sleeps) Change(processId, TaskStanding.Blocked, -1, time);
        else if (state == SwitchState.Dies) Change(processId, TaskStanding.Gone, -1, time);
        else Change(processId, TaskStanding.Runnable, cpu, time, isPreemption: true);
        Task(processId).IsQueued = Task(processId).IgnoresWaking;
    }

    /// <summary>
    /// An event tells which task runs: it is recorded in its context. So the task is known from the first event after a loss on,
    /// and after a switch that was not recorded. In recordings without switches, nothing tells until when a task ran.
    /// </summary>
    private void Meet(ActivityCpu cpu, in EventRecord record)
    {
        var processId = record.ProcessId;
        if (processId < 0 || !_hasSwitch) return;
        var isKnown = cpu.Task.Kind != OccupantKind.Unknown;
        if (isKnown && cpu.Task.ProcessId == processId) return;
        // Before the first event of a CPU, nothing is known: its task may have run all the time.
        var last = Math.Min(cpu.LastEvent, record.Time);
        if (isKnown)
        {
            MissingSwitches++;
            Forget(record.Cpu, cpu, record.Time, last);
        }
        cpu.Task = CpuOccupant.OfTask(processId, Task(processId).Priority);
        Tell(record.Cpu, cpu, record.Time, last);
        Change(processId, TaskStanding.OnCpu, record.Cpu, record.Time, knownUntil: last);
    }

    /// <summary>It is not known any more what a CPU does.</summary>
    private void Forget(int number, ActivityCpu cpu, long time, long knownUntil)
    {
        var task = cpu.Task;
        cpu.Clear(out _);
        cpu.Task = CpuOccupant.Unknown;
        Tell(number, cpu, time, knownUntil);
        if (task.Kind != OccupantKind.Task) return;
        Task(task.ProcessId).IsRacing = false;
        if (Task(task.ProcessId) is { Standing: TaskStanding.OnCpu } running && running.Cpu == number)
            Change(task.ProcessId, TaskStanding.Unknown, -1, time, knownUntil: knownUntil);
        Syscall(task.ProcessId, 0);
        Contend(task.ProcessId, 0);
    }

    private TaskWake WakeOf(in EventRecord record)
    {
        var cpu = Cpu(record.Cpu)!;
        var wake = TaskWake.Unknown with
        {
            Time = record.Time, Cpu = record.Cpu, ProcessId = record.ProcessId, Context = record.Context, By = cpu.Occupant,
            Since = cpu.HandlerSince, Timer = cpu.Timer,
        };
        var completed = cpu.Completed;
        return completed.Device == 0 || completed.Level != cpu.Level || completed.Context != record.Context ? wake
            : wake with { Device = completed.Device, IssuedAt = completed.IssuedAt, Issuer = completed.Issuer };
    }

    private int IndexOf(int processId) => processId > 0 ? Pids[processId] : 0;

    private bool IsKnown(in ActivityTask task) => task.Losses == _gaps.Count || task.Standing == TaskStanding.OnCpu;

    private void Change(
        int processId, TaskStanding after, int cpu, long time, bool isMigration = false, bool isPreemption = false,
        long knownUntil = long.MaxValue)
    {
        if (IndexOf(processId) == 0) return;
        ref var task = ref Task(processId);
        var isKnown = IsKnown(task);
        if (isKnown && task.Standing == after && task.Cpu == cpu && knownUntil == long.MaxValue) return;
        var known = Math.Min(knownUntil, isKnown ? time : _gaps.From(task.Losses) ?? time);
        var change = new TaskChange
        {
            ProcessId = processId, Time = time, Before = task.Standing, After = after, Cpu = cpu, IsMigration = isMigration,
            IsPreemption = isPreemption, Wake = task.Wake, Syscall = task.Syscall, Lock = task.Lock,
            KnownUntil = Math.Clamp(known, Math.Min(task.Since, time), time),
        };
        if (!isKnown) (task.Syscall, task.Lock) = (0, 0);
        (task.Standing, task.Cpu, task.Since, task.Losses) = (after, cpu, time, _gaps.Count);
        _sink.TaskChanged(change);
    }

    private void Tell(int number, ActivityCpu cpu, long time, long knownUntil)
    {
        var (before, after) = (cpu.Told, cpu.Occupant);
        if (before == after) return;
        cpu.Told = after;
        _sink.CpuChanged(number, before, after, time, knownUntil);
    }

    /// <summary>perf does not know the task of a sample if the task had ended; see <see cref="IntervalBuilder"/>.</summary>
    private bool IsOfEndedTask(in EventRecord record)
        => record.ProcessId < 0 && record.Task != 0 && _context?.Names.Tasks[record.Task] is { ProcessId: -1, Comm: ":-1" };
}
