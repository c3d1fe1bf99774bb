using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>Converts counts by caller and function to the edges that they count.</summary>
internal sealed class CountsAsEdges(ObjectConverter converter)
{
    /// <summary>What is expected, in errors.</summary>
    public const string What = "a call count by edge";

    private readonly Dictionary<(CallCollector?, TraceInfo?, string?), TraceContext> _contexts = [];
    private bool _hasCaller, _lacksCaller;

    /// <summary>Converts a count.</summary>
    public CallEdge Edge(FunctionCallCount count)
    {
        if (count.FunctionSymbol is not { } function)
            throw new InputException(nameof(FunctionCallCount.Function), null, What);
        if (count.CallerSymbol is not { } caller)
            throw new InputException(nameof(FunctionCallCount.Caller), null, What);
        return new CallEdge(
            caller, function, count.Calls, count.TotalNanoseconds, count.SelfNanoseconds, ContextOf(count));
    }

    /// <summary>Converts an object that has the properties of a count.</summary>
    public CallEdge Edge(InputProperties input)
    {
        foreach (var name in new[] { nameof(FunctionCallCount.Function), nameof(FunctionCallCount.Caller) })
            if (!input.Has(name))
                throw new InputException(name, null, What);
        var group = converter.Group(input);
        if (group.Function == FunctionSymbol.Unknown) throw new InputException(nameof(FunctionCallCount.Function), null, What);
        // Counts by function have the property too, without a value. Whether one is unknown is not known before the last one.
        if (group.Caller != FunctionSymbol.Unknown || CountGroupings.Of(input) is { } by && by.HasFlag(CallGrouping.Caller))
            _hasCaller = true;
        else _lacksCaller = true;
        return new CallEdge(
            group.Caller, group.Function, group.Count, group.Total, group.Self, converter.ContextOf(group.Recording));
    }

    /// <summary>Checks that the counts were by caller: at least one of them has one.</summary>
    public void Complete()
    {
        if (_lacksCaller && !_hasCaller) throw new InputException(nameof(FunctionCallCount.Caller), null, What);
    }

    /// <summary>The recordings and the filter of a count.</summary>
    private TraceContext ContextOf(FunctionCallCount count)
    {
        var key = (count.Source, count.Trace, count.Recording);
        if (_contexts.TryGetValue(key, out var context)) return context;
        IEnumerable<TraceInfo> traces = count.Source?.Traces ?? (count.Trace is { } trace ? [trace] : []);
        if (count.Recording is { } recording) traces = traces.Where(trace => trace.Path == recording);
        var sources = traces.Select(trace => new TraceSource(trace)).ToList();
        var source = sources.Count == 0 ? new TraceSource(count.Recording ?? "") : sources.Aggregate(TraceSource.Of);
        context = FilteredContext.Of(new TraceContext(source, new CallNames()), count.Source?.Filter);
        _contexts.Add(key, context);
        return context;
    }
}
