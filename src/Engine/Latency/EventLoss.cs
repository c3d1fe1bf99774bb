using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>A gap in the events of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Events">The number of lost events; null if the recording does not contain it.</param>
/// <param name="From">
/// The timestamp of the last event on the CPU before the gap (seconds, or counts of the clock); null if there is none.
/// </param>
/// <param name="To">The timestamp of the first event after the gap; null if there is none.</param>
/// <param name="Unit">The unit of the timestamps, as the name of a <see cref="ClockUnit"/>.</param>
public sealed record EventLoss(int Cpu, long? Events, double? From, double? To, string Unit)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var number = Events is { } events ? DisplayText.Count(events, "event") : "an unknown number of events";
        return TerminalText.Escape(string.Create(CultureInfo.InvariantCulture,
            $"CPU {Cpu}: {number}, {Range(From, To, Unit == nameof(ClockUnit.Counts) ? ClockUnit.Counts : ClockUnit.Nanoseconds)}"));
    }

    /// <summary>A range of time for people.</summary>
    internal static string Range(double? from, double? to, ClockUnit unit)
    {
        return $"from {(from is { } start ? Time(start, to is null) : "the start")} to {(to is { } end ? Time(end, true) : "the end")}";

        string Time(double time, bool withUnit)
            => unit == ClockUnit.Counts ? time.ToString("F0", CultureInfo.InvariantCulture)
                : time.ToString("F6", CultureInfo.InvariantCulture) + (withUnit ? " s" : "");
    }
}
