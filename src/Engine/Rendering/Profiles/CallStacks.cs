using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Reconstructs the call stack of each task from its calls, in time order: from the depths that the function_graph tracer
/// records, or else from the callers.
/// </summary>
/// <remarks>
/// <para>With depths, a call is nested in the open calls of a smaller depth, if the innermost of them is its recorded caller.
/// Otherwise calls are missing: the caller if a filter removed it, or all of them if events were lost. Missing calls are not
/// guessed; only the caller is added.</para>
/// <para>A profile uses the stacks that the reader found (<see cref="CallRecord.Stack"/>), if there are any.</para>
/// <para>Without depths, the time of a return is unknown. A call is nested in the innermost open call of its caller, and all
/// calls inside that one have returned. If the caller is not open, a new stack starts with it. Softirqs and interrupts have
/// separate stacks. Such stacks are likely, not certain; <see cref="IsRebuilt"/> reports them.</para>
/// </remarks>
internal abstract class CallStacks : CallSink
{
    // The kernel's own limit is far lower (FTRACE_RETFUNC_DEPTH is 50), so a deeper stack comes from a damaged recording.
    private const int Deepest = 512;

    private readonly Dictionary<(int Pid, int Cpu, ExecutionContext Context), TaskStack> _stacks = [];
    private int _numbers;

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.All;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <summary>The number of calls so far.</summary>
    public long Calls { get; private set; }

    /// <summary>The number of calls without a duration.</summary>
    public long CallsWithoutTime { get; private set; }

    /// <summary>Whether stacks were rebuilt from callers, because the recording has no depths.</summary>
    public bool IsRebuilt { get; private set; }

    /// <summary>Whether no call has a timestamp.</summary>
    public bool IsTimeless { get; private set; } = true;

    /// <summary>The recordings of the calls, in the order of reading.</summary>
    public List<TraceSource> Sources { get; } = [];

    /// <summary>The names of the current recording.</summary>
    protected CallNames Names { get; private set; } = null!;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CloseAll();
        Names = context.Names;
        if (!Sources.Contains(context.Source)) Sources.Add(context.Source);
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        foreach (ref readonly var call in calls) Take(in call);
    }

    /// <summary>Counts calls that come with their stack and without records.</summary>
    protected void Counted(long calls, bool haveTime)
    {
        Calls += calls;
        if (!haveTime) CallsWithoutTime += calls;
        IsTimeless = false;
    }

    /// <summary>Ends all open calls.</summary>
    public void CloseAll()
    {
        foreach (var stack in _stacks.Values) Leave(stack, 0, long.MaxValue);
        _stacks.Clear();
    }

    /// <summary>Called for a new stack, and when the task of a stack changes its name.</summary>
    protected abstract void Named(TaskStack stack);

    /// <summary>Called when a call begins.</summary>
    /// <param name="stack">The stack, without the new frame.</param>
    /// <param name="frame">The new frame. Changes to it are kept.</param>
    /// <param name="call">The call. Its times apply only if <paramref name="isEntry"/> is true.</param>
    /// <param name="isEntry">False if the function is only known as the caller of the call.</param>
    /// <param name="time">The time of the entry, in nanoseconds or counts.</param>
    protected abstract void Entered(TaskStack stack, ref StackFrame frame, in CallRecord call, bool isEntry, long time);

    /// <summary>
    /// Takes a call whose stack is known from the reader. Returns false if the class needs <see cref="Entered"/> and
    /// <see cref="Left"/>.
    /// </summary>
    protected virtual bool TryTake(TaskStack stack, in CallRecord call) => false;

    /// <summary>Called when a call ends.</summary>
    protected abstract void Left(TaskStack stack, in StackFrame frame, long time);

    private void Take(in CallRecord call)
    {
        Calls++;
        if (call.SelfDuration < 0) CallsWithoutTime++;
        if (call.Time != CallRecord.NoTime) IsTimeless = false;
        var hasDepth = call.Depth != CallRecord.NoDepth;
        IsRebuilt |= !hasDepth;
        var stack = StackOf(in call, hasDepth);
        if (call.Stack != StackTree.None && TryTake(stack, in call)) return;
        var frames = stack.Frames;
        // Without timestamps, each call begins when the previous one has ended.
        var time = call.Time != CallRecord.NoTime ? Math.Max(call.Time, stack.Last) : stack.Last;
        var keep = hasDepth ? InsideByDepth(frames, in call) : InsideByCaller(frames, in call);
        if (keep >= Deepest - 1) keep = 0;
        Leave(stack, keep, call.Time != CallRecord.NoTime ? time : long.MaxValue);
        time = Math.Max(time, stack.Last);
        stack.Last = time;
        if (call.Caller != 0 && (frames.Count == 0 || frames[^1].Function != call.Caller))
        {
            var depth = hasDepth ? call.Depth - 1 : CallRecord.NoDepth;
            Enter(stack, new StackFrame { Function = call.Caller, Depth = depth, End = -1 }, in call, false, time);
        }
        var end = call.Duration < 0 ? -1 : time + call.Duration;
        Enter(stack, new StackFrame { Function = call.Function, Depth = call.Depth, End = end }, in call, true, time);
    }

    /// <summary>The number of open calls that this call is nested in.</summary>
    private static int InsideByDepth(List<StackFrame> frames, in CallRecord call)
    {
        var keep = frames.Count;
        while (keep > 0 && frames[keep - 1].Depth >= call.Depth) keep--;
        if (keep == 0) return 0;
        // The innermost one must be the caller. If the caller is missing because of a filter, the calls outside it stay open.
        ref readonly var outer = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(frames)[keep - 1];
        return call.Caller == 0 || (outer.Depth == call.Depth - 1 && outer.Function != call.Caller) ? 0 : keep;
    }

    private static int InsideByCaller(List<StackFrame> frames, in CallRecord call)
    {
        if (call.Caller == 0) return 0;
        var keep = frames.Count;
        while (keep > 0 && frames[keep - 1].Function != call.Caller) keep--;
        return keep;
    }

    private void Enter(TaskStack stack, StackFrame frame, in CallRecord call, bool isEntry, long time)
    {
        Entered(stack, ref frame, in call, isEntry, time);
        stack.Frames.Add(frame);
    }

    /// <summary>Ends all but the outermost <paramref name="keep"/> calls, at <paramref name="latest"/> at the latest.</summary>
    private void Leave(TaskStack stack, int keep, long latest)
    {
        var frames = stack.Frames;
        while (frames.Count > keep)
        {
            var frame = frames[^1];
            frames.RemoveAt(frames.Count - 1);
            // A call without a recorded return has ended by the latest possible time.
            var end = frame.End >= 0 ? Math.Min(frame.End, latest) : latest == long.MaxValue ? stack.Last : latest;
            stack.Last = Math.Max(stack.Last, end);
            Left(stack, in frame, stack.Last);
        }
    }

    private TaskStack StackOf(in CallRecord call, bool hasDepth)
    {
        var pid = Names.Tasks[call.Task].ProcessId;
        // The idle tasks of all CPUs have pid 0, and some recordings have no tasks. The CPU distinguishes their stacks.
        var cpu = pid <= 0 ? call.Cpu : -1;
        var isTask = hasDepth || call.Context is ExecutionContext.Unknown or ExecutionContext.Task;
        var context = isTask ? ExecutionContext.Unknown : call.Context;
        if (!_stacks.TryGetValue((pid, cpu, context), out var stack))
        {
            // No kernel has that many tasks at a time. Those that run again later start a new stack.
            if (_stacks.Count >= Names.Budget.OpenTasks) CloseAll();
            stack = new TaskStack { Number = ++_numbers, Cpu = cpu, Context = context, Task = call.Task };
            _stacks.Add((pid, cpu, context), stack);
            Named(stack);
        }
        else if (stack.Task != call.Task)
        {
            // The task has changed its name (execve, prctl). With depths, its open calls are known to be open still.
            if (!hasDepth) Leave(stack, 0, call.Time != CallRecord.NoTime ? Math.Max(call.Time, stack.Last) : long.MaxValue);
            stack.Task = call.Task;
            Named(stack);
        }
        return stack;
    }

    /// <summary>The name of a stack.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="withId">Whether a task has its process id after its name.</param>
    protected string NameOf(TaskStack stack, bool withId = true)
    {
        var task = Names.Tasks[stack.Task];
        var name = task.ProcessId >= 0 || task.Comm.Length > 0
            ? withId || task.Comm.Length == 0 ? $"{task.Comm}-{task.ProcessId}" : task.Comm
            : stack.Cpu < 0 ? "(unknown task)" : $"CPU {stack.Cpu}";
        return DisplayText.Visible(stack.Context == ExecutionContext.Unknown ? name : $"{name} {stack.Context}");
    }
}
