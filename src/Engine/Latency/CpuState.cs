namespace KernelMagnifier.Latency;

/// <summary>What is known of a CPU.</summary>
internal sealed class CpuState
{
    /// <summary>The slice of the task or idle task that was switched in last.</summary>
    public OpenInterval Slice;

    /// <summary>The pid of <see cref="Slice"/>.</summary>
    public int SlicePid;

    /// <summary>The pid that runs; -1 if not known, as before the first switch and after a loss.</summary>
    public int Current = -1;

    /// <summary>The number of losses on this CPU.</summary>
    public int Losses;

    /// <summary>The handlers that run.</summary>
    public HandlerFrames Frames { get; } = new();
}
