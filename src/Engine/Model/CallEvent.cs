namespace KernelMagnifier.Model;

/// <summary>One entry of one traced function.</summary>
public sealed class CallEvent
{
    private readonly CallRecord _record;

    /// <summary>Creates the event of a record.</summary>
    /// <param name="context">The recording and the names that the record refers to.</param>
    /// <param name="record">The record, which is copied.</param>
    public CallEvent(TraceContext context, in CallRecord record) => (Origin, _record) = (context, record);

    /// <summary>When the function was entered: seconds by the trace clock, or counts where that clock is a counter.</summary>
    public double Timestamp => Origin.Source.ToTimestamp(_record.Time);

    /// <summary>The CPU it ran on; -1 when the recording does not tell.</summary>
    public int Cpu => _record.Cpu;

    /// <summary>The task's pid as the kernel counts: one per thread. -1 when the recording does not tell.</summary>
    public int ProcessId => Task.ProcessId;

    /// <summary>The thread group (what user space calls the process id), when the recording has it.</summary>
    public int? ThreadGroupId => Task.ThreadGroupId;

    /// <summary>The task's name.</summary>
    public string Comm => Task.Comm;

    /// <summary>Where the kernel ran the function.</summary>
    public ExecutionContext Context => _record.Context;

    /// <summary>The function entered.</summary>
    public string Function => FunctionSymbol.Name;

    /// <summary>The function that called it; empty when the recording does not tell.</summary>
    public string Caller => CallerSymbol.Name;

    /// <summary>The module of <see cref="Function"/>; null for the kernel's core.</summary>
    public string? Module => FunctionSymbol.Module;

    /// <summary>The module of <see cref="Caller"/>; null for the kernel's core.</summary>
    public string? CallerModule => CallerSymbol.Module;

    /// <summary>Source file of <see cref="Function"/>, when a symbol map tells.</summary>
    public string? SourceFile => FunctionSymbol.SourceFile;

    /// <summary>Source line of <see cref="Function"/>, when a symbol map tells.</summary>
    public int? SourceLine => FunctionSymbol.SourceLine;

    /// <summary>Source file of <see cref="Caller"/>, when a symbol map tells.</summary>
    public string? CallerSourceFile => CallerSymbol.SourceFile;

    /// <summary>Microseconds from entry to return, when the recording has returns.</summary>
    public double? Duration => _record.Duration == CallRecord.NoDuration ? null : _record.Duration / 1000.0;

    /// <summary>Nesting depth, 0 outermost, when the recording has it.</summary>
    public int? Depth => _record.Depth == CallRecord.NoDepth ? null : _record.Depth;

    internal TraceContext Origin { get; }

    internal CallNames Names => Origin.Names;

    internal ref readonly CallRecord Record => ref _record;

    internal FunctionSymbol FunctionSymbol => Names.Functions[_record.Function];

    internal FunctionSymbol CallerSymbol => Names.Functions[_record.Caller];

    internal KernelTask Task => Names.Tasks[_record.Task];

    /// <inheritdoc/>
    public override string ToString() => $"{Function} <-{Caller}";
}
