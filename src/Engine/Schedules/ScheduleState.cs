namespace KernelMagnifier.Schedules;

/// <summary>What a schedule keeps from run to run.</summary>
internal sealed record ScheduleState
{
    /// <summary>The numbering of the runs. A schedule that lost its state begins another one.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>The number of the next run.</summary>
    public long NextSequence { get; init; } = 1;

    /// <summary>How many runs in a row, up to the last one, were ended because they were over their budget.</summary>
    public int Overruns { get; init; }

    /// <summary>The run that has begun and left no record yet; null for none.</summary>
    public StartedRun? Running { get; init; }

    /// <summary>The last run that left a record; null for none.</summary>
    public EndedRun? Last { get; init; }

    /// <summary>The suspension; null if the schedule is not suspended.</summary>
    public ScheduleSuspension? Suspension { get; init; }

    /// <summary>A state at its beginning.</summary>
    public static ScheduleState New() => new() { Epoch = Guid.NewGuid() };
}
