using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison;

/// <summary>A task, interrupt, function or waker that moved a number, and by how much.</summary>
/// <param name="What">
/// What it is: <c>Task</c>, <c>Waker</c>, <c>HardIrq</c>, <c>SoftIrq</c>, <c>Function</c>, <c>Syscall</c>, <c>Device</c>, or a
/// category of <see cref="Latency.Causes.CauseShare.Category"/>.
/// </param>
/// <param name="Name">Its name; null if it has none. Untrusted text.</param>
/// <param name="Before">Its time or number before, normalised as the row; null if it was not there.</param>
/// <param name="After">Its time or number after; null if it is not there.</param>
/// <param name="Percent">What it is of the whole change, in per cent; null if there is no change.</param>
public sealed record DifferenceShare(string What, string? Name, double? Before, double? After, double? Percent)
{
    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape(string.Create(CultureInfo.InvariantCulture, $"{What} {Name}{(Percent is { } part ? $": {part:0} %" : "")}"));
}
