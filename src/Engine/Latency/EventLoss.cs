using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>A gap in the events of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Events">The number of lost events; null if the recording does not contain it.</param>
/// <param name="From">
/// The timestamp of the last event on the CPU before the gap (seconds, or counts of the clock); null if there is none.
/// </param>
/// <param name="To">The timestamp of the first event after the gap.</param>
public sealed record EventLoss(int Cpu, long? Events, double? From, double? To)
{
    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape(FormattableString.Invariant($"CPU {Cpu}, {From} to {To}: {Events?.ToString() ?? "unknown"}"));
}
