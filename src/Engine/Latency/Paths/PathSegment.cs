using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency.Paths;

/// <summary>
/// A part of a critical path: what a task waited for at that time. The segments of a path cover its time range without gap or
/// overlap.
/// </summary>
public sealed class PathSegment
{
    internal PathSegment() { }

    /// <summary>
    /// How many wake-ups lie between the task of the path and the one of the segment: 0 is the task itself, 1 its waker, 2 the
    /// waker of its waker.
    /// </summary>
    public int Depth { get; internal init; }

    /// <summary>
    /// <c>Running</c>, <c>Waiting</c> (for a CPU), <c>Blocked</c> (asleep, and what woke it is not followed further),
    /// <c>HardIrq</c>, <c>SoftIrq</c>, <c>Device</c>, or <c>Unknown</c> where events were lost or none tell.
    /// </summary>
    public string State { get; internal init; } = "";

    /// <summary>The pid of the task; null if it is not known, or if it is no task.</summary>
    public int? ProcessId { get; internal init; }

    /// <summary>The name of the task; null if it is not known, or if it is no task. Untrusted text.</summary>
    public string? Comm { get; internal init; }

    /// <summary>
    /// The interrupt, vector or device, or what a task waited for or was blocked on; null if there is nothing to name. Untrusted
    /// text.
    /// </summary>
    public string? What { get; internal init; }

    /// <summary>The CPU; null if it is not known, or if there is none.</summary>
    public int? Cpu { get; internal init; }

    /// <summary>The time of the start, in seconds or counts of the trace clock.</summary>
    public double? Start { get; internal init; }

    /// <summary>The time of the end.</summary>
    public double? End { get; internal init; }

    /// <summary>The time of day of the start, in UTC; null if the recording does not contain it.</summary>
    public DateTimeOffset? WallTime { get; internal init; }

    /// <summary>The length, in the unit that <see cref="Unit"/> names.</summary>
    public long DurationNanoseconds { get; internal init; }

    /// <summary>The length in per cent of the path.</summary>
    public double Percent { get; internal init; }

    /// <summary>The recording.</summary>
    public string? Recording { get; internal init; }

    /// <summary>The unit of the length: <c>Nanoseconds</c>, or <c>Counts</c> if the trace clock does not count time.</summary>
    public string Unit { get; internal init; } = nameof(ClockUnit.Nanoseconds);

    /// <summary>The start, with every digit.</summary>
    internal long StartTime { get; init; }

    /// <summary>The end, with every digit.</summary>
    internal long EndTime { get; init; }

    /// <summary>The pid of the task whose path it is; −1 if it is not known.</summary>
    internal int PathProcessId { get; init; } = -1;

    /// <summary>The name of that task; null if it is not known. Untrusted text.</summary>
    internal string? PathComm { get; init; }

    /// <summary>The recording.</summary>
    internal TraceContext? Origin { get; init; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(string.Create(CultureInfo.InvariantCulture,
        $"{Start:0.000000} {State} {Comm ?? What}{(ProcessId is { } pid ? $"/{pid}" : "")} {DurationNanoseconds} {(Unit == nameof(ClockUnit.Counts) ? "counts" : "ns")}"));
}
