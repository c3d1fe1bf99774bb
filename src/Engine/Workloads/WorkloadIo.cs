namespace KernelMagnifier.Workloads;

/// <summary>Block requests that the tasks of a group issued.</summary>
public sealed record WorkloadIo
{
    /// <summary>The device, as major,minor.</summary>
    public required string Device { get; init; }

    /// <summary><c>Read</c>, <c>Write</c>, <c>Flush</c> or <c>Discard</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The number of requests.</summary>
    public long Requests { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>How often the tasks began to issue requests, each time in one activation.</summary>
    public long Bursts { get; init; }

    /// <summary>The mean time from one burst of a task to its next one; null if there is only one.</summary>
    public long? IntervalNanoseconds { get; init; }

    /// <summary>Whether most requests begin on the disk where the one before ended.</summary>
    public bool IsSequential { get; init; }

    /// <summary>Whether most requests are synchronous, as those of fsync and of direct I/O.</summary>
    public bool IsSynchronous { get; init; }

    /// <summary>Of writes: how often the device was flushed after them, before the task wrote again.</summary>
    public long Flushes { get; init; }
}
