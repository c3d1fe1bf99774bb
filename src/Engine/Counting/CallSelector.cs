using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>
/// Applies a filter to calls that come one at a time, as events or as edges, of any number of recordings, with the answer
/// the same filter gives while a recording is read. Each recording is judged by itself, as a reader would. One thread only.
/// </summary>
/// <remarks>
/// A filter that needs the graph (<see cref="CallFilter.NeedsGraph"/>) can judge no call before the last has come: what passes
/// the rest of it is held until <see cref="HeldEvents"/> and <see cref="HeldEdges"/> are asked.
/// </remarks>
public sealed class CallSelector
{
    private readonly CallFilter _filter;
    private readonly ISourceResolver? _resolver;
    private readonly Dictionary<TraceContext, Recorded> _recordings = [];
    private readonly Dictionary<FunctionSymbol, FunctionSymbol> _resolved = [];
    private readonly CallPredicate _edgePredicate;
    private readonly List<CallEvent> _events = [];
    private readonly List<CallEdge> _edges = [];
    private Recorded? _recording;
    private TraceContext? _earlier, _passed;
    private bool _edgesWithSource, _edgesWithout;

    /// <summary>Starts with a filter.</summary>
    /// <param name="filter">Which calls.</param>
    /// <param name="resolver">Gives functions their source anew, such as a symbol map; null leaves them as they are.</param>
    public CallSelector(CallFilter filter, ISourceResolver? resolver = null)
    {
        (_filter, _resolver) = (filter, resolver);
        _edgePredicate = new CallPredicate(filter);
    }

    /// <summary>The event, with its sources resolved, when it can be passed on at once; null when it does not pass or is held.</summary>
    /// <exception cref="FilterException">The filter asks for sources and nothing tells them.</exception>
    public CallEvent? Select(CallEvent call)
    {
        var recording = _recording;
        if (recording is null || !ReferenceEquals(recording.From, call.Origin)) recording = Switch(call.Origin);
        if (recording.Rehoming is { } rehoming) call = rehoming.Rehome(call);
        if (!recording.Predicate.Matches(in call.Record)) return null;
        // With a map the event is a new one already; else it is made anew to say what it has passed.
        if (recording.Rehoming is null) call = new CallEvent(recording.Home, in call.Record);
        if (recording.Tally is not { } tally) return call;
        tally.Accept(new ReadOnlySpan<CallRecord>(in call.Record));
        _events.Add(call);
        return null;
    }

    /// <summary>The edge, with its sources resolved, when it can be passed on at once; null when it does not pass or is held.</summary>
    /// <exception cref="FilterException">The filter asks for what edges do not hold.</exception>
    public CallEdge? Select(CallEdge edge)
    {
        if (_filter.NotForEdges is { } parameter)
            throw new FilterException(FilterFault.NotForEdges, parameter, $"aggregated edges cannot be filtered by {parameter}: they only hold caller, callee and count.");
        edge = Resolve(edge);
        if (edge.CallerSourceFile is null && edge.CalleeSourceFile is null) _edgesWithout = true;
        else _edgesWithSource = true;
        if (!_edgePredicate.Matches(edge)) return null;
        if (!_filter.NeedsGraph) return edge;
        _edges.Add(edge);
        return null;
    }

    /// <summary>The held events that pass, in the order they came. Ask once, after the last call.</summary>
    public IEnumerable<CallEvent> HeldEvents()
    {
        if (_events.Count == 0) yield break;
        var selections = _recordings.Values.ToDictionary(r => r.Home, r => ReachableEdges.Of(r.Tally!, _filter));
        foreach (var call in _events)
            if (selections[call.Origin].Contains(call.Record.Caller, call.Record.Function))
                yield return call;
    }

    /// <summary>The held edges that pass, most calls first within a recording. Ask once, after the last edge.</summary>
    /// <exception cref="FilterException">The filter asks for sources and no edge had one.</exception>
    public IEnumerable<CallEdge> HeldEdges()
    {
        if (_filter.NeedsSource && _edgesWithout && !_edgesWithSource && _resolver is null) throw NeedsSymbolMap();
        return _edges.GroupBy(edge => edge.Trace).SelectMany(own => ReachableEdges.Of(new CallGraph(own.Key is null ? [] : [own.Key], own), _filter).Edges);
    }

    private FilterException NeedsSymbolMap() => new(FilterFault.NeedsSymbolMap,
        _filter.SourcePath.Count > 0 ? nameof(CallFilter.SourcePath) : nameof(CallFilter.ExcludeSourcePath),
        "the calls do not tell in which source file their functions are defined: a symbol map does.");

    private Recorded Switch(TraceContext from)
    {
        if (!_recordings.TryGetValue(from, out var recording))
        {
            if (_filter.NeedsSource && _resolver is null && !from.Names.ResolvesSources) throw NeedsSymbolMap();
            var home = FilteredContext.Of(from, _resolver is null ? from.Names : new CallNames(_resolver), _filter);
            var tally = _filter.NeedsGraph ? new CallTally(CallGrouping.Edge) : null;
            tally?.Begin(home);
            recording = new Recorded(from, home, _resolver is null ? null : new Rehoming(from.Names, home), new CallPredicate(_filter, null, home), tally);
            _recordings.Add(from, recording);
        }
        return _recording = recording;
    }

    private CallEdge Resolve(CallEdge edge)
        => new(Resolve(edge.CallerSymbol), Resolve(edge.CalleeSymbol), edge.Count, edge.TotalNanoseconds, edge.SelfNanoseconds, Passed(edge.Origin));

    /// <summary>The context of an edge that passed; one and the same object for edges of one context.</summary>
    private TraceContext? Passed(TraceContext? earlier)
    {
        if (earlier is not null && !ReferenceEquals(earlier, _earlier)) (_earlier, _passed) = (earlier, FilteredContext.Of(earlier, _filter));
        return earlier is null ? null : _passed;
    }

    private FunctionSymbol Resolve(FunctionSymbol symbol)
    {
        if (_resolver is null || symbol.Name.Length == 0) return symbol;
        if (!_resolved.TryGetValue(symbol, out var resolved))
            _resolved.Add(symbol, resolved = new FunctionSymbol(symbol.Id, symbol.Name, symbol.Module, symbol.Address, _resolver.Resolve(symbol.Name, symbol.Module, symbol.Address)));
        return resolved;
    }

    /// <summary>What is known of one recording among those the calls come from.</summary>
    private sealed record Recorded(TraceContext From, TraceContext Home, Rehoming? Rehoming, CallPredicate Predicate, CallTally? Tally);

    /// <summary>Gives the events of one recording to names that resolve their sources anew.</summary>
    private sealed class Rehoming(CallNames from, TraceContext home)
    {
        // By the id in the old names; 0 stands for "not met yet", and is its own translation.
        private int[] _functions = new int[256];
        private int[] _tasks = new int[64];

        public CallEvent Rehome(CallEvent call)
        {
            var record = call.Record;
            record.Function = Function(record.Function);
            record.Caller = Function(record.Caller);
            record.Task = Task(record.Task);
            return new CallEvent(home, in record);
        }

        private int Function(int id)
        {
            if (id >= _functions.Length) Array.Resize(ref _functions, Math.Max(id + 1, _functions.Length * 2));
            if (_functions[id] != 0 || id == 0) return _functions[id];
            var symbol = from.Functions[id];
            return _functions[id] = home.Names.Function(symbol.Name, symbol.Module, symbol.Address);
        }

        private int Task(int id)
        {
            if (id >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(id + 1, _tasks.Length * 2));
            if (_tasks[id] != 0 || id == 0) return _tasks[id];
            var task = from.Tasks[id];
            return _tasks[id] = home.Names.Task(System.Text.Encoding.UTF8.GetBytes(task.Comm), task.ProcessId, task.ThreadGroupId);
        }
    }
}
