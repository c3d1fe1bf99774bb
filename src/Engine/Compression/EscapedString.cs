using System.Globalization;
using System.Text.Unicode;
using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>
/// The text of one string in a JSON or JavaScript file: its escapes are replaced, and everything around it is left out.
/// </summary>
/// <param name="source">The file.</param>
/// <param name="name">The text before the string: <c>"systemTraceEvents"</c>.</param>
/// <param name="separator">The character between the two, with white space around it: <c>:</c>.</param>
internal sealed class EscapedString(Stream source, byte[] name, byte separator) : TransformedStream(source)
{
    // White space between name and string; there is hardly any.
    private const int LongestGap = 256;

    // "\ud83d\ude00": a character outside the basic plane.
    private const int LongestEscape = 12;

    private State _state = State.Before;

    private enum State
    {
        Before, Inside, After,
    }

    /// <inheritdoc/>
    protected override int Transform(ReadOnlySpan<byte> input, bool isEnd)
    {
        var at = 0;
        if (_state == State.Before && !FindString(input, isEnd, ref at)) return at;
        if (_state == State.Inside) CopyString(input, isEnd, ref at);
        return _state == State.After ? input.Length : at;
    }

    /// <summary>Goes to the first character of the string; false if more input is needed.</summary>
    private bool FindString(ReadOnlySpan<byte> input, bool isEnd, ref int at)
    {
        while (true)
        {
            var found = input[at..].IndexOf(name);
            if (found < 0)
            {
                at = isEnd ? input.Length : Math.Max(at, input.Length - name.Length + 1);
                return false;
            }
            at += found;
            if (!isEnd && input.Length - at < name.Length + LongestGap) return false;
            var gap = input[(at + name.Length)..];
            var rest = gap.TrimStart(" \t\r\n"u8);
            if (!rest.IsEmpty && rest[0] == separator)
            {
                rest = rest[1..].TrimStart(" \t\r\n"u8);
                if (!rest.IsEmpty && rest[0] == '"')
                {
                    (at, _state) = (input.Length - rest.Length + 1, State.Inside);
                    return true;
                }
            }
            at += name.Length;
        }
    }

    private void CopyString(ReadOnlySpan<byte> input, bool isEnd, ref int at)
    {
        while (at < input.Length)
        {
            var rest = input[at..];
            var next = rest.IndexOfAny((byte)'\\', (byte)'"');
            Append(next < 0 ? rest : rest[..next]);
            if (next < 0)
            {
                at = input.Length;
                return;
            }
            at += next;
            if (input[at] == '"')
            {
                _state = State.After;
                EndLine();
                return;
            }
            if (!isEnd && input.Length - at < LongestEscape) return;
            at += WriteEscape(input[at..]);
        }
    }

    /// <summary>Writes the character of an escape; returns the length of the escape.</summary>
    private int WriteEscape(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2) return text.Length;
        switch (text[1])
        {
            case (byte)'n': Append("\n"u8); return 2;
            case (byte)'t': Append("\t"u8); return 2;
            case (byte)'r': Append("\r"u8); return 2;
            case (byte)'b': Append("\b"u8); return 2;
            case (byte)'f': Append("\f"u8); return 2;
            // JavaScript: the string continues on the next line.
            case (byte)'\n': return 2;
            case (byte)'\r': return text.Length > 2 && text[2] == '\n' ? 3 : 2;
            case (byte)'u': return WriteCodeUnits(text);
            default: Append(text.Slice(1, 1)); return 2;
        }
    }

    private int WriteCodeUnits(ReadOnlySpan<byte> text)
    {
        Span<char> chars = stackalloc char[2];
        var count = 0;
        while (count < 2 && TryReadCodeUnit(text[(count * 6)..], out chars[count]))
        {
            count++;
            if (!char.IsHighSurrogate(chars[0])) break;
        }
        if (count == 0) return 2;
        // A high surrogate without a low one after it is a character of its own, which is not valid.
        if (count == 2 && !char.IsLowSurrogate(chars[1])) count = 1;
        Span<byte> bytes = stackalloc byte[8];
        Utf8.FromUtf16(chars[..count], bytes, out _, out var written, replaceInvalidSequences: true);
        Append(bytes[..written]);
        return count * 6;
    }

    private static bool TryReadCodeUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[0] != '\\' || text[1] != 'u'
            || !ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            return false;
        unit = (char)number;
        return true;
    }
}
