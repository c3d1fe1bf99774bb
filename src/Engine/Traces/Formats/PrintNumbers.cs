using System.Buffers.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>Writes numbers and text as the conversions of printf do.</summary>
internal static class PrintNumbers
{
    // 64 bits in octal.
    private const int MostDigits = 22;

    /// <summary>Writes a number.</summary>
    /// <param name="text">Takes it.</param>
    /// <param name="conversion">The conversion: one of <c>d u x X o c</c>.</param>
    /// <param name="width">The smallest width.</param>
    /// <param name="precision">The precision; -1 if there is none.</param>
    /// <param name="value">The number.</param>
    public static void Write(PrintText text, PrintConversion conversion, int width, int precision, ulong value)
    {
        if (conversion.Type == 'c')
        {
            if ((byte)value != 0) WriteText(text, conversion, width, -1, [(byte)value]);
            return;
        }
        var isNegative = false;
        if (conversion.Type == 'd') (value, isNegative) = Signed(conversion.Size, value);
        else value = Unsigned(conversion.Size, value);
        Span<byte> digits = stackalloc byte[MostDigits];
        var count = Digits(conversion.Type, value, digits);
        if (precision == 0 && value == 0) count = 0;
        if (width == 0 && precision < 0 && !conversion.IsAlternate && !conversion.HasSign)
        {
            if (isNegative) text.Append((byte)'-');
            text.Append(digits[..count]);
            return;
        }
        WritePadded(text, conversion, width, precision, digits[..count], isNegative, value != 0);
    }

    /// <summary>Writes text, cut to the precision and padded to the width.</summary>
    public static void WriteText(PrintText text, PrintConversion conversion, int width, int precision, ReadOnlySpan<byte> value)
    {
        if (precision >= 0 && precision < value.Length) value = value[..precision];
        var pad = width - value.Length;
        if (pad > 0 && !conversion.IsLeft) text.Append((byte)' ', pad);
        text.Append(value);
        if (pad > 0 && conversion.IsLeft) text.Append((byte)' ', pad);
    }

    private static void WritePadded(
        PrintText text, PrintConversion conversion, int width, int precision, ReadOnlySpan<byte> digits, bool isNegative,
        bool hasPrefix)
    {
        var prefix = isNegative ? "-"u8 : conversion.Type switch
        {
            (byte)'d' when conversion.HasSign => "+"u8,
            (byte)'x' when conversion.IsAlternate && hasPrefix => "0x"u8,
            (byte)'X' when conversion.IsAlternate && hasPrefix => "0X"u8,
            _ => default,
        };
        var zeros = Math.Max(0, precision - digits.Length);
        if (conversion.Type == 'o' && conversion.IsAlternate && zeros == 0 && (digits.IsEmpty || digits[0] != '0')) zeros = 1;
        var pad = Math.Max(0, width - prefix.Length - zeros - digits.Length);
        if (conversion.IsZeroPadded && precision < 0 && !conversion.IsLeft) (zeros, pad) = (zeros + pad, 0);
        if (!conversion.IsLeft) text.Append((byte)' ', pad);
        text.Append(prefix);
        text.Append((byte)'0', zeros);
        text.Append(digits);
        if (conversion.IsLeft) text.Append((byte)' ', pad);
    }

    private static (ulong, bool) Signed(int size, ulong value)
    {
        var number = size switch { <= -2 => (sbyte)value, -1 => (short)value, 0 => (int)value, _ => (long)value };
        return number < 0 ? (0ul - (ulong)number, true) : ((ulong)number, false);
    }

    private static ulong Unsigned(int size, ulong value)
        => size switch { <= -2 => (byte)value, -1 => (ushort)value, 0 => (uint)value, _ => value };

    private static int Digits(byte type, ulong value, Span<byte> digits)
    {
        int count;
        if (type == 'o')
        {
            var from = digits.Length;
            do digits[--from] = (byte)('0' + (value & 7));
            while ((value >>= 3) != 0);
            digits[from..].CopyTo(digits);
            return digits.Length - from;
        }
        _ = type switch
        {
            (byte)'x' => Utf8Formatter.TryFormat(value, digits, out count, 'x'),
            (byte)'X' => Utf8Formatter.TryFormat(value, digits, out count, 'X'),
            _ => Utf8Formatter.TryFormat(value, digits, out count),
        };
        return count;
    }
}
