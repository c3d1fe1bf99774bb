namespace KernelMagnifier.Latency.Activity;

/// <summary>What a task does at a time.</summary>
internal enum TaskStanding : byte
{
    /// <summary>Not known: no event has told it, or events were lost.</summary>
    Unknown,

    /// <summary>It is on a CPU, where handlers can interrupt it.</summary>
    OnCpu,

    /// <summary>It waits for a CPU.</summary>
    Runnable,

    /// <summary>It sleeps until something wakes it.</summary>
    Blocked,

    /// <summary>It has ended.</summary>
    Gone,
}
