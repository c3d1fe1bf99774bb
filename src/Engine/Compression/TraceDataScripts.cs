using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>
/// The text of the scripts of class <c>trace-data</c> in a page of systrace; everything else is left out, also the list of
/// processes that the page has in a script of the same class.
/// </summary>
/// <remarks><c>systrace/output_generator.py</c> in Catapult writes the page.</remarks>
internal sealed class TraceDataScripts(Stream source) : TransformedStream(source)
{
    /// <summary>The class of the scripts.</summary>
    public static ReadOnlySpan<byte> Class => "trace-data"u8;

    private const int LongestTag = 4096;
    private const int LongestIndent = 256;

    // What a script begins with decides whether it is the trace.
    private const int LongestStart = 64;

    private State _state = State.Outside;
    private bool _hasText;

    private enum State
    {
        Outside, OtherScript, ScriptStart, Script,
    }

    /// <inheritdoc/>
    protected override int Transform(ReadOnlySpan<byte> input, bool isEnd)
    {
        var at = 0;
        while (_state switch
        {
            State.Outside => FindScript(input, isEnd, ref at),
            State.OtherScript => FindEnd(input, isEnd, ref at, write: false),
            State.ScriptStart => Begin(input[at..], isEnd),
            _ => FindEnd(input, isEnd, ref at, write: true),
        })
        {
        }
        return at;
    }

    /// <summary>Goes into the next script; false if more input is needed. The text of other scripts is not searched.</summary>
    private bool FindScript(ReadOnlySpan<byte> input, bool isEnd, ref int at)
    {
        var tag = "<script"u8;
        var found = input[at..].IndexOf(tag);
        if (found < 0)
        {
            at = isEnd ? input.Length : Math.Max(at, input.Length - tag.Length + 1);
            return false;
        }
        at += found;
        var end = input[at..Math.Min(input.Length, at + LongestTag)].IndexOf((byte)'>');
        if (end < 0 && !isEnd && input.Length - at < LongestTag) return false;
        if (end < 0)
        {
            at += tag.Length;
            return true;
        }
        _state = input.Slice(at, end).IndexOf(Class) >= 0 ? State.ScriptStart : State.OtherScript;
        at += end + 1;
        return true;
    }

    private bool FindEnd(ReadOnlySpan<byte> input, bool isEnd, ref int at, bool write)
    {
        var tag = "</script"u8;
        var found = input[at..].IndexOf(tag);
        var end = found >= 0 ? at + found : isEnd ? input.Length : Math.Max(at, input.Length - tag.Length + 1);
        // The spaces before the tag that ends the script are those of the page.
        var text = input[at..end];
        if (found >= 0 || !isEnd) text = text.TrimEnd(" \t"u8);
        if (text.Length < end - at - LongestIndent) text = input[at..end];
        if (write) Append(text);
        at += text.Length;
        if (found < 0) return false;
        if (write) EndLine();
        at = end + tag.Length;
        _state = State.Outside;
        return true;
    }

    private bool Begin(ReadOnlySpan<byte> text, bool isEnd)
    {
        if (text.Length < LongestStart && !isEnd && text.IndexOf("</script"u8) < 0) return false;
        text = text.TrimStart(" \t\r\n"u8);
        // The list of processes, and traces of browsers (JSON) beside that of the kernel.
        var isOther = text.StartsWith("PROCESS DUMP"u8) || (_hasText && (text.StartsWith("{"u8) || text.StartsWith("["u8)));
        _hasText |= !isOther;
        _state = isOther ? State.OtherScript : State.Script;
        return true;
    }
}
