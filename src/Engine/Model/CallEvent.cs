using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>One call of a traced function.</summary>
public class CallEvent
{
    private readonly CallRecord _record;

    /// <summary>Creates a call that does not come from a recording. What is null is not known.</summary>
    /// <param name="function">The called function.</param>
    /// <param name="caller">The calling function.</param>
    /// <param name="timestamp">The time at which the function was entered, in seconds.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="processId">The pid.</param>
    /// <param name="comm">The name of the task.</param>
    /// <param name="context">The name of an <see cref="ExecutionContext"/>.</param>
    /// <param name="duration">The microseconds from entry to return.</param>
    /// <param name="depth">The nesting depth, 0 for the outermost call.</param>
    /// <param name="recording">The name of a recording. Calls of different recordings are filtered separately.</param>
    /// <exception cref="ArgumentException">The function is null or empty, or another value is not possible.</exception>
    public CallEvent(
        string function, string? caller = null, double? timestamp = null, int? cpu = null, int? processId = null,
        string? comm = null, string? context = null, double? duration = null, int? depth = null, string? recording = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(function);
        var record = new CallRecord
        {
            Time = CallLimits.Time(timestamp, nameof(timestamp)),
            Duration = CallLimits.Duration(duration, nameof(duration)), SelfDuration = CallRecord.NoDuration,
            Cpu = CallLimits.Number(cpu, CallLimits.MostCpus - 1, nameof(cpu)),
            Depth = (short)CallLimits.Number(depth, short.MaxValue, nameof(depth)),
            Context = CallLimits.Context(context, nameof(context)),
        };
        var task = new KernelTask(0, CallLimits.Number(processId, int.MaxValue, nameof(processId)), null, comm ?? "");
        (Origin, _record) = DetachedCalls.Create(
            string.IsNullOrEmpty(recording) ? null : recording, new(function), new(caller), task, in record);
    }

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

    /// <summary>The CPU on which the function ran; null if the recording does not contain it.</summary>
    public int? Cpu => _record.Cpu < 0 ? null : _record.Cpu;

    /// <summary>The pid of the task, which is the thread id of user space; null if the recording does not contain it.</summary>
    public int? ProcessId => Task.KnownProcessId;

    /// <summary>
    /// The thread group id of the task, which is the process id of user space; null if the recording does not contain it.
    /// </summary>
    public int? ThreadGroupId => Task.ThreadGroupId;

    /// <summary>The name of the task; null if the recording does not contain it.</summary>
    public string? Comm => Task.KnownComm;

    /// <summary>
    /// The execution context in which the function ran, as the name of an <see cref="ExecutionContext"/>; null if the recording
    /// does not contain it.
    /// </summary>
    public string? Context => _record.Context.KnownName();

    /// <summary>The called function.</summary>
    public string Function => FunctionSymbol.Name;

    /// <summary>The calling function; null if the recording does not contain it.</summary>
    public string? Caller => CallerSymbol.KnownName;

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

    /// <summary>The source line of <see cref="Caller"/>; null if no symbol map contains it.</summary>
    public int? CallerSourceLine => CallerSymbol.SourceLine;

    /// <summary>The microseconds from entry to return; null if the recording has no durations.</summary>
    public double? Duration => _record.Duration == CallRecord.NoDuration ? null : _record.Duration / 1000.0;

    /// <summary>
    /// The microseconds in the function itself, without the traced functions that it called; null if the recording has no
    /// durations.
    /// </summary>
    public double? SelfDuration => _record.SelfDuration == CallRecord.NoDuration ? null : _record.SelfDuration / 1000.0;

    /// <summary>The nesting depth, 0 for the outermost call; null if the recording does not contain it.</summary>
    public int? Depth => _record.Depth == CallRecord.NoDepth ? null : _record.Depth;

    /// <summary>How it is known below which calls this one ran, as the name of a <see cref="CallNesting"/>.</summary>
    public string Nesting => (_record.Stack == StackTree.None ? CallNesting.Caller : CallNesting.Stack).ToString();

    /// <summary>
    /// The recording: the path of its file as it was opened, or <c>-</c> for standard input; null for a call of no recording.
    /// </summary>
    public string? Recording => Origin.Source.Name;

    internal TraceContext Origin { get; }

    internal CallNames Names => Origin.Names;

    internal ref readonly CallRecord Record => ref _record;

    internal FunctionSymbol FunctionSymbol => Names.Functions[_record.Function];

    internal FunctionSymbol CallerSymbol => Names.Functions[_record.Caller];

    internal KernelTask Task => Names.Tasks[_record.Task];

    /// <summary>Returns a call of the same type with another record, or with the names and the filter of another context.</summary>
    internal virtual CallEvent With(TraceContext context, in CallRecord record) => new(context, in record);

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Function} <-{Caller}");
}
