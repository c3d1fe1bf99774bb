using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Follows the nesting of calls, one stack per task, and gives each call its caller, depth and durations. Runs over
/// the tokens of the text in order, on one thread.
/// </summary>
/// <remarks>
/// A call's caller is the open call one level out. Where that was not seen (the recording began or goes on inside it),
/// the caller is what the line itself tells (funcgraph-retaddr), else not known: nothing is guessed.
/// </remarks>
internal sealed class FunctionGraphNesting
{
    // Calls that wait for their return in an ordered reading; an older one is handed on without its duration.
    private const int LongestWindow = 1 << 20;

    private readonly CallFeed _feed;
    private readonly CallNames _names;
    private readonly FunctionGraphTokenizer _tokenizer;
    private readonly TraceStatistics _statistics;
    private readonly bool _inOrder, _hasCpu;
    private readonly Dictionary<int, TaskStack> _stacks = [];

    // By CPU + 1: [0] is what the text gives no CPU for.
    private CpuState[] _cpus = new CpuState[9];

    // Ordered readings: calls not handed on yet, by number.
    private CallRecord[] _window = [];
    private bool[] _complete = [];
    private long _first, _next;

    private byte[]? _tail;
    private bool _inEvent;
    private int _cpuSwitching = -1;

    private struct CpuState
    {
        public TaskStack? Current;
        public TaskStack? Idle;

        // Rises when the CPU loses events: what its tasks were in the middle of is not known any more.
        public int Losses;
    }

    private struct Frame
    {
        public CallRecord Call;
        public long Number;
        public long Callees;
        public bool CalleesUnknown;
        public bool Interrupt;

        /// <summary>The opening was seen; otherwise the frame stands for a call of which only what it called is known.</summary>
        public bool Seen;
    }

    private sealed class TaskStack
    {
        public const int NoPid = int.MinValue;

        public Frame[] Frames = new Frame[16];

        /// <summary>Index of the innermost open call; -1 when none is.</summary>
        public int Top = -1;

        public int Pid = NoPid;

        /// <summary>The task as the text last named it.</summary>
        public int Task;

        public int Cpu;
        public int Losses;
        public bool InterruptBegins;
    }

    public FunctionGraphNesting(CallDispatch dispatch, CallNames names, FunctionGraphColumns columns, TraceStatistics statistics)
    {
        (_feed, _names, _statistics) = (dispatch.Feed(), names, statistics);
        _tokenizer = new FunctionGraphTokenizer(columns, names);
        _hasCpu = columns.HasFlag(FunctionGraphColumns.Cpu);
        // Only who wants durations in order has to wait for them.
        _inOrder = dispatch.InOrder && dispatch.Fields.HasFlag(CallFields.Duration) && columns.HasFlag(FunctionGraphColumns.Duration);
        InEntryOrder = dispatch.InOrder;
    }

    /// <summary>Whether calls are handed on in the order of their entries; otherwise in that of their returns.</summary>
    private bool InEntryOrder { get; }

    /// <summary>Goes on with the next block.</summary>
    public void Take(FunctionGraphTokens tokens)
    {
        var items = tokens.Items;
        var isJoined = TakeTail(tokens.FirstLine);
        if (isJoined) items = items[tokens.FirstLineTokens..];
        else _statistics.Add(tokens.FirstLineCounts);
        _tail = tokens.Tail;
        foreach (ref readonly var token in items) Take(in token, tokens);
        if (InEntryOrder) _feed.Flush();
    }

    /// <summary>Hands on what is still open or waiting.</summary>
    public void End()
    {
        TakeTail(null);
        foreach (var stack in _stacks.Values) Forget(stack);
        foreach (var cpu in _cpus)
        {
            if (cpu.Current is not null) Forget(cpu.Current);
            if (cpu.Idle is not null) Forget(cpu.Idle);
        }
        while (_first < _next) HandOnFirst();
        _feed.Flush();
    }

    /// <summary>Takes the line that ended the block before, with the one that begins this, which is what true says, or alone.</summary>
    private bool TakeTail(byte[]? next)
    {
        if (_tail is not { } tail) return false;
        _tail = null;
        var tokens = new FunctionGraphTokens();
        ref var token = ref tokens.Next();
        var isJoined = next is not null && _tokenizer.Joined(tail, next, tokens, ref token, _statistics);
        if (!isJoined) _tokenizer.Alone(tail, tokens, ref token, _statistics);
        foreach (ref readonly var item in tokens.Items) Take(in item, tokens);
        return isJoined;
    }

    private void Take(in FunctionGraphToken token, FunctionGraphTokens tokens)
    {
        if (token.Kind > FunctionGraphTokenKind.Close)
        {
            TakeOther(in token, tokens);
            return;
        }
        _inEvent = false;
        var stack = StackOf(in token);
        switch (token.Kind)
        {
            case FunctionGraphTokenKind.Leaf: Leaf(stack, in token); break;
            case FunctionGraphTokenKind.Open: Open(stack, in token); break;
            default: Close(stack, in token); break;
        }
    }

    private void TakeOther(in FunctionGraphToken token, FunctionGraphTokens tokens)
    {
        if (token.Kind == FunctionGraphTokenKind.Unread)
        {
            Unread(tokens.Unread[token.Other]);
            return;
        }
        _inEvent = token.Kind == FunctionGraphTokenKind.OpenEvent;
        switch (token.Kind)
        {
            case FunctionGraphTokenKind.Interrupt:
                StackOf(in token).InterruptBegins = true;
                break;
            case FunctionGraphTokenKind.Switch:
                Switch(in token);
                break;
            case FunctionGraphTokenKind.Lost:
                ref var cpu = ref Cpu(_hasCpu ? token.Cpu : -1);
                cpu.Losses++;
                if (cpu.Current is { } current)
                {
                    Forget(current);
                    (current.Losses, current.InterruptBegins) = (cpu.Losses, false);
                }
                NoteCpu(token.Cpu);
                break;
        }
    }

    /// <summary>The text of an event may hold newlines: what follows it and is no line of its own is the rest of it.</summary>
    private void Unread(in UnreadLine unread)
    {
        if (!_inEvent) _statistics.NotParsed(-1, unread.Why, unread.Sample);
        else if (unread.EndsEvent) _inEvent = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref CpuState Cpu(int cpu)
    {
        var at = cpu + 1;
        if ((uint)at >= (uint)_cpus.Length) Array.Resize(ref _cpus, Math.Max(at + 1, _cpus.Length * 2));
        return ref _cpus[at];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TaskStack StackOf(in FunctionGraphToken token)
    {
        var current = Cpu(token.Cpu).Current;
        return current is not null && (token.Task == current.Task || token.Task == 0) ? current : ChangeTo(token.Cpu, token.Task);
    }

    private TaskStack ChangeTo(int cpu, int task)
    {
        ref var state = ref Cpu(cpu);
        if (task == 0)
        {
            // No task is named, and no switch has named one yet.
            state.Current = new TaskStack { Cpu = cpu, Losses = state.Losses };
            return state.Current;
        }
        // Now a task is named without a switch: whose the calls up to here were is not known, nor when they end.
        if (state.Current is { Pid: TaskStack.NoPid } nameless) Forget(nameless);
        var pid = _names.Tasks[task].ProcessId;
        TaskStack? stack;
        if (state.Current is { } current && current.Pid == pid)
        {
            stack = current;
        }
        else if (pid == 0)
        {
            // Every CPU has an idle task of its own, all with pid 0.
            stack = state.Idle ??= new TaskStack { Pid = 0, Cpu = cpu };
        }
        else if (!_stacks.TryGetValue(pid, out stack))
        {
            stack = new TaskStack { Pid = pid, Cpu = cpu, Losses = state.Losses };
            _stacks.Add(pid, stack);
        }
        // Put aside before its CPU lost events: it may have gone on in between.
        if (stack.Losses != Cpu(stack.Cpu).Losses) Forget(stack);
        (stack.Cpu, stack.Losses, stack.Task) = (cpu, Cpu(cpu).Losses, task);
        return Cpu(cpu).Current = stack;
    }

    private void Switch(in FunctionGraphToken token)
    {
        NoteCpu(token.Cpu);
        var cpu = _hasCpu ? token.Cpu : -1;
        ref var state = ref Cpu(cpu);
        if (state.Current is { Pid: TaskStack.NoPid } nameless)
        {
            // What ran up to the first switch was the task that is left now.
            var pid = _names.Tasks[token.Other].ProcessId;
            (nameless.Pid, nameless.Task) = (pid, token.Other);
            if (pid == 0)
            {
                if (state.Idle is not null) Forget(state.Idle);
                state.Idle = nameless;
            }
            else
            {
                if (_stacks.Remove(pid, out var older)) Forget(older);
                _stacks.Add(pid, nameless);
            }
        }
        ChangeTo(cpu, token.Task);
    }

    /// <summary>Where no CPU is printed, only these lines show that there are several.</summary>
    private void NoteCpu(int cpu)
    {
        if (_hasCpu) return;
        if (_cpuSwitching >= 0 && cpu != _cpuSwitching)
            _statistics.Warn("the lines have no CPU (nofuncgraph-cpu) and come from several: calls of one CPU may appear as called from another's. Record with funcgraph-cpu and funcgraph-proc.");
        _cpuSwitching = cpu;
    }

    private void Leaf(TaskStack stack, in FunctionGraphToken token)
    {
        if (stack.Top >= token.Depth) PopTo(stack, token.Depth - 1);
        ref var call = ref Begin(stack, in token, out var number, out _);
        call.Duration = call.SelfDuration = token.Duration;
        if (_inOrder) Complete(number);
        if (stack.Top >= 0 && stack.Top == token.Depth - 1) AddCallee(ref stack.Frames[stack.Top], token.Duration);
    }

    private void Open(TaskStack stack, in FunctionGraphToken token)
    {
        if (stack.Top >= token.Depth) PopTo(stack, token.Depth - 1);
        if (token.Depth >= stack.Frames.Length) Array.Resize(ref stack.Frames, Math.Max(token.Depth + 1, stack.Frames.Length * 2));
        if (InEntryOrder)
        {
            ref var call = ref Begin(stack, in token, out var number, out var interrupt);
            call.Duration = call.SelfDuration = CallRecord.NoDuration;
            ref var frame = ref Push(stack, in token);
            (frame.Number, frame.Interrupt, frame.Call.Function) = (number, interrupt, token.Function);
        }
        else
        {
            var caller = Caller(stack, in token, out var interrupt);
            ref var frame = ref Push(stack, in token);
            frame.Interrupt = interrupt;
            Fill(ref frame.Call, stack, in token, caller, interrupt);
        }
    }

    private static ref Frame Push(TaskStack stack, in FunctionGraphToken token)
    {
        // Levels that were not seen.
        while (stack.Top < token.Depth - 1)
        {
            ref var gap = ref stack.Frames[++stack.Top];
            (gap.Seen, gap.Interrupt) = (false, false);
        }
        ref var frame = ref stack.Frames[++stack.Top];
        (frame.Seen, frame.Callees, frame.CalleesUnknown) = (true, 0, false);
        return ref frame;
    }

    private void Close(TaskStack stack, in FunctionGraphToken token)
    {
        if (stack.Top > token.Depth) PopTo(stack, token.Depth);
        if (stack.Top < token.Depth)
        {
            // A return without its entry.
            if (stack.Top >= 0) stack.Frames[stack.Top].CalleesUnknown = true;
            return;
        }
        ref var frame = ref stack.Frames[stack.Top--];
        var matches = frame.Seen && (token.Function == 0 || token.Function == frame.Call.Function);
        if (frame.Seen)
        {
            var duration = matches ? token.Duration : CallRecord.NoDuration;
            var self = duration < 0 || frame.CalleesUnknown ? CallRecord.NoDuration : Math.Max(0, duration - frame.Callees);
            Return(ref frame, duration, self);
        }
        if (stack.Top < 0) return;
        if (matches) AddCallee(ref stack.Frames[stack.Top], token.Duration);
        else stack.Frames[stack.Top].CalleesUnknown = true;
    }

    /// <summary>Ends the open calls further in than a depth: their returns were not seen.</summary>
    private void PopTo(TaskStack stack, int depth)
    {
        while (stack.Top > depth)
        {
            ref var frame = ref stack.Frames[stack.Top--];
            if (frame.Seen) Return(ref frame, CallRecord.NoDuration, CallRecord.NoDuration);
        }
        if (stack.Top >= 0) stack.Frames[stack.Top].CalleesUnknown = true;
    }

    private void Forget(TaskStack stack)
    {
        PopTo(stack, -1);
        stack.InterruptBegins = false;
    }

    private static void AddCallee(ref Frame frame, long duration)
    {
        if (duration < 0) frame.CalleesUnknown = true;
        else frame.Callees = duration > long.MaxValue - frame.Callees ? long.MaxValue : frame.Callees + duration;
    }

    /// <summary>Starts a call's record where it will be handed on from.</summary>
    private ref CallRecord Begin(TaskStack stack, in FunctionGraphToken token, out long number, out bool interrupt)
    {
        var caller = Caller(stack, in token, out interrupt);
        number = _next;
        ref var call = ref _inOrder ? ref NextInWindow() : ref _feed.Next();
        Fill(ref call, stack, in token, caller, interrupt);
        return ref call;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Caller(TaskStack stack, in FunctionGraphToken token, out bool interrupt)
    {
        interrupt = stack.InterruptBegins;
        stack.InterruptBegins = false;
        if (stack.Top < 0 || stack.Top != token.Depth - 1) return token.Other;
        ref var frame = ref stack.Frames[stack.Top];
        interrupt |= frame.Interrupt;
        return frame.Seen ? frame.Call.Function : token.Other;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(ref CallRecord call, TaskStack stack, in FunctionGraphToken token, int caller, bool interrupt)
    {
        call.Time = token.Time;
        call.Function = token.Function;
        call.Caller = caller;
        call.Task = token.Task != 0 ? token.Task : stack.Task;
        call.Cpu = token.Cpu;
        call.Depth = token.Depth;
        call.Context = token.Context == ExecutionContext.Unknown && interrupt ? ExecutionContext.HardIrq : token.Context;
    }

    private void Return(ref Frame frame, long duration, long self)
    {
        if (!InEntryOrder)
        {
            ref var call = ref _feed.Next();
            call = frame.Call;
            (call.Duration, call.SelfDuration) = (duration, self);
        }
        else if (_inOrder && frame.Number >= _first)
        {
            ref var call = ref _window[(int)(frame.Number & (_window.Length - 1))];
            (call.Duration, call.SelfDuration) = (duration, self);
            Complete(frame.Number);
        }
    }

    private ref CallRecord NextInWindow()
    {
        if (_next - _first == _window.Length)
        {
            if (_window.Length == LongestWindow) HandOnFirst();
            else GrowWindow();
        }
        var at = (int)(_next++ & (_window.Length - 1));
        _complete[at] = false;
        return ref _window[at];
    }

    private void GrowWindow()
    {
        var size = Math.Max(4096, _window.Length * 2);
        var (window, complete) = (new CallRecord[size], new bool[size]);
        for (var n = _first; n < _next; n++)
            (window[n & (size - 1)], complete[n & (size - 1)]) = (_window[n & (_window.Length - 1)], _complete[n & (_window.Length - 1)]);
        (_window, _complete) = (window, complete);
    }

    private void Complete(long number)
    {
        _complete[(int)(number & (_window.Length - 1))] = true;
        while (_first < _next && _complete[(int)(_first & (_window.Length - 1))]) HandOnFirst();
    }

    private void HandOnFirst() => _feed.Next() = _window[(int)(_first++ & (_window.Length - 1))];
}
