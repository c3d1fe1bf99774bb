namespace KernelMagnifier.Model;

/// <summary>
/// Finds the call stacks of calls that left the process and come back in their order, each with its task, caller, depth and, if it
/// returned, duration. What these do not prove is a gap in the stack.
/// </summary>
internal sealed class DetachedStacks
{
    // A call can end so much later than its time and duration tell: times of text have microseconds, and the tracer takes the time
    // of the duration before it stamps the entry.
    private const long Tolerance = 50_000;

    private const int MostTasks = 1 << 16;

    private readonly Dictionary<(TraceContext, int Pid, int Cpu), List<Frame>> _open = [];

    private readonly record struct Frame(int Function, int Stack, long End);

    /// <summary>Returns the id of the stack of the next call.</summary>
    /// <param name="context">The context of the call, whose names take the stack.</param>
    /// <param name="call">The call, with its depth.</param>
    public int Place(TraceContext context, in CallRecord call)
    {
        var pid = context.Names.Tasks[call.Task].ProcessId;
        // Each CPU has its own idle task.
        var key = (context, pid, pid > 0 ? -1 : call.Cpu);
        if (!_open.TryGetValue(key, out var open))
        {
            if (_open.Count >= MostTasks) _open.Clear();
            _open.Add(key, open = []);
        }
        Close(open, in call);
        // The caller must be the open call one level out. Otherwise, a call that has not returned yet is still open.
        if (call.Depth > open.Count || (call.Depth > 0 && (call.Caller == 0 || open[^1].Function != call.Caller)))
            KeepProven(open, in call);
        var tree = context.Names.Stacks;
        var outer = open.Count == 0 ? StackTree.Outermost : open[^1].Stack;
        while (open.Count < call.Depth && outer != StackTree.None && call.Depth <= StackTree.Deepest)
        {
            outer = tree.Child(outer, 0);
            open.Add(new Frame(0, outer, long.MinValue));
        }
        if (call.Depth > StackTree.Deepest) return StackTree.None;
        var stack = tree.Child(outer, call.Function);
        var end = call.Duration < 0 || call.Time == CallRecord.NoTime ? long.MaxValue : call.Time + call.Duration;
        open.Add(new Frame(call.Function, stack, end));
        return stack;
    }

    /// <summary>Closes the calls that are not further out, and those that have returned.</summary>
    private static void Close(List<Frame> open, in CallRecord call)
    {
        if (open.Count > call.Depth) open.RemoveRange(call.Depth, open.Count - call.Depth);
        if (call.Time == CallRecord.NoTime) return;
        for (var i = 0; i < open.Count; i++)
        {
            if (open[i].Function == 0 || open[i].End >= call.Time - Tolerance) continue;
            open.RemoveRange(i, open.Count - i);
            return;
        }
    }

    /// <summary>Keeps the outer calls that are known to be open at the time of a call, up to the first that is not.</summary>
    private static void KeepProven(List<Frame> open, in CallRecord call)
    {
        var kept = 0;
        while (kept < open.Count && call.Time != CallRecord.NoTime && kept < call.Depth - 1
            && open[kept].End is var end && end != long.MaxValue && end >= call.Time)
            kept++;
        if (call.Caller == 0) kept = 0;
        open.RemoveRange(kept, open.Count - kept);
    }
}
