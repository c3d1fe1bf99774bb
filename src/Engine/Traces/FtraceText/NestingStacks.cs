using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The stacks of all tasks, and the task that runs on each CPU.</summary>
internal sealed class NestingStacks(bool hasCpu, CallNames names, FunctionGraphOutput output, TraceStatistics statistics)
{
    private readonly Dictionary<int, NestingStack> _byPid = new(new NumberComparer());

    // Indexed by CPU + 1; [0] is for text without CPUs.
    private CpuState[] _cpus = new CpuState[9];
    private int _lastSwitchCpu = -1;
    private int _mostTasks = Math.Min(1024, names.Budget.OpenTasks);

    private struct CpuState
    {
        public NestingStack? Current;
        public NestingStack? Idle;

        // How often the CPU has lost events. After a loss, it is not known which calls of its tasks are still open.
        public int Losses;
    }

    /// <summary>The stack of the task that a line belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NestingStack Of(in FunctionGraphToken token)
    {
        var current = Cpu(token.Cpu).Current;
        return current is not null && (token.Task == current.Task || token.Task == 0) ? current : SwitchTo(token.Cpu, token.Task);
    }

    /// <summary>The task that a line belongs to, without an effect on the stacks; 0 if not known.</summary>
    public int TaskOf(in FunctionGraphToken token) => token.Task != 0 ? token.Task : Cpu(token.Cpu).Current?.Task ?? 0;

    /// <summary>Handles a task switch.</summary>
    public void Switch(in FunctionGraphToken token)
    {
        NoteCpu(token.Cpu);
        var cpu = hasCpu ? token.Cpu : -1;
        ref var state = ref Cpu(cpu);
        // The calls before the first switch belong to the task that the CPU switches from.
        if (state.Current is { Pid: NestingStack.NoPid } unnamed)
        {
            if (names.Tasks[token.Operand].IsOthers) unnamed.Reset(output);
            else Name(unnamed, token.Operand, ref state);
        }
        SwitchTo(cpu, token.Task);
    }

    /// <summary>Handles a loss of events.</summary>
    public void Lose(int lossCpu)
    {
        ref var state = ref Cpu(hasCpu ? lossCpu : -1);
        state.Losses++;
        if (state.Current is { } current)
        {
            current.Reset(output);
            current.Losses = state.Losses;
        }
        NoteCpu(lossCpu);
    }

    /// <summary>Closes all calls at the end of the text.</summary>
    public void End()
    {
        foreach (var stack in _byPid.Values) stack.Reset(output);
        foreach (var cpu in _cpus)
        {
            cpu.Current?.Reset(output);
            cpu.Idle?.Reset(output);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref CpuState Cpu(int cpu)
    {
        var at = cpu + 1;
        if ((uint)at >= (uint)_cpus.Length) Array.Resize(ref _cpus, Math.Max(at + 1, _cpus.Length * 2));
        return ref _cpus[at];
    }

    private NestingStack SwitchTo(int cpu, int task)
    {
        ref var state = ref Cpu(cpu);
        if (task == 0) return state.Current = new NestingStack { Cpu = cpu, Losses = state.Losses };
        // The line names a task, but no switch did: it is not known whose calls the calls before it are, or when they return.
        if (state.Current is { Pid: NestingStack.NoPid } unnamed) unnamed.Reset(output);
        // The tasks beyond the budget have no stack that lasts: it could be that of any of them.
        if (names.Tasks[task].IsOthers) return state.Current = new NestingStack { Cpu = cpu, Losses = state.Losses, Task = task };
        var pid = names.Tasks[task].ProcessId;
        NestingStack? stack;
        if (state.Current is { } current && current.Pid == pid)
        {
            stack = current;
        }
        else if (pid == 0)
        {
            // Every CPU has its own idle task, and all of them have PID 0.
            stack = state.Idle ??= new NestingStack { Pid = 0, Cpu = cpu };
        }
        else if (!_byPid.TryGetValue(pid, out stack))
        {
            if (_byPid.Count >= _mostTasks) Forget();
            stack = new NestingStack { Pid = pid, Cpu = cpu, Losses = state.Losses };
            _byPid.Add(pid, stack);
        }
        // Its CPU has lost events since it ran last, and its calls can have returned in them.
        if (stack.Losses != Cpu(stack.Cpu).Losses) stack.Reset(output);
        (stack.Cpu, stack.Losses, stack.Task) = (cpu, state.Losses, task);
        return state.Current = stack;
    }

    /// <summary>
    /// Forgets the tasks without an open call. If the open calls of the others still take too much memory, they are closed
    /// without their durations: no kernel has that many.
    /// </summary>
    private void Forget()
    {
        var calls = _byPid.Values.Sum(stack => stack.IsEmpty ? 0L : stack.Capacity);
        if (_byPid.Values.Count(stack => !stack.IsEmpty) > names.Budget.OpenTasks / 2 || calls > names.Budget.OpenCalls)
        {
            foreach (var stack in _byPid.Values) stack.Reset(output);
            statistics.Warn("more calls are open at the same time than in any kernel, so durations and callers of some are missing");
        }
        foreach (var (pid, stack) in _byPid)
            if (stack.IsEmpty && Cpu(stack.Cpu).Current != stack)
                _byPid.Remove(pid);
        // Soon enough for deep stacks, and seldom enough for the search.
        _mostTasks = Math.Max(_byPid.Count + 1, Math.Min(names.Budget.OpenTasks, Math.Max(1024, _byPid.Count * 2)));
    }

    private void Name(NestingStack unnamed, int task, ref CpuState state)
    {
        var pid = names.Tasks[task].ProcessId;
        (unnamed.Pid, unnamed.Task) = (pid, task);
        if (pid == 0)
        {
            state.Idle?.Reset(output);
            state.Idle = unnamed;
        }
        else
        {
            if (_byPid.Remove(pid, out var older)) older.Reset(output);
            _byPid.Add(pid, unnamed);
        }
    }

    /// <summary>Warns if text without a column for the CPU comes from several CPUs, which only these lines show.</summary>
    private void NoteCpu(int cpu)
    {
        if (hasCpu) return;
        if (_lastSwitchCpu >= 0 && cpu != _lastSwitchCpu)
            statistics.Warn("the lines have no CPU (option nofuncgraph-cpu) but come from several CPUs, so a call can appear under a "
                + "caller on another CPU. Record with the options funcgraph-cpu and funcgraph-proc");
        _lastSwitchCpu = cpu;
    }
}
