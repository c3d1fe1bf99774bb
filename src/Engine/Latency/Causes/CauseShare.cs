using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency.Causes;

/// <summary>A part of an interval, or of many, and what it went to.</summary>
public sealed class CauseShare
{
    internal CauseShare() { }

    /// <summary>
    /// <c>Running</c> (the task or handler itself), <c>Task</c> (another task on the CPU), <c>HardIrq</c>, <c>SoftIrq</c>,
    /// <c>IdleExit</c>, <c>Migration</c>, <c>Blocked</c>, <c>Device</c>, or <c>Unknown</c> where events were lost or none tell.
    /// </summary>
    public string Category { get; internal init; } = "";

    /// <summary>
    /// What it was: the name of a task, the interrupt (<c>irq/name</c>), the vector, what a task was blocked on (<c>futex</c>,
    /// <c>timer</c>, a device), or the device; null if it has no name. Untrusted text.
    /// </summary>
    public string? Name { get; internal init; }

    /// <summary>
    /// The pid of the task, or of the thread that handled the softirq; null if it is not known, or if it was no task.
    /// </summary>
    public int? ProcessId { get; internal init; }

    /// <summary>
    /// The kernel's priority of the task: below 100 real-time, 100 to 139 are nice −20 to 19; null if it is not known, or if it
    /// was no task.
    /// </summary>
    public int? Priority { get; internal init; }

    /// <summary>
    /// Of <c>Blocked</c>: the pid of the task that woke it, 0 for the idle task; null if an interrupt or softirq did, or if it is not
    /// known.
    /// </summary>
    public int? Waker { get; internal init; }

    /// <summary>Of <c>Blocked</c>: the name of that task; null if it is not known. Untrusted text.</summary>
    public string? WakerComm { get; internal init; }

    /// <summary>Of <c>Blocked</c>: the execution context of the waker; null if it is not known.</summary>
    public string? WakerContext { get; internal init; }

    /// <summary>The time, in the unit that <see cref="Unit"/> names.</summary>
    public long Nanoseconds { get; internal init; }

    /// <summary>The time in per cent of the whole.</summary>
    public double Percent { get; internal init; }

    /// <summary>How many separate stretches of time it is.</summary>
    public long Count { get; internal init; }

    /// <summary>The unit of the time: <c>Nanoseconds</c>, or <c>Counts</c> if the trace clock does not count time.</summary>
    public string Unit { get; internal init; } = nameof(Model.ClockUnit.Nanoseconds);

    /// <summary>The functions that were recorded in it, most time or most calls first; empty if none were recorded.</summary>
    public IReadOnlyList<CauseFunction> Functions { get; internal init; } = [];

    /// <summary>The name of the thread that handled a softirq; null if it was no such thread. Untrusted text.</summary>
    internal string? ThreadComm { get; init; }

    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape(string.Create(CultureInfo.InvariantCulture, $"{Percent:0.#} % {CauseText.Of(this)}"));
}
