using System.Runtime.CompilerServices;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Reads unsigned decimal numbers in the text of a line.</summary>
internal static class DecimalText
{
    private const int MaxDigits = 18;

    /// <summary>Reads the digits at a position and advances it; false if there is no digit, or more than 18.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, ref int at, out long number)
    {
        number = 0;
        var from = at;
        uint digit;
        while ((uint)at < (uint)text.Length && (digit = (uint)(text[at] - '0')) <= 9)
        {
            number = (number * 10) + digit;
            at++;
        }
        return at > from && at - from <= MaxDigits;
    }

    /// <summary>Reads a text that consists of digits only.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long number)
    {
        var at = 0;
        return TryRead(text, ref at, out number) && at == text.Length;
    }
}
