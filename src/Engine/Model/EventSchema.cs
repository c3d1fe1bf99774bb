using System.Buffers;
using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>
/// What a recording knows of one kind of kernel event: its name, and how to decode its records. Immutable; any thread may use it.
/// A record is binary in a trace.dat and the text of the event in other recordings; only the schema knows which.
/// </summary>
/// <param name="system">The system, such as <c>sched</c>; null if the recording does not contain it.</param>
/// <param name="name">The name, such as <c>sched_switch</c>.</param>
internal abstract class EventSchema(string? system, string name)
{
    /// <summary>The system, such as <c>sched</c>; null if the recording does not contain it. Untrusted text.</summary>
    public string? System => system;

    /// <summary>The name, such as <c>sched_switch</c>. Untrusted text.</summary>
    public string Name => name;

    /// <summary>Decodes all fields of a record, in the order of the format file, without the common fields.</summary>
    public abstract IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body);

    /// <summary>
    /// The text of a record, as <c>trace-cmd report -N</c> prints it: what the event's <c>print fmt</c> makes of its fields.
    /// </summary>
    public abstract string Message(ReadOnlySpan<byte> body);

    /// <summary>Writes the bytes of <see cref="Message"/>, of which some may not be UTF-8.</summary>
    public virtual void WriteMessage(IBufferWriter<byte> text, ReadOnlySpan<byte> body) => text.Write(NameText.Encode(Message(body)));

    /// <summary>The frames of a stack that was recorded with an event, innermost first.</summary>
    /// <param name="stack"><see cref="EventRecord.Stack"/>.</param>
    public abstract IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack);

    /// <summary>
    /// Returns the reader of a field by its exact name; one that does not exist if the event has no such field.
    /// </summary>
    public abstract FieldReader Reader(string field);

    /// <summary>Reads a field as a number.</summary>
    /// <param name="body">The record.</param>
    /// <param name="field">The index that the schema gave to <see cref="FieldReader"/>.</param>
    /// <param name="value">The number.</param>
    /// <returns>False if the record does not contain the field or if it is no number.</returns>
    public abstract bool TryNumber(ReadOnlySpan<byte> body, int field, out long value);

    /// <summary>Reads a field as text, without its null byte.</summary>
    /// <param name="body">The record.</param>
    /// <param name="field">The index that the schema gave to <see cref="FieldReader"/>.</param>
    /// <param name="text">The bytes of the text. Untrusted.</param>
    /// <returns>False if the record does not contain the field or if it is no text.</returns>
    public abstract bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text);

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(system is null ? name : $"{system}:{name}");
}
