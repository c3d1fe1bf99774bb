using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>
/// The lines of the ftrace buffer in the kernel's log (<c>ftrace_dump_on_oops</c>, sysrq-z), without what the log puts before
/// each line.
/// </summary>
/// <param name="source">The log.</param>
/// <param name="dumpsOnly">Whether only the lines between <c>Dumping ftrace buffer:</c> and the rule that ends a dump are
/// returned. False for a part of a log that does not hold the first.</param>
/// <remarks><c>ftrace_dump_one</c> in <c>kernel/trace/trace.c</c>.</remarks>
internal sealed class KernelLogText(Stream source, bool dumpsOnly) : TransformedStream(source)
{
    private const int ShortestRule = 20;

    private State _state = State.Outside;
    private int _prefix;

    // Of a line that is longer than the buffer: whether its first part was returned.
    private bool _inLine, _isWritten;

    private enum State
    {
        Outside, DumpStarts, Dump,
    }

    /// <summary>The text that precedes a dump.</summary>
    public static ReadOnlySpan<byte> Mark => "Dumping ftrace "u8;

    /// <inheritdoc/>
    protected override int Transform(ReadOnlySpan<byte> input, bool isEnd)
    {
        var at = 0;
        while (at < input.Length)
        {
            var newline = input[at..].IndexOf((byte)'\n');
            if (newline < 0 && !isEnd && at > 0) break;
            if (newline < 0 && !isEnd && input.Length < BufferSize) break;
            var line = newline < 0 ? input[at..] : input.Slice(at, newline + 1);
            at += line.Length;
            if (_inLine)
            {
                if (_isWritten) Append(line);
            }
            else
            {
                var prefix = PrefixOf(line);
                _isWritten = IsTrace(line[prefix..].TrimEnd("\r\n"u8));
                if (_isWritten) WriteLine(line[prefix..]);
            }
            _inLine = newline < 0;
        }
        return at;
    }

    /// <summary>
    /// The length of the prefix. dmesg and journalctl indent the further lines of a message by the length of its prefix.
    /// </summary>
    private int PrefixOf(ReadOnlySpan<byte> line)
    {
        var length = KernelLogPrefix.Length(line);
        if (length > 0) return _prefix = length;
        return line.Length > _prefix && line[.._prefix].IndexOfAnyExcept((byte)' ') < 0 ? _prefix : 0;
    }

    /// <summary>Whether a line of the log belongs to the trace.</summary>
    private bool IsTrace(ReadOnlySpan<byte> text)
    {
        var isRule = text.Length >= ShortestRule && text.IndexOfAnyExcept((byte)'-') < 0;
        if (!dumpsOnly) return !isRule;
        if (text.StartsWith(Mark)) _state = State.DumpStarts;
        else if (text.TrimStart((byte)' ').StartsWith("(ftrace buffer empty)"u8)) _state = State.Outside;
        else if (isRule) _state = _state == State.DumpStarts ? State.Dump : State.Outside;
        else return _state == State.Dump;
        return false;
    }

    private void WriteLine(ReadOnlySpan<byte> text)
    {
        // Some logs drop the spaces at the start of a line, and a CPU of function_graph has one before it.
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits > 0 && text[digits..].StartsWith(") "u8)) Append(" "u8);
        Append(text);
    }
}
