namespace KernelMagnifier.Workloads;

/// <summary>The recording that a workload comes from.</summary>
public sealed record WorkloadSource
{
    /// <summary>The file; null if it is not known.</summary>
    public string? Recording { get; init; }

    /// <summary>The kernel release (<c>uname -r</c>); null if the recording does not contain it.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The machine (<c>uname -m</c>); null if the recording does not contain it.</summary>
    public string? Machine { get; init; }

    /// <summary>The number of CPUs with events.</summary>
    public int? Cpus { get; init; }

    /// <summary>The time from the first to the last event.</summary>
    public long DurationNanoseconds { get; init; }

    /// <summary>The events that the recording lost.</summary>
    public long LostEvents { get; init; }
}
