namespace KernelMagnifier.Measuring;

/// <summary>What a run of a measurement cost the machine: the whole process, from its start until the record was made.</summary>
public sealed record MeasurementCost
{
    /// <summary>The CPU time of this process and of the programs that it started, in user and kernel mode.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>The time that passed.</summary>
    public TimeSpan WallTime { get; init; }

    /// <summary>The most memory that the process had resident, in bytes; null if not known.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>The bytes read from the kernel's buffers.</summary>
    public long BytesRead { get; init; }

    /// <summary>The memory of the kernel's buffers, in bytes.</summary>
    public long BufferMemory { get; init; }
}
