using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// Hands on to a sink the calls that pass a further filter, while a recording is read: what a <c>CallSelector</c> does behind a pipeline.
/// The filter must not need the graph (<see cref="CallFilter.NeedsGraph"/>).
/// </summary>
public sealed class FilteredCalls : CallSink
{
    private readonly CallSink _sink;
    private readonly CallFilter _filter;
    private readonly CallRecord[] _kept = new CallRecord[1024];
    private CallPredicate? _predicate;
    private CallNames? _names;

    /// <summary>Hands on to a sink what passes a filter.</summary>
    public FilteredCalls(CallSink sink, CallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.NeedsGraph) throw new ArgumentException("A filter that needs the graph can judge no call before the last has come.", nameof(filter));
        (_sink, _filter) = (sink, filter);
    }

    /// <inheritdoc/>
    public override CallFields Fields => _sink.Fields | _filter.Fields;

    /// <inheritdoc/>
    public override bool InOrder => _sink.InOrder;

    /// <inheritdoc/>
    public override void Begin(CallNames names)
    {
        _names = names;
        _predicate = null;
        _sink.Begin(new CallNames(names, _filter.After(names.Filter)));
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        // Made with the first call: until then a reader may still be finding out what its clock counts.
        var predicate = _predicate ??= new CallPredicate(_filter, null, _names!);
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
    public override CallSink Fork() => new FilteredCalls(_sink.Fork(), _filter) { _names = _names };

    /// <inheritdoc/>
    public override void Join(CallSink fork) => _sink.Join(((FilteredCalls)fork)._sink);
}
