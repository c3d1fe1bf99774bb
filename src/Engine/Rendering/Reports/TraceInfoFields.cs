using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// The fields of a <see cref="TraceInfo"/> that have one value, for every output that describes a recording. The name of a field
/// is that of its property in camelCase.
/// </summary>
internal static class TraceInfoFields
{
    private const int MostReasons = 5;
    private const int MostKinds = 10;

    /// <summary>ISO 8601 with microseconds, for times of day in UTC.</summary>
    internal const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    /// <summary>All fields, in the order in which outputs show them.</summary>
    public static IReadOnlyList<ReportFact> Of(TraceInfo trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return
        [
            new("path", "Recording", ReportValue.Of(trace.Path)),
            new("format", "Format", ReportValue.Of(trace.Format)),
            new("formatVersion", "Format version", ReportValue.Of(trace.FormatVersion)),
            new("compression", "Compression", ReportValue.Of(trace.Compression)),
            new("tracer", "Tracer", ReportValue.Of(trace.Tracer)),
            new("clock", "Clock", ReportValue.Of(trace.Clock)),
            new("clockUnit", "Clock unit", ReportValue.Of(trace.ClockUnit)),
            new("kernelRelease", "Kernel", ReportValue.Of(trace.KernelRelease)),
            new("buildId", "Build id", ReportValue.Of(trace.BuildId)),
            new("cpus", "CPUs", ReportValue.Of(trace.Cpus)),
            new("isComplete", "Complete", ReportValue.Of(trace.IsComplete)),
            new("calls", "Calls", Known(trace, trace.Calls)),
            new("nesting", "Nesting", ReportValue.Of(trace.Nesting))
            {
                // Without calls, nothing is nested.
                IsDetail = trace is { IsComplete: true, Calls: 0 },
            },
            new("notPlaced", "Not placed", ReportValue.Of(trace.IsComplete ? trace.NotPlaced : null))
            {
                Note = trace.NotPlaced > 0 ? "calls whose stack is not completely known" : null,
            },
            new("events", "Events", Known(trace, trace.Events))
            {
                Note = trace.Events > 0 ? Kinds(trace.EventKinds, MostKinds) : null,
            },
            new("lostEvents", "Lost events", Known(trace, trace.LostEvents))
            {
                Note = trace.LostEvents > 0 ? $"{(trace.LostEventsIsMinimum ? "at least; " : "")}{LostShare(trace)}" : null,
                IsWarning = trace.LostEvents > 0,
            },
            new("lostEventsBasis", "Lost events counted by", ReportValue.Of(trace.LostEventsBasis))
            {
                IsDetail = true,
            },
            new("lostEventsIsMinimum", "Lost events at least",
                trace.IsComplete ? ReportValue.Of(trace.LostEventsIsMinimum) : default)
            { IsDetail = true },
            new("overwrittenEvents", "Overwritten events", ReportValue.Of(trace.OverwrittenEvents)),
            new("latencyNanoseconds", "Latency (ns)", ReportValue.Of(trace.LatencyNanoseconds)),
            new("latencyCpu", "Latency CPU", ReportValue.Of(trace.LatencyCpu)),
            new("latencyProcessId", "Latency PID", ReportValue.Of(trace.LatencyProcessId)),
            new("latencyComm", "Latency task", ReportValue.Of(trace.LatencyComm)),
            new("latencyStartedAt", "Latency started at", ReportValue.Of(trace.LatencyStartedAt)),
            new("latencyEndedAt", "Latency ended at", ReportValue.Of(trace.LatencyEndedAt)),
            new("notParsed", "Not parsed", Known(trace, trace.NotParsed))
            {
                Note = trace.NotParsed > 0 ? Kinds(trace.NotParsedKinds) : null, IsWarning = trace.NotParsed > 0,
            },
            new("firstTimestamp", "First timestamp", ReportValue.Time(trace.FirstTime, trace)),
            new("startTime", "Start time", ReportValue.Of(trace.StartTime?.ToString(TimeFormat, CultureInfo.InvariantCulture))),
            new("lastTimestamp", "Last timestamp", ReportValue.Time(trace.LastTime, trace)),
            new("duration", "Duration (s)", Duration(trace)),
        ];
    }

    /// <summary>All fields for people, then the warnings of the reading.</summary>
    public static IEnumerable<ReportFact> WithWarnings(TraceInfo trace)
        => Of(trace).Where(f => !f.IsDetail)
            .Concat(trace.Warnings.Select(w => new ReportFact("warning", "Warning", ReportValue.Of(w)) { IsWarning = true }));

    /// <summary>
    /// The share of lost events among all events that happened, such as "0.12 % of all events", and who counted them if it was
    /// not the recording.
    /// </summary>
    public static string LostShare(TraceInfo trace)
        => $"{Losses.Percent(trace.RecordedEvents, trace.LostEvents)} % of all events"
            + (trace.LossBasis == LostEventsBasis.KernelCount ? ", by the kernel's own count" : "");

    /// <summary>A number of the recording; nothing if the reading did not reach its end.</summary>
    private static ReportValue Known(TraceInfo trace, long number) => trace.IsComplete ? ReportValue.Of(number) : default;

    private static ReportValue Duration(TraceInfo trace)
        => trace.Unit == ClockUnit.Nanoseconds ? ReportValue.Time(trace.LastTime - trace.FirstTime, trace) : default;

    /// <summary>The first kinds of events or reasons with their numbers.</summary>
    public static string Kinds(IReadOnlyDictionary<string, long> kinds, int most = MostReasons)
        => string.Join(", ", kinds.Take(most).Select(k => $"{k.Key}: {DisplayText.Number(k.Value)}"))
            + (kinds.Count > most ? ", …" : "");
}
