using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Pairs the events of the scheduler: slices, idle time, preemptions and wake-ups.</summary>
internal sealed class SchedulerPairs(IntervalOutput output, SyscallPairs syscalls)
{
    private readonly IntervalAccount _onCpu = output.Account(IntervalKind.OnCpu);
    private readonly IntervalAccount _idle = output.Account(IntervalKind.Idle);
    private readonly IntervalAccount _preempted = output.Account(IntervalKind.Preempted);
    private readonly IntervalAccount _wakeup = output.Account(IntervalKind.Wakeup);
    private readonly IntervalAccount _new = output.Account(IntervalKind.WakeupNew);
    private readonly TaskTable _tasks = output.Tasks;
    private long _yields, _preemptions, _raced, _wokenWhileRunning, _wokenWhileQueued;
    private bool _hasWaking;

    /// <summary>What the events of a schema do; null if they are no events of the scheduler.</summary>
    public EventAction? ActionOf(EventSchema schema) => schema.Name switch
    {
        "sched_switch" => Switch(schema),
        "sched_waking" => Wake(schema, _wakeup, Waking),
        "sched_wakeup" => Wake(schema, _wakeup, Wakeup),
        "sched_wakeup_new" => Wake(schema, _new, WakeupNew),
        _ => null,
    };

    /// <summary>Events were lost on a CPU: what runs on it is not known.</summary>
    public void Lost(CpuState cpu)
    {
        if (cpu.Current >= 0) _tasks.States[_tasks[cpu.Current]].IsOnCpu = false;
        cpu.Current = -1;
    }

    /// <summary>The recording has ended.</summary>
    public void Close()
    {
        foreach (var (_, cpu) in output.Cpus())
            (cpu.SlicePid != 0 ? _onCpu : _idle).Close(ref cpu.Slice, cpu.Losses);
        foreach (ref var task in _tasks.All)
        {
            _wakeup.Close(ref task.Wake, output.Losses);
            _preempted.Close(ref task.Preempted, output.Losses);
            _new.Close(ref task.New, output.Losses);
        }
        _preempted.AddPart("starts_R", _yields);
        _preempted.AddPart("starts_Rplus", _preemptions);
        _wakeup.AddPart("raced", _raced);
        _wakeup.AddPart("woken_while_running", _wokenWhileRunning);
        _wakeup.AddPart("woken_while_queued", _wokenWhileQueued);
    }

    private EventAction Switch(EventSchema schema)
    {
        var (prevPid, nextPid) = (schema.Reader("prev_pid"), schema.Reader("next_pid"));
        var (prevComm, nextComm) = (schema.Reader("prev_comm"), schema.Reader("next_comm"));
        var states = new SwitchStates(schema);
        return (in EventRecord record) =>
        {
            var body = record.Body;
            if (!prevPid.TryNumber(body, out var prev) || !nextPid.TryNumber(body, out var next)) return;
            if (prev < 0 || next < 0 || output.Cpu(record.Cpu) is not { } cpu) return;
            var state = states.Of(body);
            if (state == SwitchState.Unknown) return;
            // Adding a task moves the states, so both are found before either is used.
            var (from, to) = (prev != 0 ? _tasks[(int)prev] : 0, next != 0 ? _tasks[(int)next] : 0);
            EndSlice(cpu, (int)prev, (int)next, record.Time, record.Cpu);
            if (from == 0 && prev != 0 && state is SwitchState.Yielded or SwitchState.Preempted) _preempted.Ignore();
            if (from != 0) Leave(from, prevComm.Text(body), state, record.Time, record.Cpu);
            if (to != 0) Enter(to, nextComm.Text(body), record.Time, record.Cpu);
            cpu.Current = (int)next;
        };
    }

    private void EndSlice(CpuState cpu, int prev, int next, long time, int number)
    {
        var account = prev != 0 ? _onCpu : _idle;
        if (cpu.Slice.IsOpen && cpu.SlicePid != prev)
        {
            var other = cpu.SlicePid != 0 ? _onCpu : _idle;
            if (other.Drop(ref cpu.Slice, cpu.Losses)) other.Mismatched++;
            account.Ends++;
            account.UnmatchedEnds++;
        }
        else if (account.End(ref cpu.Slice, time, cpu.Losses))
        {
            var slice = IntervalRecord.Of(prev != 0 ? IntervalKind.OnCpu : IntervalKind.Idle, cpu.Slice, time, number);
            slice.ProcessId = prev;
            output.Emit(slice);
        }
        (next != 0 ? _onCpu : _idle).Start(ref cpu.Slice, time, number, cpu.Losses);
        cpu.SlicePid = next;
    }

    private void Leave(int index, ReadOnlySpan<byte> comm, SwitchState state, long time, int cpu)
    {
        ref var task = ref _tasks.States[index];
        SetComm(ref task, comm);
        task.IsOnCpu = false;
        task.LastCpu = cpu;
        if (task.Wake.IsOpen)
        {
            if (state == SwitchState.Sleeps && task.Basis != IntervalBasis.Wakeup && !task.IsWoken)
            {
                // The waker was faster than the task on its way to sleep: it did not wait while it still ran.
                task.Basis = IntervalBasis.RaceRepaired;
                (task.Wake.Start, task.Wake.Cpu) = (time, cpu);
            }
            else if (_wakeup.Drop(ref task.Wake, output.Losses))
            {
                _wakeup.NoWait++;
            }
        }
        if (state is SwitchState.Yielded or SwitchState.Preempted)
        {
            _preempted.Start(ref task.Preempted, time, cpu, output.Losses);
            if (state == SwitchState.Preempted) _preemptions++;
            else _yields++;
        }
        else if (_preempted.Drop(ref task.Preempted, output.Losses))
        {
            _preempted.Superseded++;
        }
        if (task.IsInSyscall) syscalls.Leave(index, time, state != SwitchState.Sleeps);
    }

    private void Enter(int index, ReadOnlySpan<byte> comm, long time, int cpu)
    {
        ref var task = ref _tasks.States[index];
        SetComm(ref task, comm);
        if (task.IsInSyscall) syscalls.Enter(index, time, task.Wake.IsOpen ? task.Wake.Start : long.MinValue);
        if (task.Wake.IsOpen) EndWake(ref task, time, cpu);
        if (task.New.IsOpen && _new.End(ref task.New, time, output.Losses))
        {
            var interval = IntervalRecord.Of(IntervalKind.WakeupNew, task.New, time, cpu);
            interval.ProcessId = task.ProcessId;
            interval.Waker = task.Waker;
            interval.WakerContext = task.WakerContext;
            output.Emit(interval);
        }
        if (task.Preempted.IsOpen && _preempted.End(ref task.Preempted, time, output.Losses))
        {
            var interval = IntervalRecord.Of(IntervalKind.Preempted, task.Preempted, time, cpu);
            interval.ProcessId = task.ProcessId;
            interval.PreviousCpu = task.Preempted.Cpu;
            output.Emit(interval);
        }
        task.IsOnCpu = true;
        task.LastCpu = cpu;
    }

    private void EndWake(ref TaskState task, long time, int cpu)
    {
        if (task.Basis == IntervalBasis.RaceRepaired && task.Wake.Epoch == output.Losses) _raced++;
        if (!_wakeup.End(ref task.Wake, time, output.Losses)) return;
        var interval = IntervalRecord.Of(IntervalKind.Wakeup, task.Wake, time, cpu);
        interval.ProcessId = task.ProcessId;
        interval.Basis = task.Basis;
        interval.Waker = task.Waker;
        interval.WakerContext = task.WakerContext;
        interval.PreviousCpu = task.LastCpu;
        if (task.Basis != IntervalBasis.Wakeup && task.WokenAt >= task.Wake.Start) interval.Placement = task.WokenAt - task.Wake.Start;
        output.Emit(interval);
    }

    private delegate void WakeAction(ref TaskState task, in EventRecord record);

    private EventAction Wake(EventSchema schema, IntervalAccount account, WakeAction action)
    {
        var (pid, comm) = (schema.Reader("pid"), schema.Reader("comm"));
        return (in EventRecord record) =>
        {
            if (!pid.TryNumber(record.Body, out var processId) || processId is < 0 or > int.MaxValue) return;
            var index = _tasks[(int)processId];
            if (index == 0)
            {
                account.Ignore();
                return;
            }
            ref var task = ref _tasks.States[index];
            SetComm(ref task, comm.Text(record.Body));
            action(ref task, record);
        };
    }

    private void Waking(ref TaskState task, in EventRecord record)
    {
        _hasWaking = true;
        StartWake(ref task, record, IntervalBasis.Waking);
    }

    private void StartWake(ref TaskState task, in EventRecord record, IntervalBasis basis)
    {
        if (task.Preempted.IsOpen && task.Preempted.Epoch == output.Losses)
        {
            _wakeup.Starts++;
            _wakeup.NoWait++;
            _wokenWhileQueued++;
            return;
        }
        _wakeup.Start(ref task.Wake, record.Time, record.Cpu, output.Losses);
        (task.Basis, task.IsWoken, task.WasOnCpu) = (basis, basis == IntervalBasis.Wakeup, task.IsOnCpu);
        (task.Waker, task.WakerContext, task.WokenAt) = (record.ProcessId, record.Context, long.MinValue);
        if (basis == IntervalBasis.Wakeup && task.IsOnCpu) WakeRunning(ref task);
    }

    private void Wakeup(ref TaskState task, in EventRecord record)
    {
        if (!_hasWaking)
        {
            StartWake(ref task, record, IntervalBasis.Wakeup);
            return;
        }
        if (!task.Wake.IsOpen) return;
        task.IsWoken = true;
        task.WokenAt = record.Time;
        if (task.WasOnCpu && task.IsOnCpu && task.Basis != IntervalBasis.RaceRepaired) WakeRunning(ref task);
    }

    private void WakeRunning(ref TaskState task)
    {
        if (_wakeup.Drop(ref task.Wake, output.Losses)) _wakeup.NoWait++;
        _wokenWhileRunning++;
    }

    private void WakeupNew(ref TaskState task, in EventRecord record)
    {
        if (_wakeup.Drop(ref task.Wake, output.Losses)) _wakeup.Superseded++;
        if (_preempted.Drop(ref task.Preempted, output.Losses)) _preempted.Superseded++;
        task.IsOnCpu = false;
        task.LastCpu = -1;
        syscalls.Forget(ref task);
        _new.Start(ref task.New, record.Time, record.Cpu, output.Losses);
        (task.Waker, task.WakerContext) = (record.ProcessId, record.Context);
    }

    /// <summary>Sets the name of a task if it has changed.</summary>
    private void SetComm(ref TaskState task, ReadOnlySpan<byte> comm)
    {
        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        comm[..Math.Min(comm.Length, 16)].CopyTo(padded);
        var (first, second) = (MemoryMarshal.Read<ulong>(padded), MemoryMarshal.Read<ulong>(padded[8..]));
        if (first == task.Comm && second == task.Comm2 && task.IsNamed) return;
        (task.Comm, task.Comm2, task.IsNamed) = (first, second, true);
        output.Names.Name(task.ProcessId, comm);
    }
}
