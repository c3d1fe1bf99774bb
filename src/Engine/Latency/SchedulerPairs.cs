using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Pairs the events of the scheduler: slices, idle time, preemptions and wake-ups.</summary>
internal sealed class SchedulerPairs(IntervalOutput output, SyscallPairs syscalls)
{
    // The longest name that is kept of a text that no kernel has written.
    private const int LongestName = 256;

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
        "sched_waking" => Wake(schema, Waking),
        "sched_wakeup" => Wake(schema, Wakeup),
        "sched_wakeup_new" => Wake(schema, WakeupNew),
        _ => null,
    };

    /// <summary>Events were lost on a CPU: what runs on it is not known.</summary>
    public void Lost(CpuState cpu)
    {
        // Adding a task replaces the states, so the index is found first. The idle tasks have none.
        if (cpu.Current > 0 && _tasks[cpu.Current] is var index) _tasks.States[index].IsOnCpu = false;
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
            if (prev < 0 || next < 0) return;
            var state = states.Of(body);
            if (state == SwitchState.Unknown) return;
            Name((int)prev, prevComm, body);
            Name((int)next, nextComm, body);
            Switch((int)prev, (int)next, state, record.Time, record.Cpu);
        };
    }

    /// <summary>A task is switched out, and another one in.</summary>
    public void Switch(int prev, int next, SwitchState state, long time, int number)
    {
        if (output.Cpu(number) is not { } cpu) return;
        // Adding a task moves the states, so both are found before either is used.
        var (from, to) = (prev != 0 ? _tasks[prev] : 0, next != 0 ? _tasks[next] : 0);
        EndSlice(cpu, prev, next, time, number);
        if (from == 0 && prev != 0 && state is SwitchState.Yielded or SwitchState.Preempted) _preempted.Ignore();
        if (from != 0) Leave(from, state, time, number);
        if (to != 0) Enter(to, time, number);
        cpu.Current = next;
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

    private void Leave(int index, SwitchState state, long time, int cpu)
    {
        ref var task = ref _tasks.States[index];
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

    private void Enter(int index, long time, int cpu)
    {
        ref var task = ref _tasks.States[index];
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
        if (task.Basis != IntervalBasis.Wakeup && task.WokenAt >= task.Wake.Start && task.WokenAt <= time)
            interval.Placement = task.WokenAt - task.Wake.Start;
        output.Emit(interval);
    }

    private delegate void WakeAction(int processId, in WakeEvent waker);

    private EventAction Wake(EventSchema schema, WakeAction action)
    {
        var (pid, comm) = (schema.Reader("pid"), schema.Reader("comm"));
        return (in EventRecord record) =>
        {
            if (!pid.TryNumber(record.Body, out var processId) || processId is < 0 or > int.MaxValue) return;
            Name((int)processId, comm, record.Body);
            action((int)processId, WakeEvent.Of(record));
        };
    }

    /// <summary>A <c>sched_waking</c>.</summary>
    public void Waking(int processId, in WakeEvent waker)
    {
        _hasWaking = true;
        StartWake(processId, waker, IntervalBasis.Waking);
    }

    /// <summary>A <c>sched_wakeup</c>.</summary>
    public void Wakeup(int processId, in WakeEvent waker)
    {
        if (!_hasWaking)
        {
            StartWake(processId, waker, IntervalBasis.Wakeup);
            return;
        }
        var index = _tasks[processId];
        ref var task = ref _tasks.States[index];
        if (!task.Wake.IsOpen) return;
        task.IsWoken = true;
        task.WokenAt = waker.Time;
        if (task.WasOnCpu && task.IsOnCpu && task.Basis != IntervalBasis.RaceRepaired) WakeRunning(ref task);
    }

    private void StartWake(int processId, in WakeEvent waker, IntervalBasis basis)
    {
        var index = _tasks[processId];
        if (index == 0)
        {
            _wakeup.Ignore();
            return;
        }
        ref var task = ref _tasks.States[index];
        if (task.Preempted.IsOpen && task.Preempted.Epoch == output.Losses)
        {
            _wakeup.Starts++;
            _wakeup.NoWait++;
            _wokenWhileQueued++;
            return;
        }
        _wakeup.Start(ref task.Wake, waker.Time, waker.Cpu, output.Losses);
        (task.Basis, task.IsWoken, task.WasOnCpu) = (basis, basis == IntervalBasis.Wakeup, task.IsOnCpu);
        (task.Waker, task.WakerContext, task.WokenAt) = (waker.ProcessId, waker.Context, long.MinValue);
        if (basis == IntervalBasis.Wakeup && task.IsOnCpu) WakeRunning(ref task);
    }

    private void WakeRunning(ref TaskState task)
    {
        if (_wakeup.Drop(ref task.Wake, output.Losses)) _wakeup.NoWait++;
        _wokenWhileRunning++;
    }

    private void WakeupNew(int processId, in WakeEvent waker)
    {
        var index = _tasks[processId];
        if (index == 0)
        {
            _new.Ignore();
            return;
        }
        ref var task = ref _tasks.States[index];
        if (_wakeup.Drop(ref task.Wake, output.Losses)) _wakeup.Superseded++;
        if (_preempted.Drop(ref task.Preempted, output.Losses)) _preempted.Superseded++;
        task.IsOnCpu = false;
        task.LastCpu = -1;
        syscalls.Forget(ref task);
        _new.Start(ref task.New, waker.Time, waker.Cpu, output.Losses);
        (task.Waker, task.WakerContext) = (waker.ProcessId, waker.Context);
    }

    /// <summary>Sets the name of a task if it has changed.</summary>
    private void Name(int processId, in FieldReader comm, ReadOnlySpan<byte> body)
    {
        // The idle tasks have no name.
        if (processId == 0 || _tasks[processId] is not (> 0 and var index)) return;
        ref var task = ref _tasks.States[index];
        ReadOnlySpan<byte> name = default;
        if (!comm.TryName(body, out var first, out var second))
        {
            name = comm.Text(body);
            if (name.Length > LongestName) name = name[..LongestName];
            Span<byte> padded = stackalloc byte[FieldReader.NameLength];
            padded.Clear();
            name[..Math.Min(name.Length, padded.Length)].CopyTo(padded);
            (first, second) = (MemoryMarshal.Read<ulong>(padded), MemoryMarshal.Read<ulong>(padded[8..]));
        }
        // A longer name, which no kernel has, is compared by the table of names.
        if (first == task.Comm && second == task.Comm2 && task.IsNamed && name.Length <= FieldReader.NameLength) return;
        (task.Comm, task.Comm2, task.IsNamed) = (first, second, true);
        output.Names.Name(processId, name.IsEmpty ? comm.Text(body) : name);
    }
}
