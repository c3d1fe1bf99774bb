using System.Management.Automation;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>Pairs kernel events from the pipeline, live or deserialized, in their order, for each recording apart.</summary>
/// <param name="makeSink">Makes the sink for the intervals of a recording.</param>
/// <param name="makeWindows">Makes the measurement by time range of a recording that is watched; null for none.</param>
internal sealed class EventInput(Func<IntervalSink> makeSink, Func<EventSink>? makeWindows = null)
{
    private readonly Dictionary<TraceContext, EventSink> _live = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TraceContext, IntervalBuilder> _copies = new(ReferenceEqualityComparer.Instance);
    private readonly EventCopies _reader = new();

    /// <summary>The recordings of live events that have lost events, and whether the events are of a table.</summary>
    public IEnumerable<(TraceInfo Info, bool IsOfTable)> Lossy
        => from context in _live.Keys
           where context.Source.Info is { LostEvents: > 0 }
           select (context.Source.Info, context.Source.IsOfTable);

    /// <summary>Takes an event.</summary>
    public void Add(KernelEvent input)
    {
        if (!_live.TryGetValue(input.Origin, out var builder))
        {
            builder = makeWindows is not null && input.Origin.Source.IsWatched ? makeWindows() : new IntervalBuilder(makeSink());
            builder.Begin(input.Origin);
            _live.Add(input.Origin, builder);
        }
        var record = input.Record;
        if (builder.Wants(record.Schema)) builder.Accept(in record);
    }

    /// <summary>Takes a copy of an event. Returns false if the object is no kernel event.</summary>
    public bool TryAdd(PSObject input)
    {
        if (!_reader.TryRead(input, out var context, out var record)) return false;
        if (record.Schema is null) return true;
        if (!_copies.TryGetValue(context, out var builder))
        {
            builder = new IntervalBuilder(makeSink());
            builder.Begin(context);
            _copies.Add(context, builder);
        }
        if (builder.Wants(record.Schema)) builder.Accept(in record);
        return true;
    }

    /// <summary>Ends the input.</summary>
    public void Complete()
    {
        foreach (var (context, builder) in _live)
            builder.End(context.Source.Info ?? new TraceInfo(context.Source.Path) { Unit = context.Source.ClockUnit });
        foreach (var (context, builder) in _copies) builder.End(context.Source.Info ?? new TraceInfo(context.Source.Path));
    }
}
