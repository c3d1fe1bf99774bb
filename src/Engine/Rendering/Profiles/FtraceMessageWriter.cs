using System.Collections;
using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>Writes the fields of kernel events as the messages of Perfetto's <c>protos/perfetto/trace/ftrace</c>.</summary>
internal sealed class FtraceMessageWriter(FtraceFunctions functions)
{
    // GenericFtraceEvent and its Field
    private const int GenericName = 1, GenericField = 2, FieldName = 1, FieldText = 3, FieldInteger = 4;

    // SysEnterFtraceEvent, SysExitFtraceEvent
    private const int SyscallId = 1, SyscallArguments = 2, SyscallResult = 2;

    // A text of a record can have as many bytes as a page. Perfetto shows it in a table.
    private const int LongestText = 4096;

    private readonly ProtoWriter _field = new();

    /// <summary>How states of tasks are encoded.</summary>
    public PerfettoStates States { get; set; } = new(null);

    /// <summary>Writes the fields of an event whose message has the same fields.</summary>
    public void WriteTyped(FtraceKind kind, ReadOnlySpan<byte> body, ProtoWriter to)
    {
        foreach (ref readonly var field in kind.Fields.AsSpan())
        {
            if (field.Kind == 's') Text(to, field.Number, field.Reader.Text(body));
            else if (Number(kind.Schema, in field, body) is { } value) to.Always(field.Number, value);
        }
        if (kind.Message == FtraceMessages.SysEnter) WriteArguments(kind, body, to);
    }

    /// <summary>Writes a system call of an event of its own as the message of sys_enter or sys_exit.</summary>
    public static void WriteSyscall(FtraceKind kind, ReadOnlySpan<byte> body, long number, ProtoWriter to)
    {
        to.Always(SyscallId, number);
        if (kind.Role == FtraceRole.NamedExit && kind.Result.TryNumber(body, out var result)) to.Always(SyscallResult, result);
    }

    /// <summary>Writes all fields of an event with their names.</summary>
    public void WriteGeneric(FtraceKind kind, ReadOnlySpan<byte> body, ProtoWriter to)
    {
        to.Text(GenericName, kind.Name);
        foreach (var (name, value, symbol) in kind.Schema.Decode(body))
        {
            if (value is null) continue;
            _field.Text(FieldName, DisplayText.Visible(name));
            if (symbol is null && value is sbyte or byte or short or ushort or int or uint or long)
                _field.Always(FieldInteger, Convert.ToInt64(value, CultureInfo.InvariantCulture));
            else if (symbol is null && value is ulong bits) _field.Always(FieldInteger, (long)bits);
            else _field.Text(FieldText, DisplayText.Fit(symbol ?? TextOf(value), LongestText));
            to.Message(GenericField, _field);
            _field.Clear();
        }
    }

    private long? Number(EventSchema schema, in FtraceField field, ReadOnlySpan<byte> body) => field.Kind switch
    {
        'f' => functions.Of(schema, field.Reader, body),
        'r' => States.Of(schema, field.Reader, body),
        _ => field.Reader.Number(body),
    };

    private static void WriteArguments(FtraceKind kind, ReadOnlySpan<byte> body, ProtoWriter to)
    {
        foreach (var field in kind.Schema.Decode(body))
            if (field is { Name: "args", Value: ulong[] arguments })
                foreach (var argument in arguments)
                    to.Always(SyscallArguments, (long)argument);
    }

    private static void Text(ProtoWriter to, int field, ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            to.Text(field, DisplayText.Visible(NameText.Decode(text.Length > LongestText ? text[..LongestText] : text)));
        else to.Bytes(field, text);
    }

    private static string TextOf(object value) => value switch
    {
        string text => text,
        byte[] bytes => Convert.ToHexStringLower(bytes),
        IEnumerable values => string.Join(' ', values.Cast<object?>().Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
