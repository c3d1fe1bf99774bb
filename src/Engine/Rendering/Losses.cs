using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering;

/// <summary>What is known of the events that recordings lost, in the words that every output uses.</summary>
internal static class Losses
{
    /// <summary>
    /// The number of lost events; null if it is not known because a recording was not read to its end, or because the calls come
    /// from no recording.
    /// </summary>
    public static long? Events(IReadOnlyCollection<TraceInfo?> traces)
        => traces.Count == 0 || traces.Any(trace => trace is not { IsComplete: true }) ? null : traces.Sum(t => t!.LostEvents);

    /// <summary>Whether events were lost or input was not parsed.</summary>
    public static bool Any(IEnumerable<TraceInfo> traces) => traces.Any(t => t.LostEvents + t.NotParsed > 0);

    /// <summary>The share of lost events in per cent, with two decimals.</summary>
    /// <param name="events">The number of recorded events.</param>
    /// <param name="lost">The number of lost events.</param>
    public static string Percent(long events, long lost)
        => (events + lost == 0 ? 0 : lost / ((double)events + lost) * 100).ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>What the losses mean for intervals, as a clause; null if nothing was lost.</summary>
    public static string? OfIntervals(IReadOnlyCollection<TraceInfo> traces)
    {
        var lost = traces.Sum(t => t.LostEvents);
        var least = traces.Any(t => t.LostEventsIsMinimum) ? "At least " : "";
        return lost == 0 ? null : $"{least}{DisplayText.Count(lost, "event")} {(lost == 1 ? "was" : "were")} lost "
            + "while recording: intervals across the gaps are not counted";
    }

    /// <summary>The losses as a clause without a full stop.</summary>
    public static string Text(IReadOnlyCollection<TraceInfo?> traces)
    {
        if (Events(traces) is not { } lost)
            return "Unknown whether events were lost"
                + (traces.Any(trace => trace is { IsComplete: false }) ? ": the recording was not read to its end" : "");
        var notParsed = traces.Sum(t => t!.NotParsed);
        var share = $"{Percent(traces.Sum(t => t!.RecordedEvents), lost)} %";
        var text = lost == 0 ? "No events were lost"
            : $"{(traces.Any(t => t!.LostEventsIsMinimum) ? "At least " : "")}{DisplayText.Count(lost, "event")} "
                + $"{(lost == 1 ? "was" : "were")} lost while recording ({share}): "
                + "counts are lower bounds, rare calls may be missing";
        return notParsed == 0 ? text : $"{text}; {DisplayText.Number(notParsed)} lines or records were not parsed";
    }
}
