using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>How the events of one schema are written into a Perfetto trace.</summary>
internal sealed class FtraceKind
{
    private const string EnterPrefix = "sys_enter_", ExitPrefix = "sys_exit_", EntrySuffix = "_entry", ExitSuffix = "_exit";

    private FtraceKind(EventSchema schema, int message, FtraceField[] fields)
        => (Schema, Message, Fields) = (schema, message, fields);

    /// <summary>The schema.</summary>
    public EventSchema Schema { get; }

    /// <summary>
    /// The field of the message FtraceEvent; <see cref="FtraceMessages.Generic"/> for an event without a message.
    /// </summary>
    public int Message { get; }

    /// <summary>The fields of the message.</summary>
    public FtraceField[] Fields { get; }

    /// <summary>How the events are shown besides.</summary>
    public FtraceRole Role { get; private init; }

    /// <summary>The name of the slice that such an event begins or ends.</summary>
    public string Slice { get; private init; } = "";

    /// <summary>Reads the number of the system call, or of the interrupt vector, of an event that has its name.</summary>
    public FieldReader Number { get; private init; }

    /// <summary>Reads the result of such a system call.</summary>
    public FieldReader Result { get; private init; }

    /// <summary>Reads the task in whose context a sched_switch was recorded.</summary>
    public FieldReader Task { get; private init; }

    /// <summary>The name of the event, as it is written.</summary>
    public string Name => DisplayText.Visible(Schema.Name);

    /// <summary>Returns how the events of a schema are written.</summary>
    public static FtraceKind Of(EventSchema schema)
    {
        if (FtraceMessages.ByName.TryGetValue(schema.Name, out var known) && !IsOther(schema))
            return new FtraceKind(schema, known.Field, [.. Parse(schema, known.Fields)]) { Task = schema.Reader("prev_pid") };
        var name = schema.Name;
        var (role, slice) = name switch
        {
            _ when IsSyscall(schema, EnterPrefix) => (FtraceRole.NamedEnter, "sys_" + name[EnterPrefix.Length..]),
            _ when IsSyscall(schema, ExitPrefix) => (FtraceRole.NamedExit, "sys_" + name[ExitPrefix.Length..]),
            _ when IsVector(schema, EntrySuffix) => (FtraceRole.VectorEntry, name[..^EntrySuffix.Length]),
            _ when IsVector(schema, ExitSuffix) => (FtraceRole.VectorExit, name[..^ExitSuffix.Length]),
            _ => (FtraceRole.None, ""),
        };
        var number = schema.Reader(role is FtraceRole.VectorEntry or FtraceRole.VectorExit ? "vector" : "__syscall_nr");
        return new FtraceKind(schema, FtraceMessages.Generic, [])
        {
            Role = role, Slice = DisplayText.Visible(slice), Number = number.Exists ? number : schema.Reader("nr"),
            Result = schema.Reader("ret"),
        };
    }

    /// <summary>Whether the system shows that an event has only the name of one that Perfetto knows.</summary>
    private static bool IsOther(EventSchema schema)
        => schema.System is not (null or "sched" or "irq" or "power" or "block" or "workqueue" or "task" or "raw_syscalls" or "timer"
            or "irq_vectors" or "ftrace");

    private static bool IsSyscall(EventSchema schema, string prefix)
        => schema.Name.StartsWith(prefix, StringComparison.Ordinal) && schema.System is null or "syscalls";

    private static bool IsVector(EventSchema schema, string suffix)
        => schema.Name.EndsWith(suffix, StringComparison.Ordinal) && schema.Reader("vector").Exists
            && schema.System is null or "irq_vectors";

    private static IEnumerable<FtraceField> Parse(EventSchema schema, string fields)
    {
        foreach (var field in fields.Split(' '))
        {
            var at = field.IndexOf('=', StringComparison.Ordinal);
            var number = field[(at + 1)..].TrimEnd('s', 'f', 'r');
            var kind = at + 1 + number.Length < field.Length ? field[^1] : '\0';
            var reader = schema.Reader(field[..at]);
            if (reader.Exists) yield return new FtraceField(int.Parse(number, CultureInfo.InvariantCulture), kind, reader);
        }
    }
}
