using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>Reads the text of a field as its <see cref="FieldKind"/>.</summary>
internal static class MessageNumber
{
    private const int MostListed = 64;

    // MINORBITS in include/linux/kdev_t.h.
    private const int MinorBits = 20;

    private static readonly string[] TimerContexts = ["irq", "thread", "user-ret"];

    /// <summary>The number of bytes at the start of a text that belong to a field; 0 if it does not start with one.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text, FieldKind kind)
    {
        switch (kind)
        {
            case FieldKind.Word or FieldKind.TimerContext:
                var end = text.IndexOfAny(" \t\n"u8);
                return end < 0 ? text.Length : end;
            case FieldKind.Identifier:
                var length = 0;
                while (length < text.Length && (char.IsAsciiLetterOrDigit((char)text[length]) || text[length] == '_')) length++;
                return length;
            case FieldKind.Number:
                return text.StartsWith("0x"u8) ? HexLength(text) : DecimalLength(text);
            case FieldKind.Hex:
                return HexLength(text);
            case FieldKind.HexList:
                var list = text.IndexOf((byte)')');
                return list < 0 ? text.Length : list;
            case FieldKind.Seconds:
                return PairLength(text, (byte)'.');
            default:
                return PairLength(text, (byte)',');
        }
    }

    /// <summary>Reads a field as a number; false if its text is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, FieldKind kind, out long number)
    {
        number = 0;
        switch (kind)
        {
            case FieldKind.Hex:
                return TryHex(text, out number);
            case FieldKind.Seconds:
                return TryPair(text, (byte)'.', out var seconds, out var fraction, out var digits)
                    && TryNanoseconds(seconds, fraction, digits, out number);
            case FieldKind.Device:
                if (!TryPair(text, (byte)',', out var major, out var minor, out _)) return false;
                number = (major << MinorBits) | minor;
                return major <= 0xFFF && minor < 1 << MinorBits;
            case FieldKind.TimerContext:
                for (var i = 0; i < TimerContexts.Length; i++)
                {
                    if (!NameText.Decode(text).Equals(TimerContexts[i], StringComparison.Ordinal)) continue;
                    number = i;
                    return true;
                }
                return TryDecimal(text, out number);
            case FieldKind.Number or FieldKind.Word:
                return text.StartsWith("0x"u8) ? TryHex(text, out number) : TryDecimal(text, out number);
            default:
                return false;
        }
    }

    /// <summary>The value of a field as an object: a number if its text is one, else a string.</summary>
    public static object Value(ReadOnlySpan<byte> text, FieldKind kind)
    {
        if (kind == FieldKind.HexList) return List(text) ?? (object)NameText.Decode(text);
        if (!TryRead(text, kind, out var number))
            return NameText.Decode(text);
        // A decimal number without a sign can be above the signed range.
        return kind == FieldKind.Hex || text.StartsWith("0x"u8) || (number < 0 && text[0] != '-') ? (ulong)number : number;
    }

    private static ulong[]? List(ReadOnlySpan<byte> text)
    {
        var numbers = new List<ulong>(6);
        foreach (var range in text.Split(", "u8))
        {
            if (numbers.Count == MostListed || !TryHex(text[range], out var number)) return null;
            numbers.Add((ulong)number);
        }
        return [.. numbers];
    }

    private static bool TryDecimal(ReadOnlySpan<byte> text, out long number)
    {
        if (Utf8Parser.TryParse(text, out number, out var used) && used == text.Length) return text[0] != '+';
        // A number above the signed range keeps its bits.
        if (!Utf8Parser.TryParse(text, out ulong big, out used) || used != text.Length) return false;
        number = (long)big;
        return true;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out long number)
    {
        if (text.StartsWith("0x"u8)) text = text[2..];
        var isHex = Utf8Parser.TryParse(text, out ulong bits, out var used, 'x') && used == text.Length;
        number = (long)bits;
        return isHex;
    }

    private static bool TryPair(ReadOnlySpan<byte> text, byte separator, out long first, out long second, out int digits)
    {
        second = digits = 0;
        if (!Utf8Parser.TryParse(text, out first, out var used) || first < 0 || used >= text.Length || text[used] != separator)
            return false;
        var rest = text[(used + 1)..];
        return Utf8Parser.TryParse(rest, out second, out digits) && digits == rest.Length && second >= 0;
    }

    private static bool TryNanoseconds(long seconds, long fraction, int digits, out long number)
    {
        number = 0;
        if (digits > 9 || seconds > long.MaxValue / 2_000_000_000) return false;
        for (; digits < 9; digits++) fraction *= 10;
        number = (seconds * 1_000_000_000) + fraction;
        return true;
    }

    private static int DecimalLength(ReadOnlySpan<byte> text)
    {
        var sign = text is [(byte)'-', ..] ? 1 : 0;
        var length = sign;
        while (length < text.Length && char.IsAsciiDigit((char)text[length])) length++;
        return length > sign ? length : 0;
    }

    private static int HexLength(ReadOnlySpan<byte> text)
    {
        var prefix = text.StartsWith("0x"u8) ? 2 : 0;
        var length = prefix;
        while (length < text.Length && char.IsAsciiHexDigit((char)text[length])) length++;
        return length > prefix ? length : 0;
    }

    private static int PairLength(ReadOnlySpan<byte> text, byte separator)
    {
        var first = DecimalLength(text);
        if (first == 0 || first >= text.Length || text[first] != separator) return 0;
        var second = DecimalLength(text[(first + 1)..]);
        return second == 0 ? 0 : first + 1 + second;
    }
}
