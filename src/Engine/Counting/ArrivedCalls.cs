using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Counting;

/// <summary>
/// What calls and edges that have no description of a recording contain, to explain an empty selection of them. Not thread-safe.
/// </summary>
internal sealed class ArrivedCalls
{
    private readonly CallNames _names = new() { IsDetached = true };
    private readonly HashSet<FunctionSymbol> _functions = [];
    private readonly HashSet<KernelTask> _tasks = [];
    private readonly SortedDictionary<int, long> _cpus = [];
    private long _calls, _first = long.MaxValue, _last = long.MinValue;
    private ClockUnit _unit;

    /// <summary>The names and the description; null if nothing has arrived.</summary>
    public (CallNames Names, TraceInfo Info)? Summary => _calls == 0 ? null : (_names, new TraceInfo("")
    {
        Calls = _calls, Unit = _unit, PerCpu = [.. _cpus.Select(cpu => new CpuStatistics(cpu.Key, cpu.Value, 0, 0, 0))],
        FirstTime = _first == long.MaxValue ? null : _first, LastTime = _last == long.MinValue ? null : _last,
    });

    /// <summary>Adds a call.</summary>
    public void Add(CallEvent call)
    {
        ref readonly var record = ref call.Record;
        _calls++;
        Add(call.FunctionSymbol);
        Add(call.CallerSymbol);
        if (call.Task is { Id: not 0 } task && _tasks.Add(task))
            _names.Task(NameText.Encode(task.Comm), task.ProcessId, task.ThreadGroupId);
        _names.AddContexts(1u << (int)record.Context);
        if (record.Cpu >= 0) _cpus[record.Cpu] = _cpus.GetValueOrDefault(record.Cpu) + 1;
        if (record.Time == CallRecord.NoTime) return;
        (_first, _last, _unit) = (Math.Min(_first, record.Time), Math.Max(_last, record.Time), call.Origin.Source.ClockUnit);
    }

    /// <summary>Adds an edge.</summary>
    public void Add(CallEdge edge)
    {
        _calls += edge.Count;
        Add(edge.CalleeSymbol);
        Add(edge.CallerSymbol);
    }

    private void Add(FunctionSymbol function)
    {
        if (function.Name.Length > 0 && _functions.Add(function))
            _names.Function(function.Name, function.Module, function.Sources.IsDefault ? [] : function.Sources);
    }
}
