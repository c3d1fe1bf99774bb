using System.Globalization;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Cases;

/// <summary>A recording that was read, in the words of <see cref="CaseExpectation"/>.</summary>
internal sealed class CaseResult
{
    private readonly Func<TraceReader> _open;
    private readonly List<CallEvent> _calls = [];
    private readonly CallGraph _graph;

    /// <summary>Reads a recording.</summary>
    /// <param name="open">Opens it; called once for each reading.</param>
    public CaseResult(Func<TraceReader> open)
    {
        _open = open;
        using var reader = open();
        var calls = new OrderedCalls();
        Info = reader.Read(calls);
        var context = calls.Names.Context();
        _calls.AddRange(calls.Calls.Select(call => new CallEvent(context, in call)));
        _graph = Count(CallGrouping.Edge, null).ToGraph();
    }

    /// <summary>The description of the recording.</summary>
    public TraceInfo Info { get; }

    /// <summary>The value of a row of the section <c>info</c>.</summary>
    public string InfoValue(string name) => name.Split(' ') switch
    {
        ["format"] => Info.Format,
        ["compression"] => Info.Compression ?? "",
        ["tracer"] => Info.Tracer ?? "",
        ["release"] => Info.KernelRelease ?? "",
        ["calls"] => Number(Info.Calls),
        ["events"] => Number(Info.Events),
        ["lost"] => Number(Info.LostEvents),
        ["notParsed"] => Number(Info.NotParsed),
        ["cpus"] => Number(Info.Cpus ?? 0),
        ["tasks"] => Number(_calls.Select(c => (c.Record.Task, c.Names)).Distinct().Count()),
        ["warnings"] => Number(Info.Warnings.Count),
        ["first"] => Time(Info.FirstTime),
        ["last"] => Time(Info.LastTime),
        ["kind", var kind] => Number(Info.EventKinds.GetValueOrDefault(kind)),
        ["cpu", var cpu, var what] => Number(OfCpu(cpu, what)),
        _ => throw new ArgumentException($"No row of info is called '{name}'.", nameof(name)),
    };

    /// <summary>The calls, with some of their columns.</summary>
    public IEnumerable<string> Events(string columns)
        => _calls.Select(call => string.Join(',', columns.Split(',').Select(column => Value(call, column))));

    /// <summary>The edges, with some of their columns, in ordinal order.</summary>
    public IEnumerable<string> Edges(string columns)
        => _graph.Edges.Select(edge => string.Join(',', columns.Split(',').Select(column => Value(edge, column))))
            .Order(StringComparer.Ordinal);

    /// <summary>The number of calls with each value of a column, in ordinal order.</summary>
    public IEnumerable<string> Counts(string column)
        => _calls.GroupBy(call => Value(call, column)).Select(g => $"{g.Key}: {g.Count()}").Order(StringComparer.Ordinal);

    /// <summary>The number of calls that pass a filter, such as <c>cpu=2</c>.</summary>
    public string Filtered(string filter) => Number(Count(CallGrouping.Function, Filter(filter)).Calls);

    private static CallFilter Filter(string text) => text.Split('=') switch
    {
        ["cpu", var cpu] => new CallFilter { Cpu = [int.Parse(cpu, CultureInfo.InvariantCulture)] },
        ["pid", var pid] => new CallFilter { ProcessId = [int.Parse(pid, CultureInfo.InvariantCulture)] },
        ["comm", var comm] => new CallFilter { Comm = [comm] },
        ["context", var context] => new CallFilter { Context = [Enum.Parse<ExecutionContext>(context)] },
        ["module", var module] => new CallFilter { Module = [module] },
        ["function", var function] => new CallFilter { Function = [function] },
        ["caller", var caller] => new CallFilter { Caller = [caller] },
        ["since", var time] => new CallFilter { Since = double.Parse(time, CultureInfo.InvariantCulture) },
        ["until", var time] => new CallFilter { Until = double.Parse(time, CultureInfo.InvariantCulture) },
        _ => throw new ArgumentException($"No filter is called '{text}'.", nameof(text)),
    };

    private CallTally Count(CallGrouping grouping, CallFilter? filter)
    {
        using var reader = _open();
        var tally = new CallTally(grouping);
        reader.Read(tally, filter);
        return tally;
    }

    private long OfCpu(string cpu, string what)
    {
        var row = Info.PerCpu.FirstOrDefault(c => Number(c.Cpu ?? -1) == cpu);
        return what switch
        {
            "calls" => row?.Calls ?? 0,
            "events" => row?.Events ?? 0,
            "lost" => row?.LostEvents ?? 0,
            "notParsed" => row?.NotParsed ?? 0,
            _ => throw new ArgumentException($"A CPU has no number '{what}'.", nameof(what)),
        };
    }

    private string Value(CallEvent call, string column)
    {
        ref readonly var record = ref call.Record;
        return column switch
        {
            "time" => Time(record.Time == CallRecord.NoTime ? null : record.Time),
            "cpu" => record.Cpu < 0 ? "" : Number(record.Cpu),
            "pid" => call.Task.ProcessId < 0 ? "" : Number(call.Task.ProcessId),
            "tgid" => call.Task.ThreadGroupId is { } group ? Number(group) : "",
            "comm" => call.Task.Comm,
            "context" => record.Context == ExecutionContext.Unknown ? "" : record.Context.ToString(),
            "function" => call.FunctionSymbol.Name,
            "module" => call.FunctionSymbol.Module ?? "",
            "caller" => call.CallerSymbol.Name,
            "callerModule" => call.CallerSymbol.Module ?? "",
            "duration" => Microseconds(record.Duration),
            "self" => Microseconds(record.SelfDuration),
            "depth" => record.Depth < 0 ? "" : Number(record.Depth),
            _ => throw new ArgumentException($"A call has no column '{column}'.", nameof(column)),
        };
    }

    private static string Value(CallEdge edge, string column) => column switch
    {
        "caller" => edge.CallerSymbol.Name,
        "callerModule" => edge.CallerSymbol.Module ?? "",
        "callee" => edge.CalleeSymbol.Name,
        "calleeModule" => edge.CalleeSymbol.Module ?? "",
        "count" => Number(edge.Count),
        "total" => Microseconds(edge.TotalNanoseconds),
        "self" => Microseconds(edge.SelfNanoseconds),
        _ => throw new ArgumentException($"An edge has no column '{column}'.", nameof(column)),
    };

    private string Time(long? time) => time is not { } t ? ""
        : Info.Unit == ClockUnit.Counts ? Number(t)
        : (t / 1e9m).ToString(t % 1000 == 0 ? "F6" : "F9", CultureInfo.InvariantCulture);

    private static string Microseconds(long nanoseconds)
        => nanoseconds < 0 ? "" : (nanoseconds / 1000m).ToString("F3", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
