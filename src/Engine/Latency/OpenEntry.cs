namespace KernelMagnifier.Latency;

/// <summary>An open interval with what its end needs to know of its start.</summary>
internal struct OpenEntry
{
    /// <summary>The start.</summary>
    public OpenInterval Open;

    /// <summary>The key, as an id in <see cref="LatencyNames"/>; 0 if the end has it.</summary>
    public int Key;

    /// <summary>The pid of the task in whose context the start was recorded.</summary>
    public int ProcessId;
}
