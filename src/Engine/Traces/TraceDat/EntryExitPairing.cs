using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Pairs the entries and exits of the function_graph tracer to calls. The caller follows from the depth that the tracer records,
/// per task and across the CPUs it runs on; the durations come from the exits.
/// </summary>
/// <remarks>
/// After lost events nothing is guessed: a task last seen on a CPU that lost events may have left the functions it was in, so its
/// next entry has no caller, unless an exit proves that the task was still inside. The stack of the task that ran on the CPU when
/// it lost events is unknown until its open calls have returned; the stacks of tasks that were switched out stay.
/// </remarks>
/// <param name="buffers">The number of buffer instances.</param>
/// <param name="isCallTimeComparable">Whether the times in exits are those of the events' clock.</param>
/// <param name="stacks">Takes the stack of each call; null if stacks are not needed.</param>
/// <param name="calls">Takes the calls.</param>
/// <param name="budget">How many tasks and open calls are kept.</param>
internal sealed class EntryExitPairing(
    int buffers, bool isCallTimeComparable, StackTree? stacks, ICallHolder calls, StateBudget budget)
{
    // The kernel's own stack of return addresses is much smaller (FTRACE_RETFUNC_DEPTH was 50; SHADOW_STACK_SIZE is a page).
    private const int DeepestStack = 4096;

    // 36 years. A longer duration is damage, and sums of them would overflow.
    private const long LongestCall = 1L << 60;

    private readonly Dictionary<long, FunctionGraphStack>[] _tasks =
        [.. Enumerable.Range(0, buffers).Select(_ => new Dictionary<long, FunctionGraphStack>(new NumberComparer()))];
    private readonly Leaf[] _last = new Leaf[buffers];
    private int _mostTasks = Math.Min(1024, budget.OpenTasks);

    // The stack of the task that runs on each CPU, by buffer and CPU.
    private readonly FunctionGraphStack?[][] _running = [.. Enumerable.Range(0, buffers).Select(_ => new FunctionGraphStack?[8])];

    /// <summary>
    /// Exits that do not end a leaf, by CPU: <c>trace-cmd report</c> shows the entry and the exit of a leaf as one event.
    /// </summary>
    public Dictionary<int, long> Exits { get; } = new(new NumberComparer());

    /// <summary>Whether an entry of the function_graph tracer was met.</summary>
    public bool HasEntries { get; private set; }

    /// <summary>The exits that end a leaf.</summary>
    public long LeafExits { get; private set; }

    /// <summary>The calls whose stack is not completely known.</summary>
    public long NotPlaced { get; private set; }

    /// <summary>The losses.</summary>
    public FunctionGraphLosses Losses { get; } = new(buffers);

    /// <summary>An entry that may be a leaf: its exit may be the next record.</summary>
    private struct Leaf
    {
        public bool IsOpen;
        public int Function;
        public int Pid;
        public int Cpu;
    }

    /// <summary>Adds the next record in the order of the merge.</summary>
    public void Add(in FunctionGraphRecord record, int buffer, int cpu)
    {
        if (record.Kind == FunctionGraphRecordKind.Lost)
        {
            Losses.Add(buffer, cpu, record.Lost);
            if (Running(buffer, cpu) is { } running) running.Cleared = running.Count;
            return;
        }
        ref var last = ref _last[buffer];
        var endsLeaf = last.IsOpen && record.Kind == FunctionGraphRecordKind.Exit
            && last.Cpu == cpu && last.Pid == record.Pid && last.Function == record.Function;
        Losses.Count(buffer, cpu, endsLeaf);
        last.IsOpen = record.Kind == FunctionGraphRecordKind.Entry;
        if (record.Kind == FunctionGraphRecordKind.Entry)
        {
            HasEntries = true;
            (last.Function, last.Pid, last.Cpu) = (record.Function, record.Pid, cpu);
            Enter(in record, Stack(in record, buffer, cpu), cpu);
        }
        else if (record.Kind == FunctionGraphRecordKind.Exit)
        {
            if (endsLeaf) LeafExits++;
            else Exits[cpu] = Exits.GetValueOrDefault(cpu) + 1;
            Exit(in record, Stack(in record, buffer, cpu));
        }
        else if (record.Kind == FunctionGraphRecordKind.Call)
        {
            NotPlaced++;
            var call = calls.Open(Call(in record, cpu, record.Caller, CallRecord.NoDepth, StackTree.None));
            calls.Close(call, CallRecord.NoDuration, CallRecord.NoDuration);
        }
    }

    /// <summary>Notes an event that is neither an entry nor an exit: an exit after it ends no leaf.</summary>
    public void AddOther(int buffer, int cpu)
    {
        Losses.Count(buffer, cpu, endsLeaf: false);
        _last[buffer].IsOpen = false;
    }

    /// <summary>Passes on the calls that are still open.</summary>
    public void Finish()
    {
        Losses.Finish();
        PassOnOpen();
    }

    private void PassOnOpen()
    {
        foreach (var tasks in _tasks)
            foreach (var stack in tasks.Values)
                for (var i = 0; i < stack.Count; i++)
                    calls.Close(stack.Frames[i].Call, CallRecord.NoDuration, CallRecord.NoDuration);
    }

    private static CallRecord Call(in FunctionGraphRecord record, int cpu, int caller, int depth, int stack) => new()
    {
        Time = (long)record.Time,
        Duration = CallRecord.NoDuration,
        SelfDuration = CallRecord.NoDuration,
        Function = record.Function,
        Caller = caller,
        Task = record.Task,
        Cpu = cpu,
        Stack = stack,
        Depth = (short)Math.Min(depth, short.MaxValue),
        Context = record.Context,
    };

    private void Enter(in FunctionGraphRecord record, FunctionGraphStack stack, int cpu)
    {
        // Without a depth in the record, the number of open calls is the depth.
        var depth = record.Depth >= 0 ? record.Depth : stack.Count == 0 ? 0 : stack.Top.Depth + 1;
        // Calls at this depth or deeper have ended without a recorded exit.
        while (stack.Count > 0 && stack.Top.Depth >= depth) Abandon(stack);
        var caller = record.Caller;
        if (caller == 0 && stack.Count > stack.Doubtful && stack.Top.Depth == depth - 1) caller = stack.Top.Function;
        if (stack.Count >= DeepestStack) Abandon(stack);
        var frame = new FunctionGraphStack.Frame { Function = record.Function, Depth = depth, Time = record.Time };
        Place(ref frame, stack);
        frame.Call = calls.Open(Call(in record, cpu, caller, depth, frame.Stack));
        stack.Push(in frame);
        stack.LastTime = record.Time;
    }

    /// <summary>Finds the stack of a call that is about to be added to the open calls of its task.</summary>
    private void Place(ref FunctionGraphStack.Frame frame, FunctionGraphStack open)
    {
        var outer = StackTree.Outermost;
        frame.IsPlaced = frame.Depth == 0;
        if (open.Count > open.Cleared)
        {
            ref var top = ref open.Top;
            outer = top.Stack;
            frame.IsPlaced |= top.IsPlaced && top.Depth == frame.Depth - 1;
        }
        if (!frame.IsPlaced) NotPlaced++;
        if (stacks is not null) frame.Stack = stacks.Child(stacks.Extend(outer, frame.Depth), frame.Function);
    }

    private void Exit(in FunctionGraphRecord record, FunctionGraphStack stack)
    {
        var depth = record.Depth >= 0 ? record.Depth : stack.Count == 0 ? 0 : stack.Top.Depth;
        while (stack.Count > 0 && stack.Top.Depth > depth) Abandon(stack);
        var before = stack.LastTime;
        stack.LastTime = record.Time;
        var duration = record.ReturnTime != 0 ? Duration(record.CallTime, record.ReturnTime) : CallRecord.NoDuration;
        // An exit in text can have no name.
        if (stack.Count == 0 || stack.Top is var top
            && (top.Depth != depth || (record.Function != 0 && top.Function != record.Function)))
        {
            // The entry is not in the recording, but the call's duration is part of its caller's.
            if (stack.Count > 0 && stack.Top.Depth == depth) Abandon(stack);
            if (stack.Count > 0) AddChild(ref stack.Top, duration);
            return;
        }
        if (stack.Count <= stack.Doubtful)
        {
            // Function and depth match; it is the same call only if it was entered before the loss.
            if (!isCallTimeComparable || record.CallTime > before)
            {
                Abandon(stack);
                return;
            }
            // It is the same call, so all calls below it on the stack are still open.
            stack.Doubtful = 0;
        }
        if (duration == CallRecord.NoDuration) duration = Duration(top.Time, record.Time);
        stack.Pop();
        var isSelfKnown = duration >= 0 && !top.HasUnknownChild;
        calls.Close(top.Call, duration, isSelfKnown ? Math.Max(0, duration - top.Children) : CallRecord.NoDuration);
        if (stack.Count > 0 && stack.Top.Depth == depth - 1) AddChild(ref stack.Top, duration);
    }

    private static void AddChild(ref FunctionGraphStack.Frame parent, long duration)
    {
        if (duration < 0) parent.HasUnknownChild = true;
        else parent.Children = Math.Min(parent.Children + duration, 2 * LongestCall);
    }

    private static long Duration(ulong from, ulong to)
        => to >= from && to - from <= LongestCall ? (long)(to - from) : CallRecord.NoDuration;

    /// <summary>Passes on the innermost call without durations: its exit is not in the recording.</summary>
    private void Abandon(FunctionGraphStack stack)
    {
        calls.Close(stack.Pop().Call, CallRecord.NoDuration, CallRecord.NoDuration);
        if (stack.Count > 0) stack.Top.HasUnknownChild = true;
    }

    /// <summary>The stack of a task. Each CPU has its own idle task, though all of them have pid 0.</summary>
    private FunctionGraphStack Stack(in FunctionGraphRecord record, int buffer, int cpu)
    {
        var key = record.Pid != 0 ? record.Pid : ((long)cpu + 1) << 32;
        ref var running = ref Running(buffer, cpu);
        var stack = running is { } same && same.Key == key ? same : running = StackOf(key, buffer);
        var losses = Losses.On(buffer, cpu);
        if (stack.Cpu != cpu || stack.Losses != losses)
        {
            var lost = stack.Cpu == cpu ? stack.Losses != losses : stack.Losses != Losses.On(buffer, stack.Cpu);
            if (lost) stack.Doubtful = stack.Count;
            (stack.Cpu, stack.Losses) = (cpu, losses);
        }
        return stack;
    }

    private FunctionGraphStack StackOf(long key, int buffer)
    {
        var tasks = _tasks[buffer];
        if (tasks.TryGetValue(key, out var stack)) return stack;
        if (tasks.Count >= _mostTasks) Forget();
        tasks.Add(key, stack = new FunctionGraphStack { Key = key });
        return stack;
    }

    /// <summary>
    /// Forgets the tasks without an open call. If the open calls of the others still take too much memory, they are passed on
    /// without their durations: no kernel has that many.
    /// </summary>
    private void Forget()
    {
        var open = _tasks.SelectMany(tasks => tasks.Values).Where(stack => stack.Count > 0);
        if (open.Count() > budget.OpenTasks / 2 || open.Sum(stack => (long)stack.Capacity) > budget.OpenCalls)
        {
            PassOnOpen();
            foreach (var all in _tasks) all.Clear();
            foreach (var running in _running) Array.Clear(running);
        }
        for (var buffer = 0; buffer < _tasks.Length; buffer++)
            foreach (var (key, stack) in _tasks[buffer])
                if (stack.Count == 0 && (stack.Cpu < 0 || Running(buffer, stack.Cpu) != stack))
                    _tasks[buffer].Remove(key);
        // Soon enough for deep stacks, and seldom enough for the search.
        var most = _tasks.Max(tasks => tasks.Count);
        _mostTasks = Math.Max(most + 1, Math.Min(budget.OpenTasks, Math.Max(1024, most * 2)));
    }

    private ref FunctionGraphStack? Running(int buffer, int cpu)
    {
        ref var cpus = ref _running[buffer];
        if (cpu >= cpus.Length) Array.Resize(ref cpus, Math.Max(cpu + 1, cpus.Length * 2));
        return ref cpus[cpu];
    }
}
