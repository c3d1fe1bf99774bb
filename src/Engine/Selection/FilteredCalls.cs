using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// Applies a filter to the calls of a reading and passes them to a sink: what a <c>CallSelector</c> does in a pipeline.
/// Without a selection, the filter must not need the graph (<see cref="CallFilter.NeedsGraphOf"/>).
/// </summary>
internal sealed class FilteredCalls : CallSink
{
    private readonly CallSink _sink;
    private readonly CallFilter _filter;
    private readonly EdgeSelection? _selection;
    private readonly CallRecord[] _kept = new CallRecord[1024];
    private CallPredicate? _predicate;
    private TraceContext? _context;

    /// <summary>Creates a sink in front of another one.</summary>
    public FilteredCalls(CallSink sink, CallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.NeedsGraph)
            throw new ArgumentException("A filter that needs the graph cannot be applied to single calls.", nameof(filter));
        (_sink, _filter) = (sink, filter);
    }

    /// <summary>Creates a sink in front of another one, in a reading whose graph is known if the filter needs it.</summary>
    /// <param name="sink">Receives the calls.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="selection">The edges that pass; null for all.</param>
    public FilteredCalls(CallSink sink, CallFilter filter, EdgeSelection? selection)
        => (_sink, _filter, _selection) = (sink, filter, selection);

    /// <summary>The number of calls that passed.</summary>
    public long Passed { get; private set; }

    /// <inheritdoc/>
    public override CallFields Fields => _sink.Fields | _filter.Fields;

    /// <inheritdoc/>
    public override bool InOrder => _sink.InOrder;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _context = context;
        _predicate = null;
        _sink.Begin(FilteredContext.Of(context, _filter));
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        // Created at the first call, because a reader may not know the clock unit before.
        var predicate = _predicate ??= new CallPredicate(_filter, _selection, _context!);
        predicate.NoteContexts(calls);
        var kept = 0;
        foreach (ref readonly var call in calls)
        {
            if (!predicate.Matches(in call)) continue;
            Passed++;
            _kept[kept++] = call;
            if (kept < _kept.Length) continue;
            _sink.Accept(_kept);
            kept = 0;
        }
        if (kept > 0) _sink.Accept(_kept.AsSpan(0, kept));
    }

    /// <inheritdoc/>
    public override CallSink Fork() => new FilteredCalls(_sink.Fork(), _filter, _selection) { _context = _context };

    /// <inheritdoc/>
    public override void Join(TraceSink fork) => _sink.Join(((FilteredCalls)fork)._sink);

    /// <inheritdoc/>
    public override void Idle() => _sink.Idle();

    /// <inheritdoc/>
    public override void End(TraceInfo info) => _sink.End(info);
}
