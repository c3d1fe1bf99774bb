using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Counting;

/// <summary>Reads recordings with any filter.</summary>
public static class TraceReading
{
    /// <summary>
    /// Reads a recording from its start and delivers the calls that pass the filter to the sink. With a filter that needs the
    /// whole graph (a root, a minimum count), the recording is read twice: the first time to count its edges.
    /// </summary>
    /// <param name="reader">The recording.</param>
    /// <param name="sink">Receives the calls.</param>
    /// <param name="filter">The calls to deliver; null for all.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The description of the recording.</returns>
    public static TraceInfo Read(
        this TraceReader reader, TraceSink sink, CallFilter? filter = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (filter is not { NeedsGraph: true }) return reader.ReadOnce(sink, filter, null, cancel);
        reader.KeepForRereading(cancel);
        var tally = new CallTally(CallGrouping.Edge);
        reader.ReadOnce(tally, filter, null, cancel);
        return reader.ReadOnce(sink, filter, ReachableEdges.Of(tally, filter), cancel);
    }
}
