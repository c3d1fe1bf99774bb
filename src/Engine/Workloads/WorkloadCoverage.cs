using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads;

/// <summary>Which part of what the tasks did is in a workload.</summary>
public sealed record WorkloadCoverage
{
    /// <summary>How long the selected tasks ran.</summary>
    public long RunNanoseconds { get; init; }

    /// <summary>How much of it is modelled.</summary>
    public long ModelledRunNanoseconds { get; init; }

    /// <summary>How often the selected tasks were woken.</summary>
    public long Wakeups { get; init; }

    /// <summary>How many of these wake-ups are modelled.</summary>
    public long ModelledWakeups { get; init; }

    /// <summary>The block requests of the selected tasks; null if the recording has no block events.</summary>
    public long? IoRequests { get; init; }

    /// <summary>How many of these requests are modelled.</summary>
    public long? ModelledIoRequests { get; init; }

    /// <summary>What is not modelled, and why.</summary>
    public IReadOnlyList<WorkloadGap> Gaps { get; init => field = Indexable.Of(value); } = [];
}
