using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// A <see cref="CallFilter"/> prepared for the names of one recording and for one thread: each name is compared with the filter
/// once, so that a record costs a few table lookups.
/// </summary>
internal sealed class CallPredicate
{
    private const byte Evaluated = 1, PassesAsFunction = 2, PassesAsCaller = 4, IsInSourcePath = 8;

    private readonly CallFilter _filter;
    private readonly EdgeSelection? _selection;
    private readonly RootStacks? _roots;
    private readonly CallNames _names;
    private readonly NameList _function, _caller, _module, _comm, _noFunction, _noCaller, _noModule, _noComm;
    private readonly SourcePathList _source, _noSource;
    private readonly uint _contexts;
    private readonly long _since, _until;
    private readonly bool _filtersFunction, _filtersTask, _filtersCpu, _filtersTime;

    // The results for each name by its id; 0 if it was not evaluated yet.
    private byte[] _functions = new byte[1024];
    private byte[] _tasks = new byte[64];

    /// <summary>Prepares a filter for symbols and edges that belong to no recording.</summary>
    public CallPredicate(CallFilter filter) : this(filter, null, new TraceContext(new TraceSource(""), new CallNames())) { }

    /// <summary>Prepares a filter for the calls of a recording.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="selection">The edges that pass, if the filter needs the graph (<see cref="CallFilter.NeedsGraph"/>); null for
    /// all edges.</param>
    /// <param name="context">The recording and its names.</param>
    public CallPredicate(CallFilter filter, EdgeSelection? selection, TraceContext context)
    {
        (_filter, _selection, _names) = (filter, selection, context.Names);
        (_function, _noFunction) = (new NameList(filter.Function), new NameList(filter.ExcludeFunction));
        (_caller, _noCaller) = (new NameList(filter.Caller), new NameList(filter.ExcludeCaller));
        (_module, _noModule) = (new NameList(filter.Module), new NameList(filter.ExcludeModule));
        (_comm, _noComm) = (new NameList(filter.Comm), new NameList(filter.ExcludeComm));
        _source = new SourcePathList(filter.SourcePath, filter.AreSubstrings);
        _noSource = new SourcePathList(filter.ExcludeSourcePath);
        _filtersFunction = !(_function.IsEmpty && _noFunction.IsEmpty && _caller.IsEmpty && _noCaller.IsEmpty
            && _module.IsEmpty && _noModule.IsEmpty && _source.IsEmpty && _noSource.IsEmpty);
        _filtersTask = !(_comm.IsEmpty && _noComm.IsEmpty) || filter.ProcessId.Count + filter.ExcludeProcessId.Count > 0;
        _filtersCpu = filter.Cpu.Count + filter.ExcludeCpu.Count > 0;
        _contexts = filter.Context.Count == 0 ? uint.MaxValue : filter.Context.Aggregate(0u, (bits, c) => bits | (1u << (int)c));
        foreach (var excluded in filter.ExcludeContext) _contexts &= ~(1u << (int)excluded);
        if (filter.Root.Count > 0 && context.Source.Nesting == CallNesting.Stack) _roots = new RootStacks(filter, context.Names);
        var counts = context.Source.ClockUnit == ClockUnit.Counts;
        _filtersTime = filter.Since is not null || filter.Until is not null;
        // A call whose time is not known (the least number) is outside every span.
        _since = Math.Max(ToTime(filter.Since, long.MinValue, counts), CallRecord.NoTime + 1);
        _until = ToTime(filter.Until, long.MaxValue, counts);
    }

    /// <summary>Whether every call passes.</summary>
    public bool PassesAll
        => !(_filtersFunction || _filtersTask || _filtersCpu || _filtersTime) && _contexts == uint.MaxValue
        && _selection is null && _roots is null;

    /// <summary>Moves the calls that pass to the front, in order, and returns their number.</summary>
    public int Keep(Span<CallRecord> calls)
    {
        NoteContexts(calls);
        var kept = 0;
        for (var i = 0; i < calls.Length; i++)
        {
            if (!Matches(in calls[i])) continue;
            if (kept != i) calls[kept] = calls[i];
            kept++;
        }
        return kept;
    }

    /// <summary>Notes the contexts that there are, to explain a filter by context that no call passes.</summary>
    public void NoteContexts(ReadOnlySpan<CallRecord> calls)
    {
        if (_filter.Context.Count == 0) return;
        var contexts = 0u;
        foreach (ref readonly var call in calls) contexts |= 1u << (int)call.Context;
        _names.AddContexts(contexts);
    }

    /// <summary>Whether a call passes.</summary>
    public bool Matches(in CallRecord call)
        => (!_filtersTime || (call.Time >= _since && call.Time <= _until))
        && (_contexts >> (int)call.Context & 1) != 0
        && (!_filtersCpu || _filter.AllowsCpu(call.Cpu))
        && (!_filtersFunction || MatchesFunctions(Function(call.Function), Function(call.Caller)))
        && (!_filtersTask || Task(call.Task))
        && (_roots is null || _roots.Contains(call.Stack))
        && (_selection is null || _selection.Contains(call.Caller, call.Function));

    /// <summary>Whether an edge passes. The filter must be applicable to edges (<see cref="CallFilter.NotForEdges"/>).</summary>
    public bool Matches(CallEdge edge)
        => !_filtersFunction || MatchesFunctions(Evaluate(edge.CalleeSymbol), Evaluate(edge.CallerSymbol));

    /// <summary>Whether a function passes as the called function.</summary>
    internal bool IsFunction(FunctionSymbol symbol) => (Evaluate(symbol) & PassesAsFunction) != 0;

    /// <summary>Whether a function is defined in the filter's source paths.</summary>
    internal bool IsInSource(FunctionSymbol symbol) => (Evaluate(symbol) & IsInSourcePath) != 0;

    private bool MatchesFunctions(byte function, byte caller)
        => (function & PassesAsFunction) != 0 && (caller & PassesAsCaller) != 0
        && (_source.IsEmpty || ((_filter.Strict ? function & caller : function | caller) & IsInSourcePath) != 0);

    private byte Function(int id)
    {
        if (id >= _functions.Length) Array.Resize(ref _functions, Math.Max(id + 1, _functions.Length * 2));
        var known = _functions[id];
        return known != 0 ? known : _functions[id] = Evaluate(_names.Functions[id]);
    }

    private byte Evaluate(FunctionSymbol symbol)
    {
        var module = symbol.Module ?? "kernel";
        var result = Evaluated;
        if (_function.Allows(symbol.Name) && !_noFunction.Contains(symbol.Name)
            && _module.Allows(module) && !_noModule.Contains(module) && !_noSource.Contains(symbol))
            result |= PassesAsFunction;
        if (_caller.Allows(symbol.Name) && !_noCaller.Contains(symbol.Name)) result |= PassesAsCaller;
        if (_source.Contains(symbol)) result |= IsInSourcePath;
        return result;
    }

    private bool Task(int id)
    {
        if (id >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(id + 1, _tasks.Length * 2));
        if (_tasks[id] == 0)
        {
            var task = _names.Tasks[id];
            bool Listed(IReadOnlyList<int> pids)
                => pids.Contains(task.ProcessId) || (task.ThreadGroupId is { } group && pids.Contains(group));
            var passes = _comm.Allows(task.Comm) && !_noComm.Contains(task.Comm)
                && (_filter.ProcessId.Count == 0 || Listed(_filter.ProcessId)) && !Listed(_filter.ExcludeProcessId);
            _tasks[id] = passes ? (byte)2 : (byte)1;
        }
        return _tasks[id] == 2;
    }

    private static long ToTime(double? timestamp, long none, bool counts)
        => timestamp is not { } t ? none : counts ? (long)t : (long)Math.Round(t * 1e9);
}
