using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Schedules;

/// <summary>A schedule of this machine and how it stands.</summary>
public sealed record Schedule
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <c>Active</c>, <c>Suspended</c> (each run leaves a record that says so), or <c>Broken</c>: parts of it are missing or were
    /// changed by others, see <see cref="Problems"/>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Why it is suspended; null if it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was suspended; null if it is not.</summary>
    public DateTimeOffset? SuspendedSince { get; init; }

    /// <summary>When it runs (systemd.time(7), OnCalendar).</summary>
    public required string OnCalendar { get; init; }

    /// <summary>Each run starts up to this much later.</summary>
    public TimeSpan RandomizedDelay { get; init; }

    /// <summary>What it measures.</summary>
    public required MeasurementRequest Request { get; init; }

    /// <summary>Where its records go.</summary>
    public IReadOnlyList<string> LogTo { get; init; } = [];

    /// <summary>The scheduler: <c>Systemd</c> or <c>Cron</c>.</summary>
    public required string Scheduler { get; init; }

    /// <summary>The next run, without its random delay; null if not known.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>The start of the last run; null if there was none.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>The status of the last run's record; null if there was none.</summary>
    public string? LastStatus { get; init; }

    /// <summary>The number of the last run in its epoch; null if there was none.</summary>
    public long? Sequence { get; init; }

    /// <summary>The epoch of the numbers.</summary>
    public Guid? Epoch { get; init; }

    /// <summary>How many runs in a row, up to the last one, were ended because they were over their budget.</summary>
    public int Overruns { get; init; }

    /// <summary>The number of records that wait for their receivers.</summary>
    public long Waiting { get; init; }

    /// <summary>The files that belong to it.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What is wrong with it, as sentences.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Name}: {State}, {OnCalendar}");
}
