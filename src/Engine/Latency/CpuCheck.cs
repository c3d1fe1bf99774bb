namespace KernelMagnifier.Latency;

/// <summary>What is checked on one CPU.</summary>
internal sealed class CpuCheck
{
    /// <summary>The time of the latest event.</summary>
    public long? Latest { get; set; }

    /// <summary>The events whose time is earlier than that of the event before.</summary>
    public long Descending { get; set; }

    /// <summary>The time of the latest switch since the last loss; null before the first.</summary>
    public long? LastSwitch { get; set; }

    /// <summary>The time between the first and the last switch, without losses.</summary>
    public long Observed { get; set; }

    /// <summary>The time on the CPU of tasks and of the idle task.</summary>
    public long Accounted { get; set; }

    /// <summary>Whether there was a switch.</summary>
    public bool HasSwitch { get; set; }

    /// <summary>
    /// The open handlers of interrupts, innermost last: irq numbers, and the names of vectors as negative numbers.
    /// </summary>
    public List<long> Open { get; } = [];

    /// <summary>Whether an exit without an entry is no contradiction: at the start, or after a loss.</summary>
    public bool CanBeginInside { get; set; } = true;

    /// <summary>The exits of handlers that were not the innermost open ones.</summary>
    public long NotNested { get; set; }
}
