using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>Applies a filter to the kernel events of a reading, and to its calls, and passes them to a sink.</summary>
internal sealed class FilteredEvents : EventSink
{
    // More kinds than this are the work of an attacker: the kernel has at most 65535 event ids.
    private const int MostKinds = 1 << 16;

    private readonly EventSink _sink;
    private readonly EventFilter _filter;
    private readonly CallFilter? _common;
    private readonly FilteredCalls? _calls;
    private readonly List<(string? System, string Name)> _seen = [];
    private TraceContext? _context;
    private CallPredicate? _predicate;

    /// <summary>Creates a sink in front of another one.</summary>
    /// <param name="sink">Receives the events and, if the filter is with calls, the calls.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="selection">The edges that pass, if the filter needs the graph of the calls; null for all edges.</param>
    public FilteredEvents(EventSink sink, EventFilter filter, EdgeSelection? selection = null)
    {
        (_sink, _filter, _common) = (sink, filter, filter.Common);
        if (filter.WithCalls && sink.Calls is { } calls)
            _calls = new FilteredCalls(calls, filter.Filter ?? new CallFilter(), selection);
    }

    /// <summary>The kinds of events that the reading has met, in order.</summary>
    public IReadOnlyList<(string? System, string Name)> Seen => _seen;

    /// <summary>The number of events that passed.</summary>
    public long Passed { get; private set; }

    /// <summary>The number of calls that passed.</summary>
    public long PassedCalls => _calls?.Passed ?? 0;

    /// <inheritdoc/>
    public override CallFields Fields
        => (_sink.Fields | (_common?.Fields ?? 0)) & ~(_filter.NamesStack ? CallFields.Stack : 0);

    /// <inheritdoc/>
    public override CallSink? Calls => _calls;

    /// <inheritdoc/>
    public override bool NeedsCallOrder => _sink.NeedsCallOrder;

    // The texts of events that do not pass would be made for nothing.
    /// <inheritdoc/>
    public override bool WantsMessages => _common is null && _sink.WantsMessages;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => _sink.Warnings;

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema)
    {
        if (_seen.Count < MostKinds) _seen.Add((schema.System, schema.Name));
        return _filter.Wants(schema) && _sink.Wants(schema);
    }

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _context = context;
        _predicate = null;
        _sink.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (_common is not null && !IsCommon(in record)) return;
        Passed++;
        _sink.Accept(in record);
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time) => _sink.Lost(cpu, events, time);

    /// <inheritdoc/>
    public override void Idle() => _sink.Idle();

    /// <inheritdoc/>
    public override void End(TraceInfo info) => _sink.End(info);

    /// <summary>Whether the CPU, the task, the context and the time of an event pass.</summary>
    private bool IsCommon(in EventRecord record)
    {
        // A call of no function has the same properties. Created at the first event, because a reader may not know the clock unit
        // before.
        var predicate = _predicate ??= new CallPredicate(_common!, null, _context!);
        var call = new CallRecord { Time = record.Time, Cpu = record.Cpu, Task = record.Task, Context = record.Context };
        predicate.NoteContexts(new ReadOnlySpan<CallRecord>(in call));
        return predicate.Matches(in call);
    }
}
