using KernelMagnifier.Text;

namespace KernelMagnifier.Latency.Causes;

/// <summary>
/// What the time of an interval went to, or that of several intervals together. The shares are net of nesting and add up to the
/// duration.
/// </summary>
public sealed class LatencyCause
{
    internal LatencyCause() { }

    /// <summary>The kind of the interval, such as <c>Wakeup</c>; null of several kinds.</summary>
    public string? Kind { get; internal init; }

    /// <summary>The key of the interval, as <see cref="Interval.Key"/>; null of several intervals.</summary>
    public string? Key { get; internal init; }

    /// <summary>
    /// The name of a system call that the recording has only the number of, as <see cref="Interval.Name"/>; null if it is not known,
    /// or of several.
    /// </summary>
    public string? Name { get; internal init; }

    /// <summary>The name of the task that waited or ran; null if it is not known, or of several tasks.</summary>
    public string? Comm { get; internal init; }

    /// <summary>The pid of that task; null if it is not known, or of several tasks.</summary>
    public int? ProcessId { get; internal init; }

    /// <summary>The time of the start, in seconds or counts of the trace clock; null of several intervals.</summary>
    public double? Start { get; internal init; }

    /// <summary>The time of the end; null of several intervals.</summary>
    public double? End { get; internal init; }

    /// <summary>The time of day of the start, in UTC; null if the recording does not contain it, or of several intervals.</summary>
    public DateTimeOffset? WallTime { get; internal init; }

    /// <summary>The length, or the sum of the lengths, in the unit that <see cref="Unit"/> names.</summary>
    public long DurationNanoseconds { get; internal init; }

    /// <summary>The CPU of the end; null if it is not known, or of several CPUs.</summary>
    public int? Cpu { get; internal init; }

    /// <summary>The number of intervals.</summary>
    public long Count { get; internal init; } = 1;

    /// <summary>What the time went to, the largest share first.</summary>
    public IReadOnlyList<CauseShare> Shares { get; internal init; } = [];

    /// <summary>The largest share in words, such as <c>ksoftirqd/1 NET_RX</c>; null if there is none.</summary>
    public string? TopCause { get; internal init; }

    /// <summary>The largest share in per cent; null if there is none.</summary>
    public double? TopPercent { get; internal init; }

    /// <summary>The recording; null of several.</summary>
    public string? Recording { get; internal init; }

    /// <summary>The unit of all lengths: <c>Nanoseconds</c>, or <c>Counts</c> if the trace clock does not count time.</summary>
    public string Unit { get; internal init; } = nameof(Model.ClockUnit.Nanoseconds);

    /// <summary>The causes as a sentence.</summary>
    public string Sentence { get; internal set; } = "";

    /// <summary>The interval; null of several.</summary>
    internal Interval? Interval { get; init; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Sentence);
}
