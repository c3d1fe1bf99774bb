using System.Buffers.Text;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>
/// The text of an event of the function tracer: <c>f</c>, <c>f &lt;-- caller</c> (option <c>-O parent</c>, <c>-N</c>, and
/// trace-cmd before 2.9), each with <c>+0x1c</c> with <c>-O offset</c>, or <c>ip=f parent_ip=caller</c> (<c>-R</c>). Spaces
/// before it are the depth that trace-cmd guesses, so they are no data.
/// </summary>
/// <remarks><c>function_handler</c> in libtraceevent's <c>plugins/plugin_function.c</c> and trace-cmd's
/// <c>lib/trace-cmd/trace-ftrace.c</c>.</remarks>
internal readonly ref struct ReportFunctionText
{
    // "0x" and sixteen digits.
    private const int AddressLength = 18;

    private static ReadOnlySpan<byte> NotInNames => "();{}|!"u8;

    /// <summary>The function.</summary>
    public ReadOnlySpan<byte> Function { get; private init; }

    /// <summary>The caller; empty if the text has none.</summary>
    public ReadOnlySpan<byte> Caller { get; private init; }

    /// <summary>Reads a text; false if it is none of these.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ReportFunctionText call)
    {
        text = text.Trim((byte)' ');
        call = default;
        if (text.StartsWith("ip="u8))
        {
            var parent = text.IndexOf(" parent_ip="u8);
            if (parent < 0) return false;
            var rest = text[(parent + 11)..];
            call = new ReportFunctionText
            {
                Function = text[3..parent],
                Caller = rest.IndexOf((byte)' ') is > 0 and var space ? rest[..space] : rest,
            };
            return IsName(call.Function) && IsName(call.Caller);
        }
        var arrow = text.LastIndexOf(" <-- "u8);
        if (arrow >= 0)
            call = new ReportFunctionText
            {
                Function = WithoutArguments(text[..arrow]), Caller = text[(arrow + 5)..].TrimStart((byte)' '),
            };
        else if (IsAddress(text) && text.Length > AddressLength)
            // trace-cmd before 2.9 prints no arrow behind an address.
            call = new ReportFunctionText { Function = text[..AddressLength], Caller = text[AddressLength..] };
        else
            call = new ReportFunctionText { Function = WithoutArguments(text) };
        return IsName(call.Function) && (call.Caller.IsEmpty ? arrow < 0 : IsName(call.Caller));
    }

    /// <summary>Whether a text is the name of a function, with its module in brackets or without.</summary>
    public static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name is [.., (byte)']'] && name.LastIndexOf(" ["u8) is > 0 and var module) name = name[..module];
        if (name.IsEmpty) return false;
        foreach (var letter in name)
            if (letter <= ' ' || NotInNames.IndexOf(letter) >= 0)
                return false;
        return true;
    }

    private static ReadOnlySpan<byte> WithoutArguments(ReadOnlySpan<byte> text)
    {
        if (text is [.., (byte)')'] && text.IndexOf((byte)'(') is > 0 and var open) text = text[..open];
        return text.TrimEnd((byte)' ');
    }

    private static bool IsAddress(ReadOnlySpan<byte> text)
        => text.StartsWith("0x"u8) && text.Length >= AddressLength
            && Utf8Parser.TryParse(text[2..AddressLength], out ulong _, out var used, 'x') && used == AddressLength - 2;
}
