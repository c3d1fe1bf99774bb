using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Follows the calls of each task: from the depth that the function_graph tracer records, or, where there is none, from who called whom.
/// </summary>
/// <remarks>
/// <para>With a depth, a call is inside the open calls of a smaller depth, as long as its caller is the one that the recording tells. Where it is
/// not, something is missing: one level out when a filter took it, everything when events were lost. What is missing is not guessed; the
/// caller alone is put in its place.</para>
/// <para>Without a depth nothing tells when a function returned. A call is put under the nearest open call of its caller, and what was above
/// that has returned; when its caller is not open, a new stack begins with it. Softirqs and interrupts have stacks of their own. Such stacks
/// are likely, not certain, and <see cref="IsRebuilt"/> says that there are some.</para>
/// </remarks>
internal abstract class CallStacks : CallSink
{
    // The kernel's own limit of what it can return from is far lower; a longer chain of callers is a damaged recording.
    private const int Deepest = 512;

    private readonly Dictionary<(int Pid, int Cpu, ExecutionContext Context), TaskStack> _stacks = [];
    private int _numbers;

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.All;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <summary>Calls so far.</summary>
    public long Calls { get; private set; }

    /// <summary>Calls whose duration is not known.</summary>
    public long CallsWithoutTime { get; private set; }

    /// <summary>There are stacks that were rebuilt from who called whom.</summary>
    public bool IsRebuilt { get; private set; }

    /// <summary>No call has a time: the recording has no timestamps.</summary>
    public bool IsTimeless { get; private set; } = true;

    /// <summary>The recordings, in the order they were read.</summary>
    public List<TraceSource> Sources { get; } = [];

    /// <summary>The names of the recording that is read.</summary>
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

    /// <summary>Ends all calls that are still open.</summary>
    public void CloseAll()
    {
        foreach (var stack in _stacks.Values) Leave(stack, 0, long.MaxValue);
        _stacks.Clear();
    }

    /// <summary>A task's stack comes into being, or belongs to another name of the task from here on.</summary>
    protected abstract void Named(TaskStack stack);

    /// <summary>A call begins.</summary>
    /// <param name="stack">Its stack, on which it is not yet.</param>
    /// <param name="frame">Its frame; what is set in it stays with it.</param>
    /// <param name="call">The call; its times count only when <paramref name="isEntry"/>.</param>
    /// <param name="isEntry">False: the entry was not seen, the function is known from a call it made.</param>
    /// <param name="time">When.</param>
    protected abstract void Entered(TaskStack stack, ref StackFrame frame, in CallRecord call, bool isEntry, long time);

    /// <summary>A call ends.</summary>
    protected abstract void Left(TaskStack stack, in StackFrame frame, long time);

    private void Take(in CallRecord call)
    {
        Calls++;
        if (call.SelfDuration < 0) CallsWithoutTime++;
        if (call.Time != 0) IsTimeless = false;
        var hasDepth = call.Depth != CallRecord.NoDepth;
        IsRebuilt |= !hasDepth;
        var stack = StackOf(in call, hasDepth);
        var frames = stack.Frames;
        // Without timestamps each call begins where the one before it ended.
        var time = call.Time != 0 ? Math.Max(call.Time, stack.Last) : stack.Last;
        var keep = hasDepth ? InsideByDepth(frames, in call) : InsideByCaller(frames, in call);
        if (keep >= Deepest - 1) keep = 0;
        Leave(stack, keep, call.Time != 0 ? time : long.MaxValue);
        time = Math.Max(time, stack.Last);
        stack.Last = time;
        if (call.Caller != 0 && (frames.Count == 0 || frames[^1].Function != call.Caller))
            Enter(stack, new StackFrame { Function = call.Caller, Depth = hasDepth ? call.Depth - 1 : CallRecord.NoDepth, End = -1 }, in call, false, time);
        Enter(stack, new StackFrame { Function = call.Function, Depth = call.Depth, End = call.Duration < 0 ? -1 : time + call.Duration }, in call, true, time);
    }

    /// <summary>How many open calls this one is inside of.</summary>
    private static int InsideByDepth(List<StackFrame> frames, in CallRecord call)
    {
        var keep = frames.Count;
        while (keep > 0 && frames[keep - 1].Depth >= call.Depth) keep--;
        if (keep == 0) return 0;
        // The next one out must be the caller; where that one is missing (a filter), what is further out may stand.
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

    /// <summary>Ends the innermost calls, not later than a time.</summary>
    private void Leave(TaskStack stack, int keep, long latest)
    {
        var frames = stack.Frames;
        while (frames.Count > keep)
        {
            var frame = frames[^1];
            frames.RemoveAt(frames.Count - 1);
            // One whose return was not seen has ended by now at the latest.
            var end = frame.End >= 0 ? Math.Min(frame.End, latest) : latest == long.MaxValue ? stack.Last : latest;
            stack.Last = Math.Max(stack.Last, end);
            Left(stack, in frame, stack.Last);
        }
    }

    private TaskStack StackOf(in CallRecord call, bool hasDepth)
    {
        var pid = Names.Tasks[call.Task].ProcessId;
        // Every CPU has an idle task of its own, all with pid 0; and where the recording tells no task, the CPU is all there is.
        var cpu = pid <= 0 ? call.Cpu : -1;
        var context = hasDepth || call.Context is ExecutionContext.Unknown or ExecutionContext.Task ? ExecutionContext.Unknown : call.Context;
        if (!_stacks.TryGetValue((pid, cpu, context), out var stack))
        {
            stack = new TaskStack { Number = ++_numbers, Cpu = cpu, Context = context, Task = call.Task };
            _stacks.Add((pid, cpu, context), stack);
            Named(stack);
        }
        else if (stack.Task != call.Task)
        {
            // The task has another name from here on (execve, prctl).
            Leave(stack, 0, call.Time != 0 ? Math.Max(call.Time, stack.Last) : long.MaxValue);
            stack.Task = call.Task;
            Named(stack);
        }
        return stack;
    }

    /// <summary>What a stack is called.</summary>
    protected string NameOf(TaskStack stack)
    {
        var task = Names.Tasks[stack.Task];
        var name = task.ProcessId < 0 && task.Comm.Length == 0 ? stack.Cpu < 0 ? "(task not known)" : $"CPU {stack.Cpu}" : $"{task.Comm}-{task.ProcessId}";
        return DisplayText.Visible(stack.Context == ExecutionContext.Unknown ? name : $"{name} {stack.Context}");
    }
}
