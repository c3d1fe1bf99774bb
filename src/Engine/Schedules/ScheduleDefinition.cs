using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Schedules;

/// <summary>A schedule as it is registered.</summary>
internal sealed record ScheduleDefinition
{
    /// <summary>The name: letters, digits, <c>-</c> and <c>_</c>, at most 64.</summary>
    public required string Name { get; init; }

    /// <summary>When it runs (systemd.time(7), OnCalendar).</summary>
    public required string OnCalendar { get; init; }

    /// <summary>Each run starts up to this much later, so that hosts spread their runs.</summary>
    public TimeSpan RandomizedDelay { get; init; }

    /// <summary>What it measures.</summary>
    public required MeasurementPlan Plan { get; init; }

    /// <summary>Where its records go.</summary>
    public required IReadOnlyList<LogTarget> Targets { get; init; }

    /// <summary>The most bytes that the spool of a target holds.</summary>
    public long SpoolSize { get; init; } = LogDelivery.DefaultSpoolSize;

    /// <summary>The executable that it runs, as an absolute path.</summary>
    public required string Executable { get; init; }

    /// <summary>The scheduler: <c>Systemd</c> or <c>Cron</c>.</summary>
    public required string Scheduler { get; init; }

    /// <summary>When it was registered.</summary>
    public DateTimeOffset Registered { get; init; }
}
