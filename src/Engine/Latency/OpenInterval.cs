namespace KernelMagnifier.Latency;

/// <summary>The start of an interval that has not ended.</summary>
internal struct OpenInterval
{
    /// <summary>An <see cref="Epoch"/> that no count of losses equals: the interval is uncertain from its start.</summary>
    public const int Uncertain = -1;

    /// <summary>The time of the start event.</summary>
    public long Start;

    /// <summary>
    /// How many losses there were at the start: on the CPU for kinds bound to a CPU, on all CPUs for the others. If the count has
    /// changed, the interval spans a loss. So a loss costs the same however many intervals are open.
    /// </summary>
    public int Epoch;

    /// <summary>The CPU of the start event.</summary>
    public int Cpu;

    /// <summary>Whether there is a start.</summary>
    public bool IsOpen;
}
