using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>
/// Gives every nanosecond of intervals to what happened in it, in one pass over the recording. docs/causes.md has the rules. Only
/// the intervals of the task or CPU of an event do anything for it.
/// </summary>
internal sealed class CauseSink : ActivitySink
{
    // 32 MB.
    private const int MostHistory = 1 << 20;

    private static readonly ShareKey Device = new(CauseCategory.Device, -1, 0, default);
    private static readonly ShareKey Running = new(CauseCategory.Running, -1, 0, default);

    private readonly List<CauseTarget> _targets;
    private readonly Action<CauseWindow> _finished;
    private readonly PriorityQueue<CauseWindow, long> _active = new();
    private readonly NumberTable<List<CauseWindow>?> _byTask = new();
    // Those whose queue is not known yet, the oldest first; some are known by now.
    private readonly Queue<(CauseWindow Window, long Since)> _assumed = new();
    private readonly CauseCalls? _calls;
    private CauseCpu?[] _cpus = new CauseCpu?[16];
    private SyscallNames _syscalls = SyscallNames.None;
    private int _next, _room = MostHistory;

    /// <summary>Creates a sink.</summary>
    /// <param name="targets">The intervals, all of one recording.</param>
    /// <param name="withCalls">Whether the functions in each share are wanted.</param>
    /// <param name="finished">Takes the shares of an interval.</param>
    public CauseSink(IEnumerable<CauseTarget> targets, bool withCalls, Action<CauseWindow> finished)
    {
        _targets = [.. targets.OrderBy(target => target.Start)];
        _finished = finished;
        if (withCalls) _calls = new CauseCalls(this);
        Tracker = new ActivityTracker(this);
    }

    /// <summary>What reads the events.</summary>
    public ActivityTracker Tracker { get; }

    /// <summary>The recording; null before its reading.</summary>
    public TraceContext? Context { get; private set; }

    /// <inheritdoc/>
    public override CallSink? Calls => _calls;

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
    {
        Context = context;
        _syscalls = SyscallNames.Of(context.Source.KernelRelease);
    }

    /// <inheritdoc/>
    public override void Advance(long time)
    {
        while (_active.TryPeek(out var window, out var end) && end < time)
        {
            _active.Dequeue();
            Finish(window);
        }
        while (_next < _targets.Count && _targets[_next].Start <= time) Open(_targets[_next++], time);
    }

    /// <inheritdoc/>
    public override void CpuChanged(int cpu, in CpuOccupant before, in CpuOccupant after, long time, long knownUntil)
    {
        var state = Cpu(cpu);
        foreach (var window in state.Watching)
        {
            Take(window, before, Math.Min(knownUntil, time));
            Take(window, knownUntil < time ? CpuOccupant.Unknown : before, time);
        }
        var needed = Needed();
        if (knownUntil < time) state.History.Add(CpuOccupant.Unknown, knownUntil, needed, ref _room);
        state.History.Add(after, time, needed, ref _room);
    }

    /// <inheritdoc/>
    public override void TaskChanged(in TaskChange change)
    {
        if (!_byTask.TryGetValue((uint)change.ProcessId, out var windows) || windows is null) return;
        foreach (var window in windows) Change(window, change);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info)
    {
        while (_active.TryDequeue(out var window, out _)) Finish(window);
        while (_next < _targets.Count) Finish(new CauseWindow(_targets[_next++]));
    }

    /// <summary>A function is entered on a CPU.</summary>
    public void Called(int cpu, int function, long time, long self)
    {
        Advance(time);
        if ((uint)cpu >= (uint)_cpus.Length || _cpus[cpu] is not { } state) return;
        foreach (var window in state.Watching)
            if (time >= window.Target.Start && time < window.Target.End && window.AssumedSince == CallRecord.NoTime)
                window.Call(KeyOf(window, state.History.Current), function, self);
    }

    /// <summary>Since when it can be asked what a CPU did.</summary>
    private long Needed()
    {
        while (_assumed.TryPeek(out var oldest))
        {
            if (oldest.Window.AssumedSince == oldest.Since) return oldest.Since;
            _assumed.Dequeue();
        }
        return long.MaxValue;
    }

    private CauseCpu Cpu(int cpu)
    {
        if (cpu >= _cpus.Length) Array.Resize(ref _cpus, Math.Max(cpu + 1, _cpus.Length * 2));
        return _cpus[cpu] ??= new CauseCpu();
    }

    private void Open(CauseTarget target, long time)
    {
        var window = new CauseWindow(target);
        if (target.End < time && target.End < target.Start)
        {
            Finish(window);
            return;
        }
        _active.Enqueue(window, target.End);
        if (target.IsOfDevice) return;
        if (!target.IsOfTask)
        {
            if (Tracker.Cpu(target.Cpu) is not null) Watch(window, target.Cpu);
            return;
        }
        if (target.ProcessId <= 0) return;
        (_byTask.GetOrAdd((uint)target.ProcessId, out _) ??= []).Add(window);
        ref var task = ref Tracker.Task(target.ProcessId);
        Stand(window, Tracker.Standing(task), task.Cpu, window.Cursor);
    }

    private void Finish(CauseWindow window)
    {
        var target = window.Target;
        if (target.IsOfDevice) window.Take(Device, target.End);
        if (window.AssumedSince != CallRecord.NoTime) Tell(window, target.IsWait ? target.Cpu : -1, target.End);
        if (window.Cpu >= 0) Take(window, Cpu(window.Cpu).History.Current, target.End);
        else if (window.Standing == TaskStanding.Blocked) window.Take(Blocked(TaskWake.Unknown, 0, 0, target.ProcessId), target.End);
        window.Take(ShareKey.Unknown, target.End);
        window.EndWait();
        Watch(window, -1);
        if (_byTask.TryGetValue((uint)target.ProcessId, out var windows)) windows?.Remove(window);
        window.Close();
        _finished(window);
    }

    /// <summary>The task of an interval does something else.</summary>
    private void Change(CauseWindow window, in TaskChange change)
    {
        var (known, time) = (change.KnownUntil, change.Time);
        if (window.Standing == TaskStanding.Runnable)
        {
            if (window.AssumedSince != CallRecord.NoTime) Tell(window, change.Cpu, known);
            if (window.Cpu >= 0) Retract(window, known);
        }
        if (window.Cpu >= 0) Take(window, Cpu(window.Cpu).History.Current, Math.Min(known, time));
        if (window.Standing == TaskStanding.Blocked)
        {
            // Switched in without a wake-up: it is not known what woke it.
            var wake = change.After == TaskStanding.Runnable ? change.Wake : TaskWake.Unknown;
            window.Take(Blocked(wake, change.Syscall, change.Lock, change.ProcessId), known);
        }
        window.Take(ShareKey.Unknown, time);
        var goesOn = window.Standing == TaskStanding.Runnable && change.After == TaskStanding.Runnable;
        window.IsMoved |= window.Standing == TaskStanding.Runnable
            && (change.IsMigration || (change.After == TaskStanding.OnCpu && window.Cpu >= 0 && window.Cpu != change.Cpu));
        if (!goesOn) window.EndWait();
        Stand(window, change.After, change.Cpu, time);
    }

    /// <summary>What a task does from now on.</summary>
    private void Stand(CauseWindow window, TaskStanding standing, int cpu, long time)
    {
        window.Standing = standing;
        if (standing is not (TaskStanding.OnCpu or TaskStanding.Runnable)) cpu = -1;
        if (standing == TaskStanding.Runnable && cpu < 0 && time < window.Target.End)
        {
            window.AssumedSince = Math.Max(time, window.Target.Start);
            // Without events that tell the queue, it is the one of the CPU that the task runs on in the end.
            if (window.Target.IsWait && !Tracker.TellsQueues && Tracker.Cpu(window.Target.Cpu) is not null) cpu = window.Target.Cpu;
            else _assumed.Enqueue((window, window.AssumedSince));
        }
        Watch(window, cpu);
    }

    /// <summary>An event tells the queue that a task has been in since it was woken.</summary>
    private void Tell(CauseWindow window, int cpu, long until)
    {
        var since = window.AssumedSince;
        window.AssumedSince = CallRecord.NoTime;
        if (window.Cpu >= 0)
        {
            // Assumed, and what the CPU did has been taken already.
            if (window.Cpu == cpu) return;
            Retract(window, since);
            return;
        }
        if (Tracker.Cpu(cpu) is null) return;
        foreach (var (occupant, end) in Cpu(cpu).History.Between(window.Cursor, Math.Min(until, window.Target.End)))
            Take(window, occupant, end);
    }

    /// <summary>What was taken after a point is not known to be so.</summary>
    private void Retract(CauseWindow window, long from)
    {
        if (from >= window.Cursor) return;
        foreach (var (occupant, end) in Cpu(window.Cpu).History.Between(Math.Max(from, window.Target.Start), window.Cursor))
        {
            window.Move(KeyOf(window, occupant), ShareKey.Unknown, end - Math.Max(from, window.Target.Start));
            from = end;
        }
    }

    private static void Take(CauseWindow window, in CpuOccupant occupant, long until)
    {
        if (until <= window.Cursor) return;
        if (window.Target.IsOfHandler) window.Own ??= occupant;
        window.Take(KeyOf(window, occupant), until, occupant.Kind == OccupantKind.Task ? occupant.Priority : CpuOccupant.NoPriority);
    }

    private static ShareKey KeyOf(CauseWindow window, in CpuOccupant occupant)
    {
        if (window.Own is { } own && own == occupant && own.Kind != OccupantKind.Unknown) return Running;
        return occupant.Kind switch
        {
            OccupantKind.HardIrq => new(CauseCategory.HardIrq, -1, occupant.Key, default),
            OccupantKind.SoftIrq => new(CauseCategory.SoftIrq, occupant.ProcessId, occupant.Key, default),
            OccupantKind.Idle when window.Standing != TaskStanding.OnCpu => new(CauseCategory.IdleExit, -1, 0, default),
            OccupantKind.Task when window.Target.IsOfTask && occupant.ProcessId == window.Target.ProcessId => Running,
            OccupantKind.Task when window.Standing != TaskStanding.OnCpu => new(CauseCategory.Task, occupant.ProcessId, 0, default),
            _ => ShareKey.Unknown,
        };
    }

    private ShareKey Blocked(in TaskWake wake, int syscall, int taskLock, int processId)
    {
        var reason = BlockReason.Of(wake, syscall, taskLock, Tracker.Names.Comm(processId), Tracker.Names, _syscalls);
        // The task that an interrupt interrupts has nothing to do with the wake-up.
        var waker = wake.Context is ExecutionContext.Task or ExecutionContext.Unknown ? wake.ProcessId : -1;
        return new ShareKey(CauseCategory.Blocked, waker, Tracker.Names.Key(Text.NameText.Encode(reason.Text)), wake.Context);
    }

    private void Watch(CauseWindow window, int cpu)
    {
        if (window.Cpu == cpu) return;
        if (window.Cpu >= 0) Cpu(window.Cpu).Remove(window);
        window.Cpu = cpu;
        if (cpu >= 0) Cpu(cpu).Add(window);
    }
}
