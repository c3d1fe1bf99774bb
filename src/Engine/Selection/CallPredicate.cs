using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// A <see cref="CallFilter"/> made ready for the names of one recording and one thread: every name is judged once,
/// then a record costs a few table look-ups.
/// </summary>
public sealed class CallPredicate
{
    private readonly CallFilter _filter;
    private readonly EdgeSelection? _selection;
    private readonly CallNames _names;
    private readonly NameList _function, _caller, _module, _comm, _noFunction, _noCaller, _noModule, _noComm;
    private readonly SourceList _source, _noSource;
    private readonly uint _contexts;
    private readonly long _since, _until;
    private readonly bool _asksFunction, _asksTask, _asksCpu, _asksTime;

    // What is known of each name, by its id: 0 is not judged yet.
    private byte[] _functions = new byte[1024];
    private byte[] _tasks = new byte[64];

    private const byte Judged = 1, AsFunction = 2, AsCaller = 4, InSource = 8;

    /// <summary>Prepares a filter for symbols and edges, which belong to no recording.</summary>
    public CallPredicate(CallFilter filter) : this(filter, null, new TraceContext(new TraceSource(""), new CallNames())) { }

    /// <summary>Prepares a filter for the calls of a recording.</summary>
    public CallPredicate(CallFilter filter, EdgeSelection? selection, TraceContext context)
    {
        (_filter, _selection, _names) = (filter, selection, context.Names);
        (_function, _noFunction) = (new NameList(filter.Function), new NameList(filter.ExcludeFunction));
        (_caller, _noCaller) = (new NameList(filter.Caller), new NameList(filter.ExcludeCaller));
        (_module, _noModule) = (new NameList(filter.Module), new NameList(filter.ExcludeModule));
        (_comm, _noComm) = (new NameList(filter.Comm), new NameList(filter.ExcludeComm));
        (_source, _noSource) = (new SourceList(filter.SourcePath), new SourceList(filter.ExcludeSourcePath));
        _asksFunction = !(_function.IsEmpty && _noFunction.IsEmpty && _caller.IsEmpty && _noCaller.IsEmpty
            && _module.IsEmpty && _noModule.IsEmpty && _source.IsEmpty && _noSource.IsEmpty);
        _asksTask = !(_comm.IsEmpty && _noComm.IsEmpty) || filter.ProcessId.Count + filter.ExcludeProcessId.Count > 0;
        _asksCpu = filter.Cpu.Count + filter.ExcludeCpu.Count > 0;
        _contexts = filter.Context.Count == 0 ? uint.MaxValue : filter.Context.Aggregate(0u, (bits, c) => bits | (1u << (int)c));
        foreach (var excluded in filter.ExcludeContext) _contexts &= ~(1u << (int)excluded);
        var counts = context.Source.ClockUnit == ClockUnit.Counts;
        _asksTime = filter.Since is not null || filter.Until is not null;
        _since = ToTime(filter.Since, long.MinValue, counts);
        _until = ToTime(filter.Until, long.MaxValue, counts);
    }

    /// <summary>Whether every call passes, as with a filter that only counts edges.</summary>
    public bool PassesAll => !(_asksFunction || _asksTask || _asksCpu || _asksTime) && _contexts == uint.MaxValue && _selection is null;

    /// <summary>Moves the calls that pass to the front, in order, and returns how many they are.</summary>
    public int Keep(Span<CallRecord> calls)
    {
        var kept = 0;
        for (var i = 0; i < calls.Length; i++)
        {
            if (!Matches(in calls[i])) continue;
            if (kept != i) calls[kept] = calls[i];
            kept++;
        }
        return kept;
    }

    /// <summary>Whether a call passes.</summary>
    public bool Matches(in CallRecord call)
        => (!_asksTime || (call.Time >= _since && call.Time <= _until))
        && (_contexts >> (int)call.Context & 1) != 0
        && (!_asksCpu || _filter.AllowsCpu(call.Cpu))
        && (!_asksFunction || MatchesFunctions(Function(call.Function), Function(call.Caller)))
        && (!_asksTask || Task(call.Task))
        && (_selection is null || _selection.Contains(call.Caller, call.Function));

    /// <summary>Whether an aggregated edge passes; only for filters that ask nothing else (<see cref="CallFilter.NotForEdges"/>).</summary>
    public bool Matches(CallEdge edge) => !_asksFunction || MatchesFunctions(Judge(edge.CalleeSymbol), Judge(edge.CallerSymbol));

    /// <summary>Whether a function passes as the called one.</summary>
    internal bool IsFunction(FunctionSymbol symbol) => (Judge(symbol) & AsFunction) != 0;

    /// <summary>Whether a function is defined in the source paths asked for.</summary>
    internal bool IsInSource(FunctionSymbol symbol) => (Judge(symbol) & InSource) != 0;

    private bool MatchesFunctions(byte function, byte caller)
        => (function & AsFunction) != 0 && (caller & AsCaller) != 0
        && (_source.IsEmpty || ((_filter.Strict ? function & caller : function | caller) & InSource) != 0);

    private byte Function(int id)
    {
        if (id >= _functions.Length) Array.Resize(ref _functions, Math.Max(id + 1, _functions.Length * 2));
        var known = _functions[id];
        return known != 0 ? known : _functions[id] = Judge(_names.Functions[id]);
    }

    private byte Judge(FunctionSymbol symbol)
    {
        var module = symbol.Module ?? "kernel";
        var verdict = Judged;
        if (_function.Asks(symbol.Name) && !_noFunction.Has(symbol.Name) && _module.Asks(module) && !_noModule.Has(module) && !_noSource.Has(symbol))
            verdict |= AsFunction;
        if (_caller.Asks(symbol.Name) && !_noCaller.Has(symbol.Name)) verdict |= AsCaller;
        if (_source.Has(symbol)) verdict |= InSource;
        return verdict;
    }

    private bool Task(int id)
    {
        if (id >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(id + 1, _tasks.Length * 2));
        if (_tasks[id] == 0)
        {
            var task = _names.Tasks[id];
            bool Listed(IReadOnlyList<int> pids) => pids.Contains(task.ProcessId) || (task.ThreadGroupId is { } group && pids.Contains(group));
            var passes = _comm.Asks(task.Comm) && !_noComm.Has(task.Comm)
                && (_filter.ProcessId.Count == 0 || Listed(_filter.ProcessId)) && !Listed(_filter.ExcludeProcessId);
            _tasks[id] = passes ? (byte)2 : (byte)1;
        }
        return _tasks[id] == 2;
    }

    private static long ToTime(double? timestamp, long none, bool counts)
        => timestamp is not { } t ? none : counts ? (long)t : (long)Math.Round(t * 1e9);

    /// <summary>Names and patterns, any of which may match.</summary>
    private sealed class NameList(IReadOnlyList<string> names)
    {
        private readonly HashSet<string> _plain = [.. names.Where(n => !Glob.IsPattern(n))];
        private readonly Glob[] _patterns = [.. names.Where(Glob.IsPattern).Select(n => new Glob(n))];

        public bool IsEmpty => names.Count == 0;

        public bool Asks(string name) => IsEmpty || Has(name);

        public bool Has(string name) => _plain.Contains(name) || Array.Exists(_patterns, p => p.IsMatch(name));
    }

    /// <summary>Parts of paths and patterns of paths, any of which may match any place a function can have.</summary>
    private sealed class SourceList(IReadOnlyList<string> paths)
    {
        private readonly string[] _parts = [.. paths.Where(p => !Glob.IsPattern(p))];
        private readonly Glob[] _patterns = [.. paths.Where(Glob.IsPattern).Select(p => new Glob(p))];

        public bool IsEmpty => paths.Count == 0;

        public bool Has(FunctionSymbol symbol)
        {
            if (IsEmpty || symbol.Sources.IsDefaultOrEmpty) return false;
            foreach (var place in symbol.Sources)
                if (Array.Exists(_parts, part => Has(place.File, part)) || Array.Exists(_patterns, p => p.IsMatch(place.File)))
                    return true;
            return false;
        }

        /// <summary>A part may begin with the slash of the source's root, which paths here do not have.</summary>
        private static bool Has(string file, string part)
            => file.Contains(part, StringComparison.Ordinal) || (part.StartsWith('/') && file.AsSpan().StartsWith(part.AsSpan(1), StringComparison.Ordinal));
    }
}
