using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The open calls of one task.</summary>
internal sealed class NestingStack
{
    /// <summary>The <see cref="Pid"/> of a task that the text has not named yet.</summary>
    public const int NoPid = int.MinValue;

    // Most of many tasks are in few calls, or in none.
    private OpenCall[] _calls = [];

    /// <summary>Depth of the innermost open call; -1 if there is none.</summary>
    public int Top { get; private set; } = -1;

    /// <summary>The number of calls that there is memory for.</summary>
    public int Capacity => _calls.Length;

    /// <summary>Whether the stack holds nothing that a new one does not.</summary>
    public bool IsEmpty => Top < 0 && !InterruptStarts;

    public int Pid { get; set; } = NoPid;

    /// <summary>Id of the task under its last name.</summary>
    public int Task { get; set; }

    /// <summary>The CPU the task ran on last.</summary>
    public int Cpu { get; set; }

    /// <summary>How often <see cref="Cpu"/> had lost events when the task ran last.</summary>
    public int Losses { get; set; }

    /// <summary>Whether the next call is the handler of an interrupt.</summary>
    public bool InterruptStarts { get; set; }

    /// <summary>The innermost open call.</summary>
    public ref OpenCall Innermost => ref _calls[Top];

    /// <summary>The stack of the innermost open call.</summary>
    public int Stack => Top < 0 ? StackTree.Outermost : _calls[Top].Stack;

    /// <summary>Whether all calls around a call at a depth are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsPlaced(int depth) => depth == 0 || (Top == depth - 1 && _calls[Top].IsPlaced);

    /// <summary>Opens a call. Calls between it and the innermost one have no entry in the recording.</summary>
    /// <param name="depth">Depth of the call.</param>
    /// <param name="tree">Takes the stacks of these calls; null if stacks are not needed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref OpenCall Push(int depth, StackTree? tree)
    {
        if (depth >= _calls.Length || Top < depth - 1) PushGap(depth, tree);
        ref var call = ref _calls[++Top];
        (call.HasEntry, call.Callees, call.CalleesUnknown) = (true, 0, false);
        return ref call;
    }

    // Makes room for a call, and pushes the calls between it and the innermost one.
    private void PushGap(int depth, StackTree? tree)
    {
        if (depth >= _calls.Length) Array.Resize(ref _calls, Math.Max(depth + 1, Math.Max(2, _calls.Length * 2)));
        while (Top < depth - 1)
        {
            var outer = Stack;
            ref var gap = ref _calls[++Top];
            (gap.HasEntry, gap.InInterrupt, gap.IsPlaced) = (false, false, false);
            if (tree is not null) gap.Stack = tree.Child(outer, 0);
        }
    }

    /// <summary>Closes the innermost call. The reference is good until the next <see cref="Push"/>.</summary>
    public ref OpenCall Pop() => ref _calls[Top--];

    /// <summary>Closes the calls below a depth, whose returns are not in the recording.</summary>
    public void PopTo(int depth, FunctionGraphOutput output)
    {
        while (Top > depth)
        {
            ref var call = ref Pop();
            if (call.HasEntry) output.Return(ref call, CallRecord.NoDuration, CallRecord.NoDuration);
        }
        if (Top >= 0) Innermost.CalleesUnknown = true;
    }

    /// <summary>Closes all calls: it is not known whether they are still open.</summary>
    public void Reset(FunctionGraphOutput output)
    {
        PopTo(-1, output);
        InterruptStarts = false;
    }

    /// <summary>The caller of a call at a depth: the open call one level out, or else <paramref name="fallback"/>.</summary>
    /// <param name="depth">Depth of the call.</param>
    /// <param name="fallback">Id of the function that the line itself names as its caller; 0 if it names none.</param>
    /// <param name="inInterrupt">Whether the call is the handler of an interrupt, or called by one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Caller(int depth, int fallback, out bool inInterrupt)
    {
        inInterrupt = InterruptStarts;
        InterruptStarts = false;
        if (Top < 0 || Top != depth - 1) return fallback;
        ref var caller = ref Innermost;
        inInterrupt |= caller.InInterrupt;
        return caller.HasEntry ? caller.Call.Function : fallback;
    }
}
