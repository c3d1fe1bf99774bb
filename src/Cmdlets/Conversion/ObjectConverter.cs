using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>
/// Converts objects that have the properties of calls, edges or counts to these. The calls of each recording get a context of
/// their own, as those of a reading have.
/// </summary>
internal sealed class ObjectConverter
{
    private readonly DetachedCalls _calls = new();
    private long _counted, _time;

    /// <summary>Converts a call event.</summary>
    /// <param name="input">The object.</param>
    /// <param name="needed">The properties without which the caller of this method cannot give a right answer.</param>
    public CallEvent Call(InputProperties input, IEnumerable<string> needed)
    {
        Require(input, "a call", [nameof(CallEvent.Function), .. needed]);
        var record = new CallRecord
        {
            Time = Time(input, out var clock),
            Duration = Nanoseconds(input, nameof(CallEvent.Duration)),
            SelfDuration = Nanoseconds(input, nameof(CallEvent.SelfDuration)),
            Cpu = Cpu(input),
            Depth = (short)(input.Integer(nameof(CallEvent.Depth), 0, short.MaxValue) ?? CallRecord.NoDepth),
            Context = Context(input),
        };
        var function = Function(input, nameof(CallEvent.Function));
        if (function.Name is null) throw new InputException(nameof(CallEvent.Function), "", "the name of a function");
        var (context, complete) = _calls.Complete(
            input.Recording, clock, function, Function(input, nameof(CallEvent.Caller)), Task(input),
            in record, Nesting(input, record.Depth));
        return new CallEvent(context, in complete);
    }

    /// <summary>Converts a call edge.</summary>
    public CallEdge Edge(InputProperties input)
    {
        Require(input, "a call edge", [nameof(CallEdge.Caller), nameof(CallEdge.Callee), nameof(CallEdge.Count)]);
        var callee = Function(input, nameof(CallEdge.Callee));
        if (callee.Name is null) throw new InputException(nameof(CallEdge.Callee), "", "the name of a function");
        var context = _calls.Context(input.Recording);
        return new CallEdge(
            DetachedCalls.Function(context, Function(input, nameof(CallEdge.Caller))), DetachedCalls.Function(context, callee),
            Count(input, nameof(CallEdge.Count)), Total(input), Nanoseconds(input, nameof(CallEdge.SelfTime)), context);
    }

    /// <summary>Converts a count. What it was counted by is not yet decided.</summary>
    public CallTally.Group Group(InputProperties input)
    {
        var context = _calls.Context(null);
        return new CallTally.Group(
            DetachedCalls.Function(context, Function(input, nameof(FunctionCallCount.Function))),
            DetachedCalls.Function(context, Function(input, nameof(FunctionCallCount.Caller))),
            DetachedCalls.Task(context, Task(input)), Context(input), Cpu(input),
            Count(input, nameof(FunctionCallCount.Calls)), Total(input), Nanoseconds(input, nameof(FunctionCallCount.SelfTime)))
        {
            Recording = input.Recording,
        };
    }

    /// <summary>The context of edges of a recording that is known by its name only.</summary>
    public TraceContext ContextOf(string? recording) => _calls.Context(recording);

    private static void Require(InputProperties input, string what, IEnumerable<string> names)
    {
        foreach (var name in names)
            if (!input.Has(name))
                throw new InputException(name, null, what);
    }

    private static FunctionValues Function(InputProperties input, string name)
    {
        // The source of a function has no prefix in its own object: Function, Module, SourceFile and Caller, CallerModule, ….
        var prefix = name is nameof(CallEvent.Function) ? "" : name;
        return new(input.Text(name), input.Text(prefix + nameof(CallEvent.Module)),
            input.Text(prefix + nameof(CallEvent.SourceFile)),
            (int?)input.Integer(prefix + nameof(CallEvent.SourceLine), 1, int.MaxValue));
    }

    private static KernelTask Task(InputProperties input)
    {
        var comm = input.Text(nameof(CallEvent.Comm)) ?? "";
        var pid = (int)(input.Integer(nameof(CallEvent.ProcessId), 0, int.MaxValue) ?? -1);
        var group = (int?)input.Integer(nameof(CallEvent.ThreadGroupId), 0, int.MaxValue);
        return comm.Length == 0 && pid < 0 && group is null ? KernelTask.Unknown : new KernelTask(0, pid, group, comm);
    }

    private static ExecutionContext Context(InputProperties input)
        => CallLimits.TryContext(input.Text(nameof(CallEvent.Context)), out var context) ? context
            : throw new InputException(nameof(CallEvent.Context), input.Value(nameof(CallEvent.Context)),
                $"one of {string.Join(", ", Enum.GetNames<ExecutionContext>())}");

    /// <summary>How the calls of the recording were nested. Calls in their order have what their stacks can be found from.</summary>
    private static CallNesting Nesting(InputProperties input, short depth)
        => depth != CallRecord.NoDepth
            && nameof(CallNesting.Stack).Equals(input.Text(nameof(CallEvent.Nesting)), StringComparison.OrdinalIgnoreCase)
            ? CallNesting.Stack : CallNesting.Caller;

    private static int Cpu(InputProperties input)
        => (int)(input.Integer(nameof(CallEvent.Cpu), 0, CallLimits.MostCpus - 1) ?? -1);

    /// <summary>The time of a call: nanoseconds, or counts of a clock if the number is too large for a time.</summary>
    private static long Time(InputProperties input, out ClockUnit clock)
    {
        const string Name = nameof(CallEvent.Timestamp);
        clock = ClockUnit.Nanoseconds;
        if (input.Real(Name) is not { } number) return CallRecord.NoTime;
        if (Math.Abs(number) < CallLimits.LongestSeconds)
            return input.Scaled(Name, 1_000_000_000, -CallLimits.LongestSeconds, CallLimits.LongestSeconds)!.Value;
        clock = ClockUnit.Counts;
        return input.Scaled(Name, 1, long.MinValue / 2, long.MaxValue / 2)!.Value;
    }

    private static long Nanoseconds(InputProperties input, string name)
        => input.Scaled(name, 1000, 0, CallLimits.LongestSeconds * 1e6) ?? CallRecord.NoDuration;

    /// <summary>The total time of an edge or count. The sum over all of them has to be a number too.</summary>
    private long Total(InputProperties input)
    {
        var total = Nanoseconds(input, nameof(CallEdge.TotalTime));
        if (total > 0 && long.MaxValue - _time < total)
            throw new InputException(nameof(CallEdge.TotalTime), input.Value(nameof(CallEdge.TotalTime)), "less in all");
        _time += Math.Max(0, total);
        return total;
    }

    private long Count(InputProperties input, string name)
    {
        var count = input.Integer(name, 1, CallLimits.MostCalls)
            ?? throw new InputException(name, input.Has(name) ? "" : null, "a number of calls");
        if (long.MaxValue - _counted < count) throw new InputException(name, count, "less in all");
        _counted += count;
        return count;
    }
}
