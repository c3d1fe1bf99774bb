using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Paths;

/// <summary>
/// Walks backwards from the end of a span to its begin, and from each wake-up on in what woke the task. docs/critical-path.md has
/// the rules.
/// </summary>
/// <param name="history">What tasks and CPUs did.</param>
internal sealed class PathWalk(ActivityHistory history)
{
    /// <summary>How many wakers of wakers are followed.</summary>
    public const int Deepest = 64;

    private readonly List<PathStep> _steps = [];
    private readonly Frame[] _frames = new Frame[Deepest + 1];
    private int _depth = -1;
    // Everything later than this is explained.
    private long _time;

    /// <summary>A task that is followed.</summary>
    private struct Frame
    {
        public int ProcessId;
        public int Task;
        public long From;
    }

    /// <summary>The parts of the path of a task in time order. They cover the span without gap or overlap.</summary>
    public List<PathStep> Of(int processId, long since, long until)
    {
        _steps.Clear();
        (_time, _depth) = (until, -1);
        if (until > since) Push(processId, since);
        while (_depth >= 0)
        {
            // Each turn explains some time, or goes to a waker that is not on the way yet.
            if (_time <= _frames[_depth].From) _depth--;
            else Turn(_frames[_depth]);
        }
        _steps.Reverse();
        return _steps;
    }

    private void Push(int processId, long from)
        => _frames[++_depth] = new Frame { ProcessId = processId, Task = history.IndexOf(processId), From = from };

    private void Turn(in Frame frame)
    {
        var at = history.Before(frame.Task, _time);
        if (at < 0)
        {
            Add(PathState.Unknown, frame.From, frame.ProcessId);
            return;
        }
        ref readonly var point = ref history.Tasks[at];
        var hasNext = history.HasNext(frame.Task, at);
        var known = hasNext ? history.Tasks[at + 1].KnownUntil : history.KnownUntil(point);
        var from = Math.Max(point.Time, frame.From);
        if (known < _time) Add(PathState.Unknown, Math.Max(known, from), frame.ProcessId);
        if (_time <= from) return;
        switch (point.Standing)
        {
            case TaskStanding.OnCpu: Run(frame.ProcessId, point.Cpu, from); break;
            case TaskStanding.Runnable: Wait(frame, at, from); break;
            case TaskStanding.Blocked: Sleep(frame, at, from); break;
            case TaskStanding.Gone: Add(PathState.Unknown, from, frame.ProcessId, reason: PathReason.Ended); break;
            default: Add(PathState.Unknown, from, frame.ProcessId); break;
        }
    }

    private void Run(int processId, int cpu, long from)
    {
        var at = history.CpuBefore(cpu, _time);
        while (_time > from)
        {
            var occupant = Occupant(cpu, ref at, from, out var start);
            if (occupant.Kind == OccupantKind.HardIrq)
                Add(PathState.HardIrq, start, -1, cpu, PathReason.Key, occupant.Key);
            else if (occupant is { Kind: OccupantKind.SoftIrq, ProcessId: 0 })
                Add(PathState.SoftIrq, start, -1, cpu, PathReason.Key, occupant.Key);
            else if (occupant.Kind == OccupantKind.SoftIrq)
                Add(PathState.Running, start, processId, cpu, PathReason.Key, occupant.Key);
            else Add(PathState.Running, start, processId, cpu);
        }
    }

    private void Wait(in Frame frame, int at, long from)
    {
        var cpu = history.Tasks[at].Cpu;
        // Until the queue is chosen, it waits for what is on that CPU.
        if (cpu < 0 && history.HasNext(frame.Task, at) && history.Tasks[at + 1] is var next
            && next.Standing is TaskStanding.Runnable or TaskStanding.OnCpu)
            cpu = next.Cpu;
        if (cpu < 0)
        {
            Add(PathState.Waiting, from, frame.ProcessId);
            return;
        }
        var position = history.CpuBefore(cpu, _time);
        while (_time > from)
        {
            var occupant = Occupant(cpu, ref position, from, out var start);
            var (reason, id) = occupant.Kind switch
            {
                OccupantKind.Idle => (PathReason.Idle, 0),
                OccupantKind.Task when occupant.ProcessId != frame.ProcessId => (PathReason.Task, occupant.ProcessId),
                OccupantKind.HardIrq or OccupantKind.SoftIrq => (PathReason.Key, occupant.Key),
                _ => (PathReason.None, 0),
            };
            Add(PathState.Waiting, start, frame.ProcessId, cpu, reason, id);
        }
    }

    /// <summary>What occupied a CPU directly before <see cref="_time"/>, and since when.</summary>
    private CpuOccupant Occupant(int cpu, ref int at, long from, out long start)
    {
        if (at < 0)
        {
            start = from;
            return CpuOccupant.Unknown;
        }
        var point = history.Cpus[at];
        start = Math.Max(point.Time, from);
        var (first, end) = history.Cpus.Of(cpu);
        if (at + 1 < end && history.Cpus[at + 1].KnownUntil is var known && known < _time && _time > start)
        {
            start = Math.Max(known, start);
            if (start < _time) return CpuOccupant.Unknown;
        }
        at = at > first ? at - 1 : -1;
        return point.Occupant;
    }

    private void Sleep(in Frame frame, int at, long from)
    {
        var hasNext = history.HasNext(frame.Task, at);
        if (!hasNext || history.Tasks[at + 1] is not { Wake: >= 0 and var index } next || next.KnownUntil < next.Time)
        {
            Block(frame.ProcessId, at, from);
            return;
        }
        var wake = history.Wake(index);
        if (Waker(wake) is (> 0 and var waker))
        {
            if (CanFollow(waker)) Push(waker, from);
            else Block(frame.ProcessId, at, from);
            return;
        }
        if (wake.By.Kind is OccupantKind.HardIrq or OccupantKind.SoftIrq && wake.Since != CallRecord.NoTime && wake.Since < _time)
            Add(wake.By.Kind == OccupantKind.HardIrq ? PathState.HardIrq : PathState.SoftIrq, Math.Max(wake.Since, from), -1,
                wake.Cpu, PathReason.Key, wake.By.Key, 1);
        if (_time > from) BeforeHandler(frame.ProcessId, at, from, wake);
    }

    /// <summary>Explains the time before the handler that woke a task.</summary>
    private void BeforeHandler(int processId, int at, long from, in TaskWake wake)
    {
        if (wake.Device != 0)
        {
            var issued = wake.IssuedAt == CallRecord.NoTime ? from : Math.Max(wake.IssuedAt, from);
            if (issued < _time) Add(PathState.Device, issued, -1, -1, PathReason.Key, wake.Device, 1);
            if (_time <= from) return;
            if (wake.Issuer > 0 && CanFollow(wake.Issuer)) Push(wake.Issuer, from);
            else Block(processId, at, from);
        }
        else if (wake.Timer != 0) Add(PathState.Blocked, from, processId, reason: PathReason.Timer);
        else if (wake.By.Kind == OccupantKind.HardIrq)
            Add(PathState.Blocked, from, processId, reason: PathReason.HardIrq, id: wake.By.Key);
        else if (wake.By.Kind == OccupantKind.SoftIrq)
            Add(PathState.Blocked, from, processId, reason: PathReason.SoftIrq, id: wake.By.Key);
        else if (wake.Context is ExecutionContext.HardIrq or ExecutionContext.Nmi)
            Add(PathState.Blocked, from, processId, reason: PathReason.HardIrq);
        else if (wake.Context == ExecutionContext.SoftIrq)
            Add(PathState.Blocked, from, processId, reason: PathReason.SoftIrq);
        else Block(processId, at, from);
    }

    private void Block(int processId, int at, long from)
    {
        var point = history.Tasks[at];
        if (point.Lock != 0) Add(PathState.Blocked, from, processId, reason: PathReason.Lock, id: point.Lock);
        else if (point.Syscall != 0) Add(PathState.Blocked, from, processId, reason: PathReason.Syscall, id: point.Syscall);
        else Add(PathState.Blocked, from, processId);
    }

    /// <summary>The task that woke another one, also a thread that handles softirqs; 0 if it was a handler or is not known.</summary>
    private int Waker(in TaskWake wake)
    {
        switch (wake.By.Kind)
        {
            case OccupantKind.SoftIrq: return wake.By.ProcessId;
            case OccupantKind.HardIrq: return 0;
        }
        var processId = wake.ProcessId >= 0 ? wake.ProcessId : wake.By.ProcessId;
        if (wake.Context is ExecutionContext.Task or ExecutionContext.Unknown) return processId;
        return wake.Context == ExecutionContext.SoftIrq && history.Names.Comm(processId) is { } comm
            && (comm.StartsWith("ksoftirqd/", StringComparison.Ordinal) || comm.StartsWith("ktimers/", StringComparison.Ordinal))
            ? processId : 0;
    }

    /// <summary>A task that is on the way already sleeps at this time, so following it would lead in a circle.</summary>
    private bool CanFollow(int processId)
    {
        if (_depth >= Deepest) return false;
        for (var i = _depth; i >= 0; i--)
            if (_frames[i].ProcessId == processId)
                return false;
        return true;
    }

    /// <summary>Adds the part that ends where the last one begins.</summary>
    private void Add(
        PathState state, long from, int processId, int cpu = -1, PathReason reason = PathReason.None, int id = 0, int deeper = 0)
    {
        var step = new PathStep
        {
            From = from, To = _time, Depth = _depth + deeper, ProcessId = processId, Cpu = cpu, State = state, Reason = reason, Id = id,
        };
        _time = from;
        if (step.To <= step.From) return;
        if (_steps.Count > 0 && _steps[^1].IsSame(step)) System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_steps)[^1].From = from;
        else _steps.Add(step);
    }
}
