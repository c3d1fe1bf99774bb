using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>
/// One kernel event of a recording, other than a call of a traced function. Its fields are decoded when they are first looked at.
/// </summary>
public class KernelEvent
{
    private readonly byte[] _body, _stack;
    private readonly long _time;
    private readonly int _cpu, _processId, _task;
    private readonly ExecutionContext _context;
    private IReadOnlyList<EventField>? _decoded;
    private string? _message;

    /// <summary>Copies a record.</summary>
    internal KernelEvent(TraceContext context, in EventRecord record)
    {
        (Origin, Schema) = (context, record.Schema);
        (_time, _cpu, _processId, _task, _context) = (record.Time, record.Cpu, record.ProcessId, record.Task, record.Context);
        (_body, _stack) = (record.Body.ToArray(), record.Stack.ToArray());
    }

    /// <summary>
    /// The time of the event: seconds of the trace clock, or its counts if that clock does not count time; null if the recording
    /// does not contain it.
    /// </summary>
    public double? Timestamp => Origin.Source.ToTimestamp(_time);

    /// <summary>
    /// The time of day of the event, in UTC; null if the recording does not contain how the trace clock relates to it.
    /// </summary>
    public DateTimeOffset? WallTime => Origin.Source.ToWallTime(_time);

    /// <summary>The CPU; null if the recording does not contain it.</summary>
    public int? Cpu => _cpu < 0 ? null : _cpu;

    /// <summary>
    /// The pid of the task in whose context the event was recorded, which is the thread id of user space; null if the recording
    /// does not contain it.
    /// </summary>
    public int? ProcessId => _processId < 0 ? null : _processId;

    /// <summary>The thread group id of that task; null if the recording does not contain it.</summary>
    public int? ThreadGroupId => Task.ThreadGroupId;

    /// <summary>The name of that task; null if the recording does not contain it.</summary>
    public string? Comm => Task.KnownComm;

    /// <summary>The name of an <see cref="ExecutionContext"/>; null if the recording does not contain it.</summary>
    public string? Context => _context.KnownName();

    /// <summary>The system of the event, such as <c>sched</c>; null if the recording does not contain it.</summary>
    public string? System => Schema.System;

    /// <summary>The name of the event, such as <c>sched_switch</c>.</summary>
    public string Name => Schema.Name;

    /// <summary>
    /// The text of the event, as the event's <c>print fmt</c> makes it of the fields: what <c>trace-cmd report -N</c> prints.
    /// </summary>
    public string Message => _message ??= Schema.Message(_body);

    /// <summary>
    /// The fields of the event by name, as its format file describes them, with raw numbers; null for a field that the record
    /// does not contain.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Fields => EventFieldTable.Of(Decoded);

    /// <summary>The kernel stack that was recorded with the event, innermost frame first; null if there is none.</summary>
    public IReadOnlyList<string>? Stack => _stack.Length == 0 ? null : Schema.Frames(_stack);

    /// <summary>The recording: the path of its file as it was opened, or <c>-</c> for standard input.</summary>
    public string? Recording => Origin.Source.Name;

    /// <summary>The fields in the order of the format file, with their symbolic names.</summary>
    internal IReadOnlyList<EventField> Decoded => _decoded ??= Schema.Decode(_body);

    internal TraceContext Origin { get; }

    internal EventSchema Schema { get; }

    internal KernelTask Task => Origin.Names.Tasks[_task];

    /// <summary>The record of the event, valid as long as the event.</summary>
    internal EventRecord Record => new()
    {
        Schema = Schema, Time = _time, Cpu = _cpu, ProcessId = _processId, Task = _task, Context = _context, Body = _body,
        Stack = _stack,
    };

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Name}: {Message}");
}
