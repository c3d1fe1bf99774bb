using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Counting;

/// <summary>Reads recordings with any filter. The filter applies to each recording separately.</summary>
internal static class TraceReading
{
    /// <summary>
    /// Reads a recording from its start and delivers the calls that pass the filter to the sink. With a filter that needs the
    /// whole graph (a minimum count; a root, if the recording has no call stacks), the recording is read twice: the first time to
    /// count its edges.
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
        if (filter is not { NeedsGraph: true } || !filter.NeedsGraphOf(reader.Nesting(cancel)))
            return reader.ReadOnce(sink, filter, null, cancel);
        reader.KeepForRereading(cancel);
        return reader.ReadOnce(sink, filter, ReachableEdges.Of(Count(reader, filter, cancel), filter), cancel);
    }

    /// <summary>
    /// Reads the kernel events of a recording in time order, and its calls if the filter is with calls. If the filter of the
    /// calls needs the whole graph, the recording is read twice, as by
    /// <see cref="Read(TraceReader, TraceSink, CallFilter?, CancellationToken)"/>.
    /// </summary>
    /// <param name="reader">The recording.</param>
    /// <param name="sink">Receives the events and calls that pass.</param>
    /// <param name="filter">The events and calls to deliver.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The kinds of events that the recording contains, and how many passed.</returns>
    public static FilteredEvents ReadEvents(
        this TraceReader reader, EventSink sink, EventFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        EdgeSelection? selection = null;
        if (filter is { WithCalls: true, Filter: { NeedsGraph: true } calls } && calls.NeedsGraphOf(reader.Nesting(cancel)))
        {
            reader.KeepForRereading(cancel);
            selection = ReachableEdges.Of(Count(reader, calls, cancel), calls);
        }
        var filtered = new FilteredEvents(sink, filter, selection);
        reader.ReadOnce(filtered, filter.WithCalls ? filter.Filter : filter.Common, null, cancel);
        return filtered;
    }

    /// <summary>
    /// Returns the graph of the calls that pass the filter. The recording is read once, unless its nesting is known only after a
    /// reading.
    /// </summary>
    /// <param name="reader">The recording.</param>
    /// <param name="tally">An empty tally that counts by edge.</param>
    /// <param name="filter">The calls to count; null for all.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    public static CallGraph ReadGraph(
        this TraceReader reader, CallTally tally, CallFilter? filter = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var mustKnow = filter is { Root.Count: > 0 } && reader.Nesting(cancel) is null;
        if (mustKnow) reader.Read(tally, filter, cancel);
        else reader.ReadOnce(tally, filter, null, cancel);
        var graph = tally.ToGraph();
        if (filter is not { NeedsGraph: true } || mustKnow) return graph;
        return ReachableEdges.Of(graph, reader.Source.Nesting == CallNesting.Stack ? filter with { Root = [] } : filter);
    }

    private static CallTally Count(TraceReader reader, CallFilter filter, CancellationToken cancel)
    {
        while (true)
        {
            var nesting = reader.Source.Nesting;
            var tally = new CallTally(CallGrouping.Edge);
            reader.ReadOnce(tally, filter, null, cancel);
            // A recording that turns out to have call stacks is counted again, with only the calls below the roots.
            if (reader.Source.Nesting == nesting || nesting == CallNesting.Stack || filter.Root.Count == 0) return tally;
        }
    }
}
