using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Parses single lines of function_graph text, column by column from left to right. One instance per thread.</summary>
internal sealed class FunctionGraphLineParser(FunctionGraphColumns columns, CallNames names)
{
    private readonly bool _hasAbsoluteTime = columns.HasFlag(FunctionGraphColumns.AbsoluteTime);
    private readonly bool _hasRelativeTime = columns.HasFlag(FunctionGraphColumns.RelativeTime);
    private readonly bool _hasCpu = columns.HasFlag(FunctionGraphColumns.Cpu);
    private readonly bool _hasTask = columns.HasFlag(FunctionGraphColumns.Task);
    private readonly bool _hasFlags = columns.HasFlag(FunctionGraphColumns.Flags);
    private readonly bool _hasDuration = columns.HasFlag(FunctionGraphColumns.Duration);

    private readonly AbsoluteTimeColumn _time = new();
    private readonly CenteredTaskColumn _task = new(names);
    private readonly FunctionGraphCallParser _call = new(columns.HasFlag(FunctionGraphColumns.Duration), names);

    private int _timeLength, _durationAt;
    private bool _endsInTask;
    private bool _isEvent;

    /// <summary>Whether the last line was an event that is not a call.</summary>
    public bool IsEvent => _isEvent;

    /// <summary>
    /// Whether the last line was not parsed because it ends inside the task column, as it does if the comm contains a newline.
    /// </summary>
    public bool EndsInTask => _endsInTask;

    /// <summary>Whether the lines have a time.</summary>
    public bool HasTime => _hasAbsoluteTime;

    /// <summary>Remembers the last line, which was parsed and is no event.</summary>
    public void Teach(FunctionGraphKnownLines known, ReadOnlySpan<byte> line, in FunctionGraphToken token,
        TraceStatistics statistics)
        => known.Learn(line, in token, _timeLength, _durationAt, _call.From, statistics);

    /// <summary>The kind of the event in the last line, if <see cref="IsEvent"/>.</summary>
    public string EventKind(ReadOnlySpan<byte> line) => _call.EventKind(line);

    /// <summary>The event in the last line, if <see cref="IsEvent"/>.</summary>
    public FunctionTextEvent Event(ReadOnlySpan<byte> line) => _call.Event(line);

    /// <summary>
    /// Parses a call, a closing brace, an interrupt mark or an event; false if the line is none of them with these columns.
    /// </summary>
    public bool TryParse(ReadOnlySpan<byte> line, out FunctionGraphToken token)
    {
        Unsafe.SkipInit(out token);
        _endsInTask = false;
        _isEvent = false;
        var at = 0;
        token.Time = CallRecord.NoTime;
        token.Cpu = -1;
        token.Task = 0;
        token.Operand = 0;
        token.Context = ExecutionContext.Unknown;
        token.Duration = CallRecord.NoDuration;
        if (_hasAbsoluteTime && !_time.TryRead(line, ref at, out token.Time)) return false;
        _timeLength = at;
        if (_hasRelativeTime && !FunctionGraphColumn.TrySkipRelativeTime(line, ref at)) return false;
        if (_hasCpu && !FunctionGraphColumn.TryReadCpu(line, ref at, out token.Cpu)) return false;
        if (_hasTask && !_task.TryRead(line, ref at, " | "u8, out token.Task, ref _endsInTask)) return false;
        if (_hasFlags && !FunctionGraphColumn.TryReadFlags(line, ref at, out token.Context)) return false;
        _durationAt = at;
        if (_hasDuration && !FunctionGraphColumn.TryReadDuration(line, ref at, ref token.Duration))
            return FunctionGraphCallParser.TryParseInterruptMark(line[at..], ref token);
        return _call.TryParse(line, at, ref token, ref _isEvent);
    }

    /// <summary>Parses a task switch: <c> 1)  taskA-12     =>   taskB-34   </c></summary>
    public bool TryParseSwitch(ReadOnlySpan<byte> line, ref FunctionGraphToken token)
    {
        var at = 0;
        if (!FunctionGraphColumn.TryReadCpu(line, ref at, out token.Cpu)) return false;
        if (!_task.TryRead(line, ref at, " => "u8, out token.Operand, ref _endsInTask)) return false;
        return _task.TryRead(line, ref at, default, out token.Task, ref _endsInTask);
    }
}
