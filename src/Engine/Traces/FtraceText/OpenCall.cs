using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>A call on the stack of a task.</summary>
internal struct OpenCall
{
    /// <summary>The call; only its function is set if it was delivered at its entry.</summary>
    public CallRecord Call;

    /// <summary>Number of the call in the <see cref="Reading.EntryOrderWindow"/>.</summary>
    public long Number;

    /// <summary>Sum of the durations of the calls it made, in nanoseconds.</summary>
    public long Callees;

    /// <summary>Whether the duration of a call it made is not known, so that its self duration is not known either.</summary>
    public bool CalleesUnknown;

    /// <summary>The id of its stack in <see cref="StackTree"/>.</summary>
    public int Stack;

    /// <summary>Whether all calls around it are known.</summary>
    public bool IsPlaced;

    /// <summary>Whether it is the handler of an interrupt, or was called by one.</summary>
    public bool InInterrupt;

    /// <summary>
    /// Whether the recording contains its entry. If not, the call is only known from the depth of the calls it made.
    /// </summary>
    public bool HasEntry;

    /// <summary>Adds the duration of a call it made.</summary>
    public void AddCallee(long duration)
    {
        if (duration < 0) CalleesUnknown = true;
        else Callees = duration > long.MaxValue - Callees ? long.MaxValue : Callees + duration;
    }
}
