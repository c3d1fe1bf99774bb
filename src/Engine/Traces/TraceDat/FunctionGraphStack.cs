namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The open calls of one task, outermost first.</summary>
internal sealed class FunctionGraphStack
{
    // Most of many tasks are in few calls, or in none.
    private Frame[] _frames = [];

    /// <summary>Number of frames below which the calls were entered before events were lost, and may have ended since.</summary>
    public int Doubtful;

    /// <summary>
    /// Number of frames below which nothing is known of the calls that are open: events were lost while the task ran. Unlike
    /// <see cref="Doubtful"/>, it does not concern a task that was switched out at the loss.
    /// </summary>
    public int Cleared;

    /// <summary>The task's key in the table of stacks.</summary>
    public long Key;

    /// <summary>The time stamp of the task's last record.</summary>
    public ulong LastTime;

    /// <summary>The CPU of the task's last record; -1 before the first one.</summary>
    public int Cpu = -1;

    /// <summary>The number of losses of that CPU at the last record.</summary>
    public int Losses;

    /// <summary>An open call.</summary>
    internal struct Frame
    {
        /// <summary>The handle of <see cref="ICallHolder.Open"/>.</summary>
        public long Call;

        /// <summary>The durations of the calls made by this one, summed, in nanoseconds.</summary>
        public long Children;

        /// <summary>The time stamp of the entry.</summary>
        public ulong Time;

        public int Function;
        public int Depth;

        /// <summary>The id of the stack in <see cref="Model.StackTree"/>.</summary>
        public int Stack;

        /// <summary>Whether all calls around this one are known.</summary>
        public bool IsPlaced;

        /// <summary>Whether this call made a call of unknown duration, so that its self duration is unknown.</summary>
        public bool HasUnknownChild;
    }

    /// <summary>The number of calls that there is memory for.</summary>
    public int Capacity => _frames.Length;

    /// <summary>The number of open calls.</summary>
    public int Count { get; private set; }

    /// <summary>The frames; the first <see cref="Count"/> are in use.</summary>
    public ReadOnlySpan<Frame> Frames => _frames;

    /// <summary>The innermost call; only when <see cref="Count"/> is not 0.</summary>
    public ref Frame Top => ref _frames[Count - 1];

    /// <summary>Adds a call.</summary>
    public void Push(in Frame frame)
    {
        if (Count == _frames.Length) Array.Resize(ref _frames, Math.Max(4, Count * 2));
        _frames[Count++] = frame;
    }

    /// <summary>Removes and returns the innermost call.</summary>
    public Frame Pop()
    {
        Count--;
        Doubtful = Math.Min(Doubtful, Count);
        Cleared = Math.Min(Cleared, Count);
        return _frames[Count];
    }
}
