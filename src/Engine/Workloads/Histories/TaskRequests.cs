namespace KernelMagnifier.Workloads.Histories;

/// <summary>The block requests of one kind that a task issued to a device.</summary>
internal sealed class TaskRequests
{
    /// <summary>The device, as major,minor.</summary>
    public required string Device { get; init; }

    /// <summary><c>Read</c>, <c>Write</c>, <c>Flush</c> or <c>Discard</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The number of requests.</summary>
    public long Count { get; set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>The requests that begin where the one before ended.</summary>
    public long Sequential { get; set; }

    /// <summary>The requests that are synchronous, as direct I/O and fsync make them.</summary>
    public long Synchronous { get; set; }

    /// <summary>
    /// Of writes: how often a flush of the device followed, of this task or of another one, before the task wrote again.
    /// </summary>
    public long Flushed { get; set; }

    /// <summary>How often the task began to issue such requests: in another activation than the one before.</summary>
    public long Bursts { get; set; }

    /// <summary>The time of the first request.</summary>
    public long First { get; set; }

    /// <summary>The time of the last request.</summary>
    public long Last { get; set; }

    /// <summary>The sector after the last request.</summary>
    internal long Next { get; set; } = -1;

    /// <summary>The activation of the last request.</summary>
    internal long LastActivation { get; set; } = -1;
}
