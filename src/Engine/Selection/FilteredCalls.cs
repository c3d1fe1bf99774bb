using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// Applies a filter to the calls of a reading and passes them to a sink: what a <c>CallSelector</c> does in a pipeline.
/// The filter must not need the graph (<see cref="CallFilter.NeedsGraph"/>).
/// </summary>
internal sealed class FilteredCalls : CallSink
{
    private readonly CallSink _sink;
    private readonly CallFilter _filter;
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
        var predicate = _predicate ??= new CallPredicate(_filter, null, _context!);
        predicate.NoteContexts(calls);
        var kept = 0;
        foreach (ref readonly var call in calls)
        {
            if (!predicate.Matches(in call)) continue;
            _kept[kept++] = call;
            if (kept < _kept.Length) continue;
            _sink.Accept(_kept);
            kept = 0;
        }
        if (kept > 0) _sink.Accept(_kept.AsSpan(0, kept));
    }

    /// <inheritdoc/>
    public override CallSink Fork() => new FilteredCalls(_sink.Fork(), _filter) { _context = _context };

    /// <inheritdoc/>
    public override void Join(TraceSink fork) => _sink.Join(((FilteredCalls)fork)._sink);

    /// <inheritdoc/>
    public override void End(TraceInfo info) => _sink.End(info);
}
