namespace KernelMagnifier.Workloads.Building;

/// <summary>The wake-ups of the tasks of one group by those of another.</summary>
internal sealed class GroupEdge(int waker, int wakee)
{
    /// <summary>The index of the waking group.</summary>
    public int Waker => waker;

    /// <summary>The index of the woken group.</summary>
    public int Wakee => wakee;

    /// <summary>The number of wake-ups.</summary>
    public long Count { get; set; }

    /// <summary>Whether a run of the workload makes them.</summary>
    public bool IsModelled { get; set; }

    /// <summary>Whether it is too rare to be modelled.</summary>
    public bool IsRare { get; set; }

    /// <summary>Whether it is in a ring of groups, each of which waits for the one before.</summary>
    public bool IsInRing { get; set; }
}
