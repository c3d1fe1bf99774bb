using System.Buffers;
using System.Buffers.Text;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The event of a line: the text after its prefix.</summary>
/// <remarks><c>trace_fn_trace</c> and the other <c>trace_event_functions</c> in <c>kernel/trace/trace_output.c</c>.</remarks>
internal readonly ref struct FunctionTextEvent
{
    private const int LongestName = 1024;
    private const int LongestCommentName = 100;

    private static readonly SearchValues<byte> NameBytes
        = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    /// <summary>What the text is.</summary>
    public FunctionTextEventKind Kind { get; private init; }

    /// <summary>The function as printed, with its module and address if the line has them.</summary>
    public ReadOnlySpan<byte> Function { get; private init; }

    /// <summary>The caller as printed; empty if the line has none.</summary>
    public ReadOnlySpan<byte> Caller { get; private init; }

    /// <summary>The name of an event that is not a call.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>
    /// What precedes <see cref="Name"/> in the name of the event: <c>sys_enter_</c>, <c>sys_exit_</c> or nothing.
    /// </summary>
    public string NamePrefix { get; private init; } = "";

    /// <summary>The message of an event that is not a call.</summary>
    public ReadOnlySpan<byte> Message { get; private init; }

    /// <summary>Creates one that is nothing.</summary>
    public FunctionTextEvent()
    {
    }

    /// <summary>Reads the text after a prefix.</summary>
    /// <param name="body">The text.</param>
    /// <param name="prefix">The format of the prefix.</param>
    /// <param name="callersExpected">Whether a call without a caller is damaged
    /// (<see cref="FunctionTextLayout.RequiresCaller"/>).</param>
    public static FunctionTextEvent Parse(ReadOnlySpan<byte> body, LinePrefixKind prefix, bool callersExpected)
    {
        if (prefix is LinePrefixKind.Raw or LinePrefixKind.Hex) return ParseAddresses(body);
        if (body.IsEmpty) return default;
        if (body[0] == '<')
        {
            return body.StartsWith("<stack trace>"u8) ? Other("kernel_stack"u8, default)
                : body.StartsWith("<user stack trace>"u8) ? Other("user_stack"u8, default)
                : default;
        }
        if (body.StartsWith("# "u8)) return Other("raw_data"u8, body[2..]);
        if (body[0] == ' ') return ParseSwitch(body);
        if (TracerRow.NameOf(body) is { IsEmpty: false } row) return Other(row, body);
        var end = body.IndexOfAny((byte)' ', (byte)'(');
        var name = end < 0 ? body : body[..end];
        if (name.Length > 1 && name[^1] == ':') return Other(name[..^1], body[(end < 0 ? body.Length : end + 1)..]);
        if (!IsName(name)) return default;
        var arrow = body.LastIndexOf(" <-"u8);
        if (arrow >= 0) return ParseCall(body, name, arrow);
        if (TryParseSystemCall(body, name, out var call)) return call;
        return callersExpected ? default : Call(WithoutArguments(body, name), default);
    }

    /// <summary>
    /// Reads the text of a comment between the calls of function_graph text; a text without a name is a message.
    /// </summary>
    public static FunctionTextEvent ParseComment(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)' ', ..] && ParseSwitch(text) is { Kind: FunctionTextEventKind.Other } change) return change;
        var length = text.IndexOfAnyExcept(NameBytes);
        if (length is <= 0 or > LongestCommentName) return Other("print"u8, text);
        var rest = text[length..];
        if (rest[0] == ':') return Other(text[..length], rest.StartsWith(": "u8) ? rest[2..] : rest[1..]);
        return TryParseSystemCall(text, text[..length], out var call) ? call : Other("print"u8, text);
    }

    /// <summary>
    /// Reads the events of the wakeup tracers: <c>      0:120:R ==> [001]    77: 98:R comm</c>, and <c>+</c> for a wakeup.
    /// </summary>
    /// <remarks><c>trace_ctxwake_print</c> in <c>kernel/trace/trace_output.c</c>.</remarks>
    private static FunctionTextEvent ParseSwitch(ReadOnlySpan<byte> body)
    {
        var text = body.TrimStart((byte)' ');
        var end = text.IndexOf((byte)' ');
        var at = 0;
        if (!DecimalText.TryRead(text, ref at, out _) || end < at || at >= text.Length || text[at] != ':') return default;
        var arrow = text.IndexOf(" ==> ["u8);
        if (arrow > 0) return Other("context_switch"u8, body);
        return text.IndexOf("   + ["u8) > 0 ? Other("wakeup"u8, body) : default;
    }

    private static FunctionTextEvent ParseCall(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, int arrow)
    {
        var function = WithoutArguments(body[..arrow], name);
        var caller = body[(arrow + 3)..];
        if (function.IsEmpty || caller.IsEmpty) return default;
        if (caller[^1] == ')' && caller.IndexOf(" (repeats: "u8) > 0) return Other("func_repeats"u8, body);
        caller = caller.TrimEnd((byte)' ');
        var callerName = caller[..(caller.IndexOf((byte)' ') is > 0 and var space ? space : caller.Length)];
        return IsName(callerName) ? Call(function, caller) : default;
    }

    /// <summary>
    /// Reads the addresses of a function and its caller. The names are the addresses: <c>0xffffffffac146800</c>.
    /// </summary>
    private static FunctionTextEvent ParseAddresses(ReadOnlySpan<byte> body)
    {
        body = body.TrimEnd((byte)' ');
        var space = body.IndexOf((byte)' ');
        if (space < 8 || !Utf8Parser.TryParse(body, out ulong _, out var used, 'x') || used != space) return default;
        var second = body[(space + 1)..];
        if (!Utf8Parser.TryParse(second, out ulong _, out used, 'x') || used != second.Length || used < 8) return default;
        return Call((byte[])[.. "0x"u8, .. body[..space]], (byte[])[.. "0x"u8, .. second]);
    }

    private static FunctionTextEvent Call(ReadOnlySpan<byte> function, ReadOnlySpan<byte> caller)
        => function.IsEmpty ? default
        : new FunctionTextEvent { Kind = FunctionTextEventKind.Call, Function = function, Caller = caller };

    private static FunctionTextEvent Other(ReadOnlySpan<byte> name, ReadOnlySpan<byte> message)
        => new() { Kind = FunctionTextEventKind.Other, Name = name, Message = message };

    /// <summary>
    /// Reads system call events, which have their own format: <c>sys_write(fd: 3, count: 2)</c> and <c>sys_write -> 0x3</c>.
    /// </summary>
    /// <remarks><c>print_syscall_enter</c> and <c>print_syscall_exit</c> in <c>kernel/trace/trace_syscalls.c</c>.</remarks>
    private static bool TryParseSystemCall(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, out FunctionTextEvent call)
    {
        call = default;
        if (!name.StartsWith("sys_"u8)) return false;
        var rest = body[name.Length..];
        if (rest is [(byte)'(', ..])
        {
            var arguments = rest[1..].TrimEnd((byte)' ');
            // One parenthesis is the event's. Those before it can be the text of an argument.
            call = SystemCall("sys_enter_", name, arguments is [.., (byte)')'] ? arguments[..^1] : arguments);
            return true;
        }
        if (!rest.StartsWith(" -> "u8)) return false;
        call = SystemCall("sys_exit_", name, rest[4..]);
        return true;
    }

    private static FunctionTextEvent SystemCall(string prefix, ReadOnlySpan<byte> name, ReadOnlySpan<byte> message)
        => new() { Kind = FunctionTextEventKind.Other, NamePrefix = prefix, Name = name["sys_".Length..], Message = message };

    /// <summary>
    /// The function as printed: its name, module and address, without the arguments in parentheses (option <c>func-args</c>).
    /// Empty if any other text follows the name.
    /// </summary>
    private static ReadOnlySpan<byte> WithoutArguments(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        text = text.TrimEnd((byte)' ');
        var end = name.Length;
        while (end < text.Length)
        {
            var rest = text[end..];
            if (rest[0] == '(') return rest[^1] == ')' ? text[..end] : default;
            var close = rest.StartsWith(" ["u8) ? rest.IndexOf((byte)']') : rest.StartsWith(" <"u8) ? rest.IndexOf((byte)'>')
                : -1;
            if (close < 0) return default;
            end += close + 1;
        }
        return text;
    }

    /// <summary>
    /// Whether a text is a C identifier, with the suffixes of compilers and of option <c>sym-offset</c>
    /// (<c>finish_task_switch.isra.0+0x8c/0x2a0</c>), or an address.
    /// </summary>
    private static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > LongestName) return false;
        foreach (var c in name)
            if (!(char.IsAsciiLetterOrDigit((char)c) || c >= 0x80
                || c is (byte)'_' or (byte)'.' or (byte)'$' or (byte)'+' or (byte)'/' or (byte)'-' or (byte)'@' or (byte)':'))
                return false;
        return name[^1] != ':';
    }
}
