using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>What the checks of a recording read of the events of a schema.</summary>
/// <param name="Role">What the events are.</param>
/// <param name="First">Reads the task that leaves, or the number of an interrupt or of its vector.</param>
/// <param name="Second">Reads the task that comes.</param>
/// <param name="Vector">A number for the name of an interrupt vector; 0 if the event is none of one.</param>
internal sealed record CheckedSchema(CheckedRole Role, FieldReader First = default, FieldReader Second = default, long Vector = 0)
{
    /// <summary>Returns what the checks read of a schema.</summary>
    public static CheckedSchema Of(EventSchema schema)
    {
        switch (schema.Name)
        {
            case "sched_switch": return new(CheckedRole.Switch, schema.Reader("prev_pid"), schema.Reader("next_pid"));
            case "irq_handler_entry": return new(CheckedRole.Entry, schema.Reader("irq"));
            case "irq_handler_exit": return new(CheckedRole.Exit, schema.Reader("irq"));
            default: break;
        }
        if (HandlerPairs.VectorName(schema) is not { } name) return new(CheckedRole.None);
        var role = schema.Name.EndsWith("_entry", StringComparison.Ordinal) ? CheckedRole.Entry : CheckedRole.Exit;
        // Numbers of interrupts are not negative.
        return new(role, schema.Reader("vector"), Vector: -1 - (uint)name.GetHashCode(StringComparison.Ordinal));
    }

    /// <summary>
    /// The handler of a record: its irq, or the number of its vector's name; null if the record has none. Only the record of a
    /// text shows whether the event is one of a vector.
    /// </summary>
    public long? Handler(ReadOnlySpan<byte> body)
        => !First.TryNumber(body, out var number) ? null : Vector != 0 ? Vector : number;
}
