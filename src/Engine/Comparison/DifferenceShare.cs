using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison;

/// <summary>What moved a number, and by how much: a cause, or who has the intervals that changed.</summary>
/// <param name="What">
/// Of a cause, the category: <c>Task</c> (which was on the CPU), <c>HardIrq</c>, <c>SoftIrq</c>, <c>IdleExit</c>,
/// <c>Migration</c>, <c>Blocked</c>, <c>Running</c> or <c>Unknown</c>. Of who has the intervals: <c>Waiter</c> or <c>Caller</c> (the
/// task that waits, or makes the system call), <c>Waker</c>, <c>Task</c>, <c>HardIrq</c>, <c>SoftIrq</c>, <c>Function</c>,
/// <c>Syscall</c>, <c>Device</c> or <c>Source</c>.
/// </param>
/// <param name="Name">Its name; null if it has none. Untrusted text.</param>
/// <param name="Before">Its time or number before, normalised as the row; null if it was not there.</param>
/// <param name="After">Its time or number after; null if it is not there.</param>
/// <param name="Percent">What it is of the whole change in that direction, in per cent; null if there is no change.</param>
public sealed record DifferenceShare(string What, string? Name, double? Before, double? After, double? Percent)
{
    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape(string.Create(CultureInfo.InvariantCulture, $"{What} {Name}{(Percent is { } part ? $": {part:0} %" : "")}"));
}
