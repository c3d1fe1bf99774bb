using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Live;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Replay;

/// <summary>Decides what of a recording is watched.</summary>
internal static class WatchedEvents
{
    /// <summary>
    /// The kernel events to watch; null for calls. Events that are asked for are; a recording that begins with events and no
    /// calls has its events watched without being asked, unless a filter is for calls.
    /// </summary>
    /// <param name="reader">The recording.</param>
    /// <param name="asked">The events that are asked for; null for none.</param>
    /// <param name="filter">The filter of calls; null for none.</param>
    /// <param name="cancel">Ends it early.</param>
    public static EventFilter? Of(TraceReader reader, EventFilter? asked, CallFilter? filter, CancellationToken cancel)
        => asked is not null || reader is LiveTraceReader ? asked
            : EventFilter.NotForEvents(filter) is not null || TraceFile.HasCalls(reader, cancel) ? null
            : EventFilter.Of(["*"], filter);
}
