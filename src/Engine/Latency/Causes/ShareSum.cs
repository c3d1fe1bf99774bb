using KernelMagnifier.Latency.Activity;

namespace KernelMagnifier.Latency.Causes;

/// <summary>A share of an interval, while the recording is read.</summary>
internal struct ShareSum()
{
    /// <summary>The time.</summary>
    public long Nanoseconds;

    /// <summary>The separate stretches of time.</summary>
    public long Count;

    /// <summary>The priority of the task that was on the CPU.</summary>
    public int Priority = CpuOccupant.NoPriority;

    /// <summary>The calls and the self time of functions; null if none were recorded.</summary>
    public Dictionary<int, (long Calls, long Self)>? Functions;
}
