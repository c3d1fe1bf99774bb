using System.Buffers;
using System.Text;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// Mends the JSON of bpftrace, byte by byte and before it is read. bpftrace 0.17 writes a byte from 0x80 on as
/// <c>\uffffff</c> and two digits, and others write it as it is, whether or not it is UTF-8. The result is UTF-8: bytes that
/// are UTF-8 together are that character, and others become the text that <see cref="Text.NameText"/> has for them.
/// </summary>
internal static class OutputMending
{
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create([.. Enumerable.Range(0x80,
        128).Select(b => (byte)b)]);

    /// <summary>Whether a line can be read as it is.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> line)
        => line.IndexOfAny(Suspicious) < 0 && line.IndexOf("\\uffffff"u8) < 0 && line.IndexOf("\\\\x"u8) < 0;

    /// <summary>Mends a line.</summary>
    public static void Mend(ReadOnlySpan<byte> line, ArrayBufferWriter<byte> to)
    {
        var pending = new byte[64];
        var count = 0;
        for (var at = 0; at < line.Length;)
        {
            var rest = line[at..];
            if (Byte(rest, out var length) is { } value)
            {
                if (count == pending.Length) Array.Resize(ref pending, count * 2);
                pending[count++] = value;
                at += length;
                continue;
            }
            Flush(pending.AsSpan(0, count), to);
            count = 0;
            at += Copy(rest, to);
        }
        Flush(pending.AsSpan(0, count), to);
    }

    /// <summary>The byte from 0x80 on that a text begins with; null for something else.</summary>
    private static byte? Byte(ReadOnlySpan<byte> text, out int length)
    {
        const int Escape = 10;
        length = 1;
        if (text[0] >= 0x80) return text[0];
        if (text.Length < Escape || !text.StartsWith("\\uffffff"u8)) return null;
        if (Digit(text[8]) is not (>= 8 and var high) || Digit(text[9]) is not (>= 0 and var low)) return null;
        length = Escape;
        return (byte)((high << 4) | low);
    }

    /// <summary>Copies one character or escape sequence, and returns its length.</summary>
    private static int Copy(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> to)
    {
        if (text[0] != '\\' || text.Length < 2)
        {
            var plain = text[1..].IndexOfAnyExceptInRange((byte)0, (byte)0x7f) is var end and >= 0 ? text[..(end + 1)] : text;
            var escape = plain[1..].IndexOf((byte)'\\');
            if (escape >= 0) plain = plain[..(escape + 1)];
            to.Write(plain);
            return plain.Length;
        }
        // A backslash in a text that looks like the escape of a byte.
        if (text[1] == '\\' && text.Length >= 5 && text[2] == 'x' && Digit(text[4]) >= 0
            && (Digit(text[3]) >= 8 || (text[3] == '5' && text[4] == 'c')))
        {
            to.Write("\\\\x5c"u8);
            return 2;
        }
        to.Write(text[..2]);
        return 2;
    }

    private static void Flush(ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> to)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) == OperationStatus.Done) to.Write(bytes[..length]);
            else
                foreach (var b in bytes[..length])
                    to.Write(Encoding.ASCII.GetBytes($"\\\\x{b:x2}"));
            bytes = bytes[length..];
        }
    }

    private static int Digit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
