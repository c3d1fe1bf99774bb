using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>
/// Applies a filter to call events or call edges that arrive one at a time, from any number of recordings. It selects the calls
/// that a reader selects with the same filter, each recording separately. Not thread-safe.
/// </summary>
/// <remarks>
/// A filter that needs the whole graph (<see cref="CallFilter.NeedsGraph"/>) cannot decide before the last call has arrived.
/// Calls that pass
/// the rest of the filter are held until <see cref="HeldEvents"/> or <see cref="HeldEdges"/> is called.
/// </remarks>
internal sealed class CallSelector
{
    private readonly CallFilter _filter;
    private readonly ISourceResolver? _resolver;
    private readonly Dictionary<TraceContext, Input> _inputs = [];
    private readonly Dictionary<FunctionSymbol, FunctionSymbol> _resolved = [];
    private readonly CallPredicate _edgePredicate;
    private readonly EdgesBelow? _edgesBelow;
    private readonly List<CallEvent> _events = [];
    private readonly List<CallEdge> _edges = [];
    private readonly HashSet<TraceContext> _edgeContexts = [];
    private readonly ArrivedCalls _arrived = new();
    private Input? _input;
    private TraceContext? _edgeContext, _filteredEdgeContext;
    private bool _edgesHaveSource, _edgesLackSource;
    private long _largestCount;

    /// <summary>Creates a selector.</summary>
    /// <param name="filter">The calls to select.</param>
    /// <param name="resolver">Finds the source locations of functions, such as a symbol map; null to keep those that the calls
    /// have.</param>
    public CallSelector(CallFilter filter, ISourceResolver? resolver = null)
    {
        (_filter, _resolver) = (filter, resolver);
        _edgePredicate = new CallPredicate(filter);
        _edgesBelow = filter.Root.Count > 0 ? new EdgesBelow(filter) : null;
    }

    /// <summary>The recordings and names of the calls and edges that arrived.</summary>
    public IEnumerable<TraceContext> Contexts
        => _inputs.Values.Select(i => i.Filtered).Concat(_edgeContexts).DistinctBy(context => context.Names);

    /// <summary>The names and descriptions of what arrived. Calls without a recording have one description.</summary>
    public IEnumerable<(CallNames Names, TraceInfo Info)> Inputs()
    {
        foreach (var context in Contexts)
            if (context.Source.Info is { } info)
                yield return (context.Names, info);
        if (_arrived.Summary is not { } arrived) yield break;
        arrived.Names.LargestCount = Contexts.Select(context => context.Names).Where(names => names.IsDetached)
            .Select(names => names.LargestCount).Append(_largestCount).Max();
        yield return arrived;
    }

    /// <summary>The functions of edges whose source files the symbol map of this selector has.</summary>
    public IEnumerable<FunctionSymbol> Resolved => _resolved.Values;

    /// <summary>Returns the event, with its sources resolved, if it passes; null if it does not pass or is held.</summary>
    /// <exception cref="KernelMagnifierException">The filter needs source files and there is no symbol map
    /// (<see cref="ErrorCode.NeedsSymbolMap"/>).</exception>
    public CallEvent? Select(CallEvent call)
    {
        var input = _input;
        if (input is null || !ReferenceEquals(input.Original, call.Origin)) input = Switch(call.Origin);
        if (input.Translation is { } translation) call = translation.Translate(call);
        if (input.IsDetached) _arrived.Add(call);
        else input.Predicate.NoteContexts(new ReadOnlySpan<CallRecord>(in call.Record));
        if (!input.Predicate.Matches(in call.Record)) return null;
        // A translated event has the filtered context already; any other is created again with it.
        if (input.Translation is null) call = call.With(input.Filtered, in call.Record);
        if (input.Tally is not { } tally) return call;
        tally.Accept(new ReadOnlySpan<CallRecord>(in call.Record));
        _events.Add(call);
        return null;
    }

    /// <summary>Returns the edge, with its sources resolved, if it passes; null if it does not pass or is held.</summary>
    /// <exception cref="KernelMagnifierException">The filter cannot be applied to edges
    /// (<see cref="ErrorCode.NotForEdges"/>).</exception>
    public CallEdge? Select(CallEdge edge)
    {
        if (_filter.NotForEdges is { } property)
            throw new KernelMagnifierException(ErrorCode.NotForEdges, property,
                "edges contain only caller, callee and count and cannot be filtered by this.",
                "Filter the calls instead of their edges.");
        edge = Resolve(edge);
        if (edge.Origin is not { Names.IsDetached: false }) _arrived.Add(edge);
        if (edge.CallerSourceFile is null && edge.CalleeSourceFile is null) _edgesLackSource = true;
        else _edgesHaveSource = true;
        if (!_edgePredicate.Matches(edge)) return null;
        if (_edgesBelow is not null && edge.Stacks is not null && _edgesBelow.Of(edge) is var below)
        {
            if (below is null) return null;
            edge = below;
        }
        if (!_filter.NeedsGraphOf(edge.NestedBy)) return edge;
        _edges.Add(edge);
        return null;
    }

    /// <summary>Returns the held events that pass, in the order of their arrival. Call it once, after the last event.</summary>
    /// <exception cref="KernelMagnifierException">The filter needs source files and no call of a script or another process had
    /// one (<see cref="ErrorCode.NeedsSymbolMap"/>).</exception>
    public IEnumerable<CallEvent> HeldEvents()
    {
        if (_filter.NeedsSource && _resolver is null && _inputs.Keys.Any(c => c.Names is { IsDetached: true, HasSources: false }))
            throw NeedsSymbolMap();
        if (_events.Count == 0) yield break;
        var selections = _inputs.Values.Where(i => i.Tally is not null)
            .ToDictionary(i => i.Filtered, i => ReachableEdges.Of(i.Tally!, _filter));
        foreach (var call in _events)
            if (selections[call.Origin].Contains(call.Record.Caller, call.Record.Function))
                yield return call;
    }

    /// <summary>
    /// Returns the held edges that pass, largest count first within a recording. Call it once, after the last edge.
    /// </summary>
    /// <exception cref="KernelMagnifierException">The filter needs source files and no edge had one
    /// (<see cref="ErrorCode.NeedsSymbolMap"/>).</exception>
    public IEnumerable<CallEdge> HeldEdges()
    {
        if (_filter.NeedsSource && _edgesLackSource && !_edgesHaveSource && _resolver is null) throw NeedsSymbolMap();
        return _edges.GroupBy(edge => (edge.Trace, edge.Recording))
            .SelectMany(own =>
            {
                var graph = new CallGraph(own.Key.Trace is { } trace ? [trace] : [], own);
                _largestCount = Math.Max(_largestCount, graph.Edges.Max(edge => edge.Count));
                return ReachableEdges.Of(graph, _filter).Edges;
            });
    }

    private KernelMagnifierException NeedsSymbolMap() => new(ErrorCode.NeedsSymbolMap,
        _filter.SourcePath.Count > 0 ? nameof(CallFilter.SourcePath) : nameof(CallFilter.ExcludeSourcePath),
        "the calls do not contain the source files of their functions.", "Give a symbol map.");

    private Input Switch(TraceContext context)
    {
        if (!_inputs.TryGetValue(context, out var input))
        {
            if (_filter.NeedsSource && _resolver is null && !context.Names.ResolvesSources) throw NeedsSymbolMap();
            var filtered = FilteredContext.Of(context, _resolver is null ? context.Names : new CallNames(_resolver), _filter);
            var tally = _filter.NeedsGraphOf(context.Source.Nesting) ? new CallTally(CallGrouping.Edge) : null;
            tally?.Begin(filtered);
            var translation = _resolver is null ? null : new NameTranslation(context.Names, filtered);
            input = new Input(context, filtered, translation, new CallPredicate(_filter, null, filtered), tally);
            _inputs.Add(context, input);
        }
        return _input = input;
    }

    private CallEdge Resolve(CallEdge edge) => new(
        Resolve(edge.CallerSymbol), Resolve(edge.CalleeSymbol), edge.Count,
        edge.TotalNanoseconds, edge.SelfNanoseconds, Filtered(edge.Origin), edge.Stacks);

    /// <summary>Adds the filter to the context of an edge. Edges of one context share the result.</summary>
    private TraceContext? Filtered(TraceContext? context)
    {
        if (context is null) return null;
        if (!ReferenceEquals(context, _edgeContext))
        {
            (_edgeContext, _filteredEdgeContext) = (context, FilteredContext.Of(context, _filter));
            _edgeContexts.Add(context);
        }
        return _filteredEdgeContext;
    }

    private FunctionSymbol Resolve(FunctionSymbol symbol)
    {
        if (_resolver is null || symbol.Name.Length == 0) return symbol;
        if (!_resolved.TryGetValue(symbol, out var resolved))
        {
            var sources = _resolver.Resolve(symbol.Name, symbol.Module, symbol.Address);
            _resolved.Add(symbol, resolved = new FunctionSymbol(symbol.Id, symbol.Name, symbol.Module, symbol.Address, sources));
        }
        return resolved;
    }

    /// <summary>One of the recordings that events come from.</summary>
    /// <param name="Original">The context that the events have.</param>
    /// <param name="Filtered">The context that the selected events get.</param>
    /// <param name="Translation">Translates the names; null if they stay the same.</param>
    /// <param name="Predicate">The filter.</param>
    /// <param name="Tally">The edges of the held events; null if events are not held.</param>
    private sealed record Input(
        TraceContext Original, TraceContext Filtered, NameTranslation? Translation, CallPredicate Predicate, CallTally? Tally)
    {
        /// <summary>Whether the calls have no description of a recording.</summary>
        public bool IsDetached { get; } = Original.Names.IsDetached;
    }
}
