using System.Buffers.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>
/// The text of an event of the function_graph tracer: <c>0.376 us   |    f();</c>, <c>|  f() {</c> and <c>215.559 us |  }</c>.
/// With <c>-N</c> it is the tracer's own <c>--> f (0)</c> and <c>&lt;-- f (0) (start: 12ab  end: 12cd) over: 0</c>; with
/// <c>-R</c> its fields, <c>func=f depth=0</c>.
/// </summary>
/// <remarks><c>print_graph_entry_leaf</c>, <c>print_graph_nested</c> and <c>fgraph_ret_handler</c> in trace-cmd's
/// <c>lib/trace-cmd/trace-ftrace.c</c>.</remarks>
internal ref struct ReportGraphText
{
    private const int DeepestCall = 1000;

    // The duration in nanoseconds then fits in 64 bits.
    private const long MaxMicroseconds = 1_000_000_000_000_000;

    /// <summary>What the text is.</summary>
    public ReportRecordKind Kind;

    /// <summary>The function; empty for a closing brace without a name.</summary>
    public ReadOnlySpan<byte> Function;

    /// <summary>The caller from the return address (option <c>funcgraph-retaddr</c>); empty if the text has none.</summary>
    public ReadOnlySpan<byte> Caller;

    /// <summary>The nesting depth, 0 outermost.</summary>
    public int Depth;

    /// <summary>Nanoseconds, or <see cref="CallRecord.NoDuration"/>.</summary>
    public long Duration;

    /// <summary>Reads a text; false if it is none of these.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isExit">Whether the event is an exit.</param>
    /// <param name="hasHexTimes">Whether the times of raw fields are hexadecimal.</param>
    /// <param name="call">The result.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, bool isExit, bool hasHexTimes, out ReportGraphText call)
    {
        call = new ReportGraphText { Duration = CallRecord.NoDuration };
        text = text.TrimEnd((byte)' ');
        var bare = text.TrimStart((byte)' ');
        if (bare.StartsWith("func="u8)) return call.TryParseFields(bare, isExit, hasHexTimes);
        if (bare.StartsWith("--> "u8) || bare.StartsWith("<-- "u8)) return call.TryParseTracerText(bare, isExit);
        var bar = text.IndexOf((byte)'|');
        if (bar < 0 || !call.TryReadDuration(text[..bar].Trim((byte)' '))) return false;
        text = text[(bar + 1)..];
        var from = text.IndexOfAnyExcept((byte)' ');
        if (from < 2 || (from & 1) != 0 || from / 2 > DeepestCall) return false;
        call.Depth = (from / 2) - 1;
        text = text[from..];
        return text[0] == '}' ? isExit && call.TryParseBrace(text[1..]) : !isExit && call.TryParseEntry(text);
    }

    /// <summary>Reads <c>! 215.559 us</c>; the column is blank in a line that opens a call.</summary>
    private bool TryReadDuration(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return true;
        if (text[0] is (byte)'+' or (byte)'!' or (byte)'#' or (byte)'*' or (byte)'@' or (byte)'$')
            text = text[1..].TrimStart((byte)' ');
        var at = 0;
        if (!DecimalText.TryRead(text, ref at, out var value) || value >= MaxMicroseconds) return false;
        long fraction = 0;
        if (at < text.Length && text[at] == '.')
        {
            var point = at++;
            if (!DecimalText.TryRead(text, ref at, out fraction) || at - point > 4) return false;
            for (var digits = at - point; digits < 4; digits++) fraction *= 10;
        }
        Duration = (value * 1000) + fraction;
        return text[at..].SequenceEqual(" us"u8);
    }

    /// <summary>Reads what can follow a closing brace: <c> /* f */ (0) (ret=0x0)</c>.</summary>
    private bool TryParseBrace(ReadOnlySpan<byte> rest)
    {
        Kind = ReportRecordKind.Brace;
        if (Duration < 0) return false;
        rest = WithoutNumber(WithoutReturnValue(rest));
        if (rest.IsEmpty) return true;
        if (!rest.StartsWith(" /* "u8) || !rest.EndsWith(" */"u8) || rest.Length < 8) return false;
        Function = rest[4..^3];
        return ReportFunctionText.IsName(Function);
    }

    /// <summary>
    /// Reads <c>f(args); (0) /* &lt;-caller */ (ret=0x0)</c> or <c>f(args) /* &lt;-caller */ { (0)</c>.
    /// </summary>
    private bool TryParseEntry(ReadOnlySpan<byte> text)
    {
        var call = WithoutNumber(TakeCaller(WithoutReturnValue(text)));
        if (call.EndsWith(");"u8))
        {
            Kind = ReportRecordKind.Leaf;
        }
        else if (call.EndsWith(" {"u8))
        {
            Kind = ReportRecordKind.Entry;
            if (!TakeCaller(call[..^2]).EndsWith(")"u8)) return false;
        }
        else
        {
            return false;
        }
        if ((Kind == ReportRecordKind.Leaf) != (Duration >= 0)) return false;
        // trace-cmd 3.3 prints ") {" for an address without a symbol.
        Function = call.IndexOf((byte)'(') is >= 0 and var open ? call[..open] : call[0] == ')' ? "[unknown]"u8 : default;
        return ReportFunctionText.IsName(Function) && (Caller.IsEmpty || ReportFunctionText.IsName(Caller));
    }

    /// <summary>
    /// Reads <c>--> f (0)</c>, with <c> &lt;- caller</c> behind it or without, or <c>&lt;-- f (0) (start: 1a  end: 2b)</c>.
    /// </summary>
    private bool TryParseTracerText(ReadOnlySpan<byte> text, bool isExit)
    {
        if (text.StartsWith("<-- "u8) != isExit) return false;
        text = text[4..];
        var open = text.IndexOf(" ("u8);
        if (open <= 0) return false;
        Function = text[..open];
        var at = open + 2;
        if (!DecimalText.TryRead(text, ref at, out var depth) || depth > DeepestCall || at >= text.Length || text[at] != ')')
            return false;
        (Depth, Kind) = ((int)depth, isExit ? ReportRecordKind.Exit : ReportRecordKind.Entry);
        var rest = text[(at + 1)..];
        if (rest.StartsWith(" <- "u8)) Caller = rest[4..];
        var start = rest.IndexOf("(start: "u8);
        var end = rest.IndexOf(" end: "u8);
        if (isExit && start >= 0 && end > start) SetDuration(rest[(start + 8)..], rest[(end + 6)..], isHex: true);
        return ReportFunctionText.IsName(Function) && (Caller.IsEmpty || ReportFunctionText.IsName(Caller));
    }

    private bool TryParseFields(ReadOnlySpan<byte> text, bool isExit, bool hasHexTimes)
    {
        Kind = isExit ? ReportRecordKind.Exit : ReportRecordKind.Entry;
        Function = Field(text, "func="u8);
        Caller = isExit ? default : Field(text, " retaddr="u8);
        var depth = Field(text, " depth="u8);
        if (!DecimalText.TryParse(depth, out var number) || number > DeepestCall) return false;
        Depth = (int)number;
        if (isExit) SetDuration(Field(text, " calltime="u8), Field(text, " rettime="u8), hasHexTimes);
        return ReportFunctionText.IsName(Function) && (Caller.IsEmpty || ReportFunctionText.IsName(Caller));
    }

    private void SetDuration(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, bool isHex)
    {
        var format = isHex ? 'x' : 'D';
        if (!Utf8Parser.TryParse(start, out ulong from, out _, format) || !Utf8Parser.TryParse(end, out ulong to, out _, format)
            || to < from || to - from > long.MaxValue) return;
        Duration = (long)(to - from);
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var at = text.IndexOf(name);
        if (at < 0) return default;
        var value = text[(at + name.Length)..];
        return value.IndexOf((byte)' ') is >= 0 and var end ? value[..end] : value;
    }

    private static ReadOnlySpan<byte> WithoutReturnValue(ReadOnlySpan<byte> text)
        => text.EndsWith(")"u8) && text.LastIndexOf(" (ret="u8) is >= 0 and var at ? text[..at] : text;

    /// <summary>Removes the depth that <c>-O depth</c> prints.</summary>
    private static ReadOnlySpan<byte> WithoutNumber(ReadOnlySpan<byte> text)
        => text.EndsWith(")"u8) && text.LastIndexOf(" ("u8) is >= 0 and var at && DecimalText.TryParse(text[(at + 2)..^1], out _)
            ? text[..at] : text;

    private ReadOnlySpan<byte> TakeCaller(ReadOnlySpan<byte> text)
    {
        if (!text.EndsWith(" */"u8)) return text;
        if (text.LastIndexOf(" /* <-"u8) is not (> 0 and var at) || at + 6 >= text.Length - 3) return text;
        Caller = text[(at + 6)..^3];
        return text[..at];
    }
}
