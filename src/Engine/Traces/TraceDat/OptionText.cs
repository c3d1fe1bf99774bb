using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Parses options whose value is text.</summary>
internal static class OptionText
{
    // A build id has 20 bytes, rarely more.
    private const int LongestBuildId = 128;

    /// <summary>The text up to the first null byte.</summary>
    public static string Of(byte[] data)
    {
        var end = Array.IndexOf(data, (byte)0);
        return NameText.Decode(end < 0 ? data : data.AsSpan(0, end));
    }

    /// <summary>
    /// A number as <c>strtoll</c> with base 0 parses it: decimal, or hexadecimal after <c>0x</c>; 0 when it is not a number.
    /// </summary>
    public static long Number(byte[] data)
    {
        ReadOnlySpan<byte> text = data;
        text = text.Trim(" \t\n\0"u8);
        var negative = text is [(byte)'-', ..];
        if (negative || text is [(byte)'+', ..]) text = text[1..];
        long value;
        if (text is [(byte)'0', (byte)'x' or (byte)'X', ..]) _ = Utf8Parser.TryParse(text[2..], out value, out _, 'x');
        else _ = Utf8Parser.TryParse(text, out value, out _);
        return negative ? -value : value;
    }

    /// <summary>
    /// The kernel's build id from lines of <c>kernel BUILDID</c> and <c>module NAME BUILDID</c>; null when there is none.
    /// </summary>
    public static string? KernelBuildId(byte[] data)
    {
        const string Prefix = "kernel ";
        foreach (var line in Of(data).Split('\n'))
            if (line.StartsWith(Prefix, StringComparison.Ordinal)
                && line[Prefix.Length..].Trim() is { Length: > 0 and <= LongestBuildId } hex
                && hex.All(char.IsAsciiHexDigitLower))
                return hex;
        return null;
    }
}
