namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>How alike a task, or a group with the same name, is in the original and in the re-recordings.</summary>
public sealed record FidelityTask
{
    /// <summary>The name. Untrusted text.</summary>
    public required string Comm { get; init; }

    /// <summary><c>Faithful</c>, <c>Partial</c> or <c>NotReproduced</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Activations per second, before and after.</summary>
    public double? Rate { get; init; }

    /// <summary>The same in the re-recordings: the median of the runs, as all numbers of this kind.</summary>
    public double? RunRate { get; init; }

    /// <summary>The median time between wake-ups.</summary>
    public long? IntervalNanoseconds { get; init; }

    /// <summary>The same in the re-recordings.</summary>
    public long? RunIntervalNanoseconds { get; init; }

    /// <summary>The Kolmogorov–Smirnov distance of the times between wake-ups, 0 (equal) to 1. Descriptive.</summary>
    public double? ArrivalDistance { get; init; }

    /// <summary>The median run length of the re-recordings, divided by that of the original.</summary>
    public double? RunP50Ratio { get; init; }

    /// <summary>The same of the 90 % quantile.</summary>
    public double? RunP90Ratio { get; init; }

    /// <summary>The share of a CPU, 0 to 1, or more for several tasks.</summary>
    public double? CpuShare { get; init; }

    /// <summary>The same in the re-recordings.</summary>
    public double? RunCpuShare { get; init; }

    /// <summary>Migrations per activation.</summary>
    public double? MigrationRate { get; init; }

    /// <summary>The same in the re-recordings.</summary>
    public double? RunMigrationRate { get; init; }

    /// <summary>What differs, as a sentence; null if nothing does. Untrusted text.</summary>
    public string? Note { get; init; }
}
