using KernelMagnifier.Text;


namespace KernelMagnifier.Model;

/// <summary>
/// Creates calls and edges that do not come from a reading: those that a script makes, and those that left the process and came
/// back. The calls of a recording share a context, which has the names that they hold and no description of the recording.
/// </summary>
internal sealed class DetachedCalls
{
    // The largest number of names and recordings that calls made by scripts keep alive.
    private const int MostShared = 1 << 16, MostRecordings = 64;

    private static readonly Lock Gate = new();
    private static DetachedCalls _shared = new();

    private readonly Dictionary<(string? Recording, ClockUnit Clock, CallNesting Nesting), TraceContext> _contexts = [];
    private readonly DetachedStacks _stacks = new();

    /// <summary>
    /// Creates a call that a script makes. Such calls share their names with each other. When there are many names, later calls
    /// get new ones, so that memory does not grow with the calls of a long session.
    /// </summary>
    public static (TraceContext Context, CallRecord Record) Create(
        string? recording, FunctionValues function, FunctionValues caller, KernelTask task, in CallRecord values)
    {
        lock (Gate)
        {
            var names = _shared._contexts.Values.Sum(context => context.Names.Functions.Count + context.Names.Tasks.Count);
            if (names > MostShared || _shared._contexts.Count > MostRecordings) _shared = new();
            return _shared.Complete(recording, ClockUnit.Nanoseconds, function, caller, task, in values);
        }
    }

    /// <summary>Returns the context of a recording.</summary>
    /// <param name="recording">The name of the recording; null if not known.</param>
    /// <param name="clock">The unit of the times of its calls.</param>
    /// <param name="nesting">How its calls are nested.</param>
    public TraceContext Context(
        string? recording, ClockUnit clock = ClockUnit.Nanoseconds, CallNesting nesting = CallNesting.Caller)
    {
        if (_contexts.TryGetValue((recording, clock, nesting), out var context)) return context;
        var source = new TraceSource(recording ?? "") { ClockUnit = clock, Nesting = nesting };
        context = new TraceContext(source, new CallNames { IsDetached = true });
        _contexts.Add((recording, clock, nesting), context);
        return context;
    }

    /// <summary>Returns a function with what is known of it.</summary>
    public static FunctionSymbol Function(TraceContext context, FunctionValues function)
        => context.Names.Functions[Id(context, function)];

    /// <summary>Returns a task with what is known of it.</summary>
    public static KernelTask Task(TraceContext context, KernelTask task) => context.Names.Tasks[Id(context, task)];

    /// <summary>Completes the values of a call with its names and, if it has one, its stack.</summary>
    public (TraceContext Context, CallRecord Record) Complete(
        string? recording, ClockUnit clock, FunctionValues function, FunctionValues caller, KernelTask task, in CallRecord values,
        CallNesting nesting = CallNesting.Caller)
    {
        var context = Context(recording, clock, nesting);
        var record = values;
        (record.Function, record.Caller) = (Id(context, function), Id(context, caller));
        record.Task = Id(context, task);
        if (nesting == CallNesting.Stack) record.Stack = _stacks.Place(context, in record);
        return (context, record);
    }

    private static int Id(TraceContext context, FunctionValues function)
        => string.IsNullOrEmpty(function.Name) ? 0
            : context.Names.Function(function.Name, function.Module, function.Sources);

    private static int Id(TraceContext context, KernelTask task)
        => task == KernelTask.Unknown ? 0
            : context.Names.Task(NameText.Encode(task.Comm), task.ProcessId, task.ThreadGroupId);
}
