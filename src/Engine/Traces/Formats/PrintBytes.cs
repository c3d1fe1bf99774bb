namespace KernelMagnifier.Traces.Formats;

/// <summary>Writes what bytes mean: addresses, bit masks, UUIDs.</summary>
internal static class PrintBytes
{
    /// <summary>Writes a bit mask in hexadecimal, with a comma after each 32 bits.</summary>
    public static void Bitmask(PrintText text, ReadOnlySpan<byte> mask, bool isBigEndian)
    {
        for (var i = mask.Length - 1; i >= 0; i--)
        {
            text.AppendHexByte(mask[isBigEndian ? mask.Length - 1 - i : i]);
            if (i > 0 && i % 4 == 0) text.Append((byte)',');
        }
    }

    /// <summary>Writes the numbers of the bits that are set, as <c>0-3,5</c>.</summary>
    public static void BitList(PrintText text, ReadOnlySpan<byte> mask, bool isBigEndian)
    {
        var first = -1;
        var isFirst = true;
        for (var bit = 0; bit <= mask.Length * 8 && !text.IsFull; bit++)
        {
            var at = isBigEndian ? mask.Length - 1 - (bit >> 3) : bit >> 3;
            if (bit < mask.Length * 8 && (mask[at] & (1 << (bit & 7))) != 0)
            {
                if (first < 0) first = bit;
                continue;
            }
            if (first < 0) continue;
            if (!isFirst) text.Append((byte)',');
            text.AppendDecimal((ulong)first);
            if (bit - 1 > first)
            {
                text.Append((byte)'-');
                text.AppendDecimal((ulong)(bit - 1));
            }
            (first, isFirst) = (-1, false);
        }
    }

    /// <summary>Writes bytes in hexadecimal with a delimiter between them.</summary>
    public static void Hex(PrintText text, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> delimiter)
    {
        for (var i = 0; i < bytes.Length && !text.IsFull; i++)
        {
            if (i > 0) text.Append(delimiter);
            text.AppendHexByte(bytes[i]);
        }
    }

    /// <summary>Writes a hardware address of 6 bytes (<c>%pM</c>).</summary>
    public static void Mac(PrintText text, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> extension)
    {
        if (bytes.Length != 6)
        {
            text.Append("INVALIDMAC"u8);
            return;
        }
        var isReversed = extension.Contains((byte)'R');
        var delimiter = extension[0] == 'm' ? default : extension.Contains((byte)'F') ? "-"u8 : ":"u8;
        for (var i = 0; i < 6; i++)
        {
            if (i > 0) text.Append(delimiter);
            text.AppendHexByte(bytes[isReversed ? 5 - i : i]);
        }
    }

    /// <summary>Writes a UUID (<c>%pU</c>).</summary>
    public static void Uuid(PrintText text, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> extension)
    {
        if (bytes.Length != 16)
        {
            text.Append("INVALIDUUID"u8);
            return;
        }
        ReadOnlySpan<byte> littleEndian = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
        var kind = extension.Length > 1 ? extension[1] : (byte)'b';
        for (var i = 0; i < 16; i++)
        {
            text.AppendHexByte(bytes[kind is (byte)'L' or (byte)'l' ? littleEndian[i] : i], kind is (byte)'L' or (byte)'B');
            if (i is 3 or 5 or 7 or 9) text.Append((byte)'-');
        }
    }
}
