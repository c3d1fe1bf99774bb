namespace KernelMagnifier.Model;

/// <summary>One call of a traced function.</summary>
public sealed class CallEvent
{
    private readonly CallRecord _record;

    /// <summary>Creates the event for a record.</summary>
    /// <param name="context">The recording and the names that the record refers to.</param>
    /// <param name="record">The record, which is copied.</param>
    internal CallEvent(TraceContext context, in CallRecord record) => (Origin, _record) = (context, record);

    /// <summary>
    /// The time at which the function was entered: seconds of the trace clock, or its counts if that clock does not count time;
    /// null if the recording does not contain it.
    /// </summary>
    public double? Timestamp => Origin.Source.ToTimestamp(_record.Time);

    /// <summary>
    /// The time of day at which the function was entered, in UTC; null if the recording does not contain how the trace clock
    /// relates to it.
    /// </summary>
    public DateTimeOffset? WallTime => Origin.Source.ToWallTime(_record.Time);

    /// <summary>The CPU on which the function ran; -1 if the recording does not contain it.</summary>
    public int Cpu => _record.Cpu;

    /// <summary>The pid of the task, which is the thread id of user space; -1 if the recording does not contain it.</summary>
    public int ProcessId => Task.ProcessId;

    /// <summary>
    /// The thread group id of the task, which is the process id of user space; null if the recording does not contain it.
    /// </summary>
    public int? ThreadGroupId => Task.ThreadGroupId;

    /// <summary>The name of the task.</summary>
    public string Comm => Task.Comm;

    /// <summary>The execution context in which the function ran.</summary>
    public ExecutionContext Context => _record.Context;

    /// <summary>The called function.</summary>
    public string Function => FunctionSymbol.Name;

    /// <summary>The calling function; empty if the recording does not contain it.</summary>
    public string Caller => CallerSymbol.Name;

    /// <summary>The module of <see cref="Function"/>; null if the function is built into the kernel.</summary>
    public string? Module => FunctionSymbol.Module;

    /// <summary>The module of <see cref="Caller"/>; null if the function is built into the kernel.</summary>
    public string? CallerModule => CallerSymbol.Module;

    /// <summary>The source file of <see cref="Function"/>; null if no symbol map contains it.</summary>
    public string? SourceFile => FunctionSymbol.SourceFile;

    /// <summary>The source line of <see cref="Function"/>; null if no symbol map contains it.</summary>
    public int? SourceLine => FunctionSymbol.SourceLine;

    /// <summary>The source file of <see cref="Caller"/>; null if no symbol map contains it.</summary>
    public string? CallerSourceFile => CallerSymbol.SourceFile;

    /// <summary>The microseconds from entry to return; null if the recording has no durations.</summary>
    public double? Duration => _record.Duration == CallRecord.NoDuration ? null : _record.Duration / 1000.0;

    /// <summary>The nesting depth, 0 for the outermost call; null if the recording does not contain it.</summary>
    public int? Depth => _record.Depth == CallRecord.NoDepth ? null : _record.Depth;

    /// <summary>How it is known below which calls this one ran.</summary>
    public CallNesting Nesting => _record.Stack == StackTree.None ? CallNesting.Caller : CallNesting.Stack;

    internal TraceContext Origin { get; }

    internal CallNames Names => Origin.Names;

    internal ref readonly CallRecord Record => ref _record;

    internal FunctionSymbol FunctionSymbol => Names.Functions[_record.Function];

    internal FunctionSymbol CallerSymbol => Names.Functions[_record.Caller];

    internal KernelTask Task => Names.Tasks[_record.Task];

    /// <inheritdoc/>
    public override string ToString() => $"{Function} <-{Caller}";
}
