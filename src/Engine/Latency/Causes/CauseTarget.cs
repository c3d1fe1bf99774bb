using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>
/// An interval whose causes are wanted. It has no ids of a reading, because the recording is read again for its causes.
/// </summary>
internal sealed class CauseTarget
{
    private CauseTarget() { }

    /// <summary>The kind.</summary>
    public required IntervalKind Kind { get; init; }

    /// <summary>The key; null if the kind has none.</summary>
    public string? Key { get; private init; }

    /// <summary>The name of the key of a system call; null if it is not known.</summary>
    public string? Name { get; private init; }

    /// <summary>The task; −1 if it is not known.</summary>
    public int ProcessId { get; private init; } = IntervalRecord.Unknown;

    /// <summary>The name of the task; null to take it from the recording.</summary>
    public string? Comm { get; private init; }

    /// <summary>The CPU of the end; −1 if it is not known.</summary>
    public int Cpu { get; private init; } = IntervalRecord.Unknown;

    /// <summary>The start, in nanoseconds or counts of the clock.</summary>
    public required long Start { get; init; }

    /// <summary>The end.</summary>
    public required long End { get; init; }

    /// <summary>The interval; null of values.</summary>
    public Interval? Interval { get; private init; }

    /// <summary>Whether the task waits for a CPU all the time.</summary>
    public bool IsWait => Kind is IntervalKind.Wakeup or IntervalKind.WakeupNew or IntervalKind.Preempted;

    /// <summary>Whether the time is that of a device.</summary>
    public bool IsOfDevice => Kind == IntervalKind.Block;

    /// <summary>Whether the time is that of a task, wherever it is; else that of a CPU.</summary>
    public bool IsOfTask => Kind is IntervalKind.Wakeup or IntervalKind.WakeupNew or IntervalKind.Preempted or IntervalKind.OnCpu
        or IntervalKind.Syscall or IntervalKind.WorkQueue or IntervalKind.WorkRun or IntervalKind.Call;

    /// <summary>Whether what runs on the CPU at the start is what the interval measures.</summary>
    public bool IsOfHandler => Kind is IntervalKind.Irq or IntervalKind.IrqVector or IntervalKind.SoftIrq or IntervalKind.Timer
        or IntervalKind.HrTimer or IntervalKind.Idle;

    /// <summary>The target of an interval.</summary>
    public static CauseTarget Of(Interval interval)
    {
        ref readonly var record = ref interval.Record;
        return new CauseTarget
        {
            Kind = record.Kind, Key = interval.Key, Name = interval.Name, ProcessId = record.ProcessId, Cpu = record.Cpu,
            Start = record.Start, End = record.End, Interval = interval,
        };
    }

    /// <summary>The target of the properties of an interval, such as those of a deserialized copy.</summary>
    /// <param name="kind">The name of the kind.</param>
    /// <param name="key">The key; null if there is none.</param>
    /// <param name="processId">The task; null if it is not known.</param>
    /// <param name="cpu">The CPU of the end; null if it is not known.</param>
    /// <param name="start">The start: seconds, or counts.</param>
    /// <param name="duration">The length, in nanoseconds or counts.</param>
    /// <param name="unit">The unit of the length.</param>
    /// <returns>Null if there is no such kind, or if the times cannot be those of an interval.</returns>
    public static CauseTarget? Of(string kind, string? key, int? processId, int? cpu, double start, long duration, ClockUnit unit)
    {
        if (!Enum.TryParse<IntervalKind>(kind, true, out var known) || !Enum.IsDefined(known) || duration < 0) return null;
        var time = unit == ClockUnit.Counts ? start : Math.Round(start * 1e9);
        if (!(time > -9e18 && time < 9e18) || (long)time > long.MaxValue - duration) return null;
        return new CauseTarget
        {
            Kind = known, Key = key, ProcessId = processId ?? IntervalRecord.Unknown, Cpu = cpu ?? IntervalRecord.Unknown,
            Start = (long)time, End = (long)time + duration,
        };
    }
}
