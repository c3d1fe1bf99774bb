using System.Runtime.InteropServices;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads.Histories;

/// <summary>Makes the histories of tasks from what an <see cref="ActivityTracker"/> tells. docs/workloads.md has the
/// rules.</summary>
internal sealed class HistorySink : ActivitySink
{
    // A recording of a machine that starts programs all the time has tens of thousands.
    private const int MostTasks = 1 << 18;

    // NR_CPUS is at most 8,192.
    private const int MostCpus = 8192;

    private readonly Dictionary<int, TaskHistory> _tasks = [];
    private (CpuOccupant Occupant, long Since)[] _cpus = new (CpuOccupant, long)[16];
    private LatencyNames _names = new();
    private SyscallNames _syscalls = SyscallNames.None;
    private int _room = HistoryReading.MostActivations, _starting = -1, _starter = -1;

    /// <summary>The tasks by pid.</summary>
    public IReadOnlyDictionary<int, TaskHistory> Tasks => _tasks;

    /// <summary>Whether the time that is read is in the span that is wanted.</summary>
    public bool Counts { get; set; } = true;

    /// <summary>The begin of that span.</summary>
    public long From { get; set; } = long.MinValue;

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
        => (_names, _syscalls) = (names, SyscallNames.Of(context.Source.KernelRelease));

    /// <summary>Whether a number is that of <c>sched_setaffinity</c>.</summary>
    public bool IsSetAffinity(long number)
        => _syscalls.Name(number.ToString(System.Globalization.CultureInfo.InvariantCulture)) == "sched_setaffinity";

    /// <summary>The next change of a task is its first: another one has just created it.</summary>
    public void Starts(int processId, int by) => (_starting, _starter) = (processId, by);

    /// <summary>A task was created.</summary>
    public void Forked(int processId, int by, long time)
    {
        if (!Counts || History(processId) is not { } history) return;
        // A pid that was used before: the history goes on, as that of one task.
        history.ParentId = by;
        history.Start ??= time;
        history.End = null;
    }

    /// <summary>A task makes system calls, so it is none of the kernel's.</summary>
    public void IsUser(int processId)
    {
        if (processId > 0 && _tasks.TryGetValue(processId, out var history)) history.IsKernelThread = false;
    }

    /// <summary>A task ends.</summary>
    public void Exits(int processId, long time)
    {
        if (Counts && _tasks.TryGetValue(processId, out var history)) history.End = time;
    }

    /// <summary>The CPUs of a task are set.</summary>
    public void Pinned(int processId)
    {
        if (History(processId) is { } history) history.IsPinned = true;
    }

    /// <summary>The task issues a block request. Returns the number of its activation; −1 if it is not known.</summary>
    public int Requested(int processId)
    {
        if (History(processId) is not { Current: >= 0 } history) return -1;
        CollectionsMarshal.AsSpan(history.Activations)[history.Current].Requests++;
        return history.Current;
    }

    /// <summary>The history of a task, which is added if it is new; null if it is no task or if there are too many.</summary>
    public TaskHistory? History(int processId)
    {
        if (processId <= 0) return null;
        if (_tasks.TryGetValue(processId, out var history)) return history;
        if (_tasks.Count >= MostTasks) return null;
        _tasks.Add(processId, history = new TaskHistory { ProcessId = processId });
        return history;
    }

    /// <inheritdoc/>
    public override void CpuChanged(int cpu, in CpuOccupant before, in CpuOccupant after, long time, long knownUntil)
    {
        if ((uint)cpu >= MostCpus) return;
        if (cpu >= _cpus.Length) Array.Resize(ref _cpus, Math.Max(cpu + 1, _cpus.Length * 2));
        Charge(cpu, Math.Min(knownUntil, time));
        _cpus[cpu] = (after, time);
        if (after.Kind == OccupantKind.Task && after.Priority != CpuOccupant.NoPriority
            && History(after.ProcessId) is { } history)
            history.Priority = after.Priority;
    }

    /// <inheritdoc/>
    public override void TaskChanged(in TaskChange change)
    {
        if (History(change.ProcessId) is not { } history) return;
        var isNew = change.ProcessId == _starting && change.After == TaskStanding.Runnable;
        if (change.Before == TaskStanding.OnCpu) Leave(history, change);
        if (isNew || IsWake(change)) Wake(history, change, isNew);
        if (isNew) _starting = -1;
        switch (change.After)
        {
            case TaskStanding.OnCpu:
                Run(history, change);
                break;
            case TaskStanding.Blocked:
                End(history, change);
                break;
            case TaskStanding.Gone:
                End(history, change);
                if (Counts) history.End ??= change.Time;
                break;
            case TaskStanding.Unknown:
                Doubt(history);
                break;
        }
    }

    /// <summary>The last change has come.</summary>
    /// <param name="tracker">What told the changes.</param>
    /// <param name="last">The time of the last event.</param>
    public void Complete(ActivityTracker tracker, long last)
    {
        for (var cpu = 0; cpu < _cpus.Length; cpu++)
            if (last != CallRecord.NoTime) Charge(cpu, last);
        foreach (var history in _tasks.Values)
        {
            history.Comm = tracker.Names.Comm(history.ProcessId);
            history.IsKernelThread ??= KernelThreads.Is(history.Comm, history.ProcessId, history.ParentId);
            if (history.Current >= 0 && Current(history).End == CallRecord.NoTime) Current(history).IsUncertain = true;
        }
    }

    private static bool IsWake(in TaskChange change)
        => change is { After: TaskStanding.Runnable, IsPreemption: false, IsMigration: false }
            // Woken on its way to sleep, it is runnable when it has left the CPU.
            && (change.Before == TaskStanding.OnCpu || (change.Wake.Time == change.Time
                // A sched_wakeup only tells the queue. Woken twice, the task must have run in between, which was not seen.
                && (change.Before != TaskStanding.Runnable || change.KnownUntil < change.Time)));

    private static ref Activation Current(TaskHistory history)
        => ref CollectionsMarshal.AsSpan(history.Activations)[history.Current];

    /// <summary>The task has run until now.</summary>
    private void Leave(TaskHistory history, in TaskChange change)
    {
        if (history.OnCpu >= 0 && _cpus[history.OnCpu].Occupant is { Kind: OccupantKind.Task } task
            && task.ProcessId == history.ProcessId)
            Charge(history.OnCpu, Math.Min(change.KnownUntil, change.Time));
        history.OnCpu = -1;
    }

    private void Wake(TaskHistory history, in TaskChange change, bool isNew)
    {
        if (change.Before == TaskStanding.OnCpu) End(history, change);
        var wake = change.Wake;
        var reason = BlockReason.Of(wake, change.Syscall, change.Lock, _names.Comm(history.ProcessId), _names, _syscalls);
        if (history.Current >= 0)
        {
            ref var before = ref Current(history);
            before.Block = reason.Kind;
            // Woken again while it waited, or after a loss: its end was not seen.
            if (before.End == CallRecord.NoTime) before.IsUncertain = true;
        }
        var trigger = isNew ? ActivationTrigger.Start : Trigger(wake);
        var by = isNew ? _starter : trigger == ActivationTrigger.Task ? wake.ProcessId : -1;
        if (isNew) (history.ParentId, history.Start) = (history.ParentId ?? (by > 0 ? by : null), history.Start ?? change.Time);
        var doubt = change.KnownUntil < change.Time;
        if (!Begin(history, change.Time, trigger, by, doubt, doubt)) return;
        history.WaitsSince = change.Time;
        if (by <= 0 || !_tasks.TryGetValue(by, out var waker)) return;
        if (waker.OnCpu >= 0) Charge(waker.OnCpu, change.Time);
        if (waker.Current < 0) return;
        ref var current = ref Current(history);
        (current.WakerActivation, current.WakerRun) = (waker.Current, Current(waker).Run);
    }

    private static ActivationTrigger Trigger(in TaskWake wake)
    {
        if (wake.Device != 0) return ActivationTrigger.Io;
        if (wake.Timer != 0) return ActivationTrigger.Timer;
        if (wake.By.Kind is OccupantKind.HardIrq or OccupantKind.SoftIrq
            || wake.Context is ExecutionContext.HardIrq or ExecutionContext.SoftIrq or ExecutionContext.Nmi)
            return ActivationTrigger.Interrupt;
        return wake.ProcessId > 0 ? ActivationTrigger.Task : ActivationTrigger.Unknown;
    }

    private void Run(TaskHistory history, in TaskChange change)
    {
        history.OnCpu = change.Cpu;
        if (Counts)
        {
            if (change.Cpu >= 0) history.Cpus.Add(change.Cpu);
            if (history.LastCpu >= 0 && history.LastCpu != change.Cpu) history.Migrations++;
        }
        history.LastCpu = change.Cpu;
        // It ran before the recording began, or its wake-up was lost.
        var isLost = change.Before != TaskStanding.Unknown || change.KnownUntil < change.Time;
        if (history.Activations.Count == 0 && history.NotKept == 0)
            Begin(history, change.Time, ActivationTrigger.Unknown, -1, isUncertain: true, isLost: false);
        else if (change.Before is TaskStanding.Blocked or TaskStanding.Gone or TaskStanding.Unknown)
            Begin(history, change.Time, ActivationTrigger.Unknown, -1, isUncertain: true, isLost);
        else if (history.Current >= 0 && history.WaitsSince != CallRecord.NoTime)
            Current(history).Wait = change.Time - history.WaitsSince;
        history.WaitsSince = CallRecord.NoTime;
    }

    private static void End(TaskHistory history, in TaskChange change)
    {
        if (history.Current < 0) return;
        ref var current = ref Current(history);
        if (current.End != CallRecord.NoTime) return;
        if (change.Before != TaskStanding.OnCpu
            || change.KnownUntil < change.Time) (current.IsUncertain, current.IsLost) = (true, true);
        current.End = change.Time;
    }

    private static void Doubt(TaskHistory history)
    {
        if (history.Current >= 0) (Current(history).IsUncertain, Current(history).IsLost) = (true, true);
    }

    private bool Begin(TaskHistory history, long time, ActivationTrigger trigger, int by, bool isUncertain, bool isLost)
    {
        history.Current = -1;
        if (!Counts) return false;
        // The first one of which the begin is not known is no wake-up.
        var isWake = trigger != ActivationTrigger.Unknown || !isUncertain;
        if (isWake) history.Wakeups++;
        if (history.Activations.Count >= HistoryReading.MostOfTask || _room == 0)
        {
            history.NotKept++;
            if (isWake) history.NotKeptWakeups++;
            return false;
        }
        _room--;
        history.Current = history.Activations.Count;
        history.Activations.Add(new Activation
        {
            Time = time, End = CallRecord.NoTime, Wait = -1, WakerId = by, WakerActivation = -1, Trigger = trigger,
            IsUncertain = isUncertain, IsLost = isLost, IsWake = isWake,
        });
        return true;
    }

    /// <summary>Gives the time of a CPU up to now to the task on it.</summary>
    private void Charge(int cpu, long until)
    {
        if (cpu >= _cpus.Length) return;
        ref var state = ref _cpus[cpu];
        var length = until - Math.Max(state.Since, From);
        if (length <= 0) return;
        state.Since = until;
        if (state.Occupant.Kind != OccupantKind.Task || !Counts || History(state.Occupant.ProcessId) is not { } history) return;
        history.Run += length;
        if (history.Current < 0 && history.NotKept == 0)
            Begin(history, until - length, ActivationTrigger.Unknown, -1, isUncertain: true, isLost: false);
        if (history.Current >= 0) Current(history).Run += length;
        else history.NotKeptRun += length;
    }
}
