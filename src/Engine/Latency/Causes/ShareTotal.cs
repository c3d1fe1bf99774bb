namespace KernelMagnifier.Latency.Causes;

/// <summary>The sum of equal shares of many intervals.</summary>
internal sealed class ShareTotal
{
    private readonly CauseShare _first;
    private readonly Dictionary<string, (long Calls, long? Self)> _functions = new(StringComparer.Ordinal);
    private bool _hasOneTask = true, _hasOnePriority = true, _hasOneWaker = true, _hasOneComm = true, _hasOneContext = true;
    private decimal _time;
    private long _count;

    /// <summary>Begins with a share.</summary>
    public ShareTotal(CauseShare first)
    {
        _first = first;
        Add(first);
    }

    /// <summary>Adds a share.</summary>
    public void Add(CauseShare share)
    {
        _time += share.Nanoseconds;
        _count += share.Count;
        _hasOneTask &= share.ProcessId == _first.ProcessId;
        _hasOnePriority &= share.Priority == _first.Priority;
        _hasOneWaker &= share.Waker == _first.Waker;
        _hasOneComm &= share.WakerComm == _first.WakerComm;
        _hasOneContext &= share.WakerContext == _first.WakerContext;
        foreach (var function in share.Functions)
        {
            var known = _functions.GetValueOrDefault(function.Function);
            _functions[function.Function] = (known.Calls + function.Calls,
                function.SelfNanoseconds is { } self ? (known.Self ?? 0) + self : known.Self);
        }
    }

    /// <summary>The sum, as a share of the whole.</summary>
    public CauseShare Of(decimal total) => new()
    {
        Category = _first.Category, Name = _first.Category == nameof(CauseCategory.Running) ? null : _first.Name,
        ThreadComm = _first.ThreadComm, ProcessId = _hasOneTask ? _first.ProcessId : null,
        Priority = _hasOnePriority ? _first.Priority : null, Waker = _hasOneWaker ? _first.Waker : null,
        WakerComm = _hasOneComm ? _first.WakerComm : null, WakerContext = _hasOneContext ? _first.WakerContext : null,
        Unit = _first.Unit, Nanoseconds = (long)Math.Min(_time, long.MaxValue),
        Percent = total == 0 ? 0 : (double)(100 * _time / total), Count = _count,
        Functions = [.. _functions.Select(function => new CauseFunction(function.Key, function.Value.Calls, function.Value.Self))
            .OrderByDescending(f => f.SelfNanoseconds ?? 0).ThenByDescending(f => f.Calls).ThenBy(f => f.Function, StringComparer.Ordinal)
            .Take(CauseWindow.MostFunctions)],
    };
}
