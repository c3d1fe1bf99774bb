using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Makes calls of the function_graph tracer's entries and exits: who called whom from the depth that the tracer itself
/// records, per task, across the CPUs it ran on; and durations from the exits.
/// </summary>
/// <remarks>
/// Where events were lost nothing is guessed: a task that was last seen on a CPU that lost events may have left the
/// functions it was in, so what it enters next has no caller, unless an exit shows that it was still inside.
/// </remarks>
internal sealed class EntryExitPairing(int buffers, bool isCallTimeComparable, ICallHolder calls)
{
    // The kernel's own stack of return addresses holds far fewer (FTRACE_RETFUNC_DEPTH was 50; SHADOW_STACK_SIZE is a page).
    private const int DeepestStack = 4096;

    // 36 years. A longer one is damage, and sums of such would overflow.
    private const long LongestCall = 1L << 60;
    private const int MostTasks = 1 << 18;

    private readonly Dictionary<long, TaskStack>[] _tasks = [.. Enumerable.Range(0, buffers).Select(_ => new Dictionary<long, TaskStack>())];
    private readonly Leaf[] _last = new Leaf[buffers];
    private readonly (int Cpu, long Events)[] _lostBefore = new (int, long)[buffers];
    private readonly Dictionary<int, int>[] _losses = [.. Enumerable.Range(0, buffers).Select(_ => new Dictionary<int, int>())];

    /// <summary>Exits that do not end a leaf, by CPU: <c>trace-cmd report</c> shows a leaf's entry and exit as one event.</summary>
    public Dictionary<int, long> Exits { get; } = [];

    /// <summary>Events lost, by CPU, as <c>trace-cmd report</c> tells.</summary>
    public Dictionary<int, long> Lost { get; } = [];

    /// <summary>Events lost just before an exit that ends a leaf, by CPU: with that exit, the loss is not shown by <c>trace-cmd report</c>.</summary>
    public Dictionary<int, long> LostInLeaves { get; } = [];

    private struct Leaf
    {
        public bool IsOpen;
        public int Function;
        public int Pid;
        public int Cpu;
    }

    private struct Frame
    {
        public long Call;
        public long Children;
        public ulong Time;
        public int Function;
        public int Depth;
        public bool HasUnknownChild;
    }

    private sealed class TaskStack
    {
        public Frame[] Frames = new Frame[16];
        public int Count;

        // Frames below this number were entered before events were lost.
        public int Doubtful;
        public ulong LastTime;
        public int Cpu = -1;
        public int Losses;
    }

    /// <summary>Takes the next record of all.</summary>
    public void Take(in FunctionGraphRecord record, int buffer, int cpu)
    {
        if (record.Kind == FunctionGraphKind.Lost)
        {
            _losses[buffer][cpu] = _losses[buffer].GetValueOrDefault(cpu) + 1;
            if (record.Lost > 0)
            {
                if (_lostBefore[buffer].Cpu != cpu) CountLosses(buffer);
                _lostBefore[buffer] = (cpu, _lostBefore[buffer].Events + record.Lost);
            }
            return;
        }
        ref var last = ref _last[buffer];
        var endsLeaf = last.IsOpen && record.Kind == FunctionGraphKind.Exit && last.Cpu == cpu && last.Pid == record.Pid && last.Function == record.Function;
        if (_lostBefore[buffer].Events > 0)
        {
            if (endsLeaf && _lostBefore[buffer].Cpu == cpu) CountLosses(buffer, LostInLeaves);
            else CountLosses(buffer);
        }
        last.IsOpen = record.Kind == FunctionGraphKind.Entry;
        if (record.Kind == FunctionGraphKind.Entry)
        {
            (last.Function, last.Pid, last.Cpu) = (record.Function, record.Pid, cpu);
            Enter(in record, Stack(in record, buffer, cpu), cpu);
        }
        else if (record.Kind == FunctionGraphKind.Exit)
        {
            if (!endsLeaf) Exits[cpu] = Exits.GetValueOrDefault(cpu) + 1;
            Exit(in record, Stack(in record, buffer, cpu));
        }
        else if (record.Kind == FunctionGraphKind.Call)
        {
            calls.Close(calls.Open(Call(in record, cpu, record.Caller, CallRecord.NoDepth)), CallRecord.NoDuration, CallRecord.NoDuration);
        }
    }

    /// <summary>Hands on the calls that are still open.</summary>
    public void Finish()
    {
        for (var buffer = 0; buffer < _lostBefore.Length; buffer++) CountLosses(buffer);
        foreach (var tasks in _tasks)
            foreach (var stack in tasks.Values)
                for (var i = 0; i < stack.Count; i++)
                    calls.Close(stack.Frames[i].Call, CallRecord.NoDuration, CallRecord.NoDuration);
    }

    private void CountLosses(int buffer, Dictionary<int, long>? into = null)
    {
        var (cpu, events) = _lostBefore[buffer];
        into ??= Lost;
        if (events > 0) into[cpu] = into.GetValueOrDefault(cpu) + events;
        _lostBefore[buffer] = default;
    }

    private static CallRecord Call(in FunctionGraphRecord record, int cpu, int caller, int depth) => new()
    {
        Time = (long)record.Time,
        Duration = CallRecord.NoDuration,
        SelfDuration = CallRecord.NoDuration,
        Function = record.Function,
        Caller = caller,
        Task = record.Task,
        Cpu = cpu,
        Depth = (short)Math.Min(depth, short.MaxValue),
        Context = record.Context,
    };

    private void Enter(in FunctionGraphRecord record, TaskStack stack, int cpu)
    {
        // Without a depth in the record the nesting itself is the depth.
        var depth = record.Depth >= 0 ? record.Depth : stack.Count == 0 ? 0 : stack.Frames[stack.Count - 1].Depth + 1;
        // What is as deep or deeper was left unseen.
        while (stack.Count > 0 && stack.Frames[stack.Count - 1].Depth >= depth) Abandon(stack);
        var caller = record.Caller;
        if (caller == 0 && stack.Count > stack.Doubtful && stack.Frames[stack.Count - 1].Depth == depth - 1) caller = stack.Frames[stack.Count - 1].Function;
        if (stack.Count >= DeepestStack) Abandon(stack);
        if (stack.Count == stack.Frames.Length) Array.Resize(ref stack.Frames, stack.Count * 2);
        stack.Frames[stack.Count++] = new Frame { Call = calls.Open(Call(in record, cpu, caller, depth)), Function = record.Function, Depth = depth, Time = record.Time };
        stack.LastTime = record.Time;
    }

    private void Exit(in FunctionGraphRecord record, TaskStack stack)
    {
        var depth = record.Depth >= 0 ? record.Depth : stack.Count == 0 ? 0 : stack.Frames[stack.Count - 1].Depth;
        while (stack.Count > 0 && stack.Frames[stack.Count - 1].Depth > depth) Abandon(stack);
        var before = stack.LastTime;
        stack.LastTime = record.Time;
        var duration = record.ReturnTime != 0 ? Duration(record.CallTime, record.ReturnTime) : CallRecord.NoDuration;
        if (stack.Count == 0 || stack.Frames[stack.Count - 1] is var top && (top.Depth != depth || top.Function != record.Function))
        {
            // The entry is not in the recording; its duration still is part of the caller's.
            if (stack.Count > 0 && stack.Frames[stack.Count - 1].Depth == depth) Abandon(stack);
            if (stack.Count > 0) AddChild(ref stack.Frames[stack.Count - 1], duration);
            return;
        }
        if (stack.Count <= stack.Doubtful)
        {
            // The same function at the same depth, but the same call? Only when it was entered before the loss.
            if (!isCallTimeComparable || record.CallTime > before)
            {
                Abandon(stack);
                return;
            }
            // It was, so all that is below it is still open.
            stack.Doubtful = 0;
        }
        if (duration == CallRecord.NoDuration) duration = Duration(top.Time, record.Time);
        stack.Count--;
        stack.Doubtful = Math.Min(stack.Doubtful, stack.Count);
        calls.Close(top.Call, duration, duration < 0 || top.HasUnknownChild ? CallRecord.NoDuration : Math.Max(0, duration - top.Children));
        if (stack.Count > 0 && stack.Frames[stack.Count - 1].Depth == depth - 1) AddChild(ref stack.Frames[stack.Count - 1], duration);
    }

    private static void AddChild(ref Frame parent, long duration)
    {
        if (duration < 0) parent.HasUnknownChild = true;
        else parent.Children = Math.Min(parent.Children + duration, 2 * LongestCall);
    }

    private static long Duration(ulong from, ulong to) => to >= from && to - from <= LongestCall ? (long)(to - from) : CallRecord.NoDuration;

    /// <summary>Gives up waiting for the exit of the innermost call.</summary>
    private void Abandon(TaskStack stack)
    {
        calls.Close(stack.Frames[--stack.Count].Call, CallRecord.NoDuration, CallRecord.NoDuration);
        stack.Doubtful = Math.Min(stack.Doubtful, stack.Count);
        if (stack.Count > 0) stack.Frames[stack.Count - 1].HasUnknownChild = true;
    }

    /// <summary>A task's stack. The idle task is one per CPU, though all have pid 0.</summary>
    private TaskStack Stack(in FunctionGraphRecord record, int buffer, int cpu)
    {
        var tasks = _tasks[buffer];
        var key = record.Pid != 0 ? record.Pid : ((long)cpu + 1) << 32;
        if (!tasks.TryGetValue(key, out var stack))
        {
            if (tasks.Count >= MostTasks)
            {
                Finish();
                foreach (var all in _tasks) all.Clear();
            }
            tasks.Add(key, stack = new TaskStack());
        }
        var losses = _losses[buffer].GetValueOrDefault(cpu);
        if (stack.Cpu != cpu || stack.Losses != losses)
        {
            var lost = stack.Cpu == cpu ? stack.Losses != losses : stack.Losses != _losses[buffer].GetValueOrDefault(stack.Cpu);
            if (lost) stack.Doubtful = stack.Count;
            (stack.Cpu, stack.Losses) = (cpu, losses);
        }
        return stack;
    }
}
