using System.Buffers.Binary;

namespace KernelMagnifier.Traces.Formats;

/// <summary>Writes network addresses: <c>%pI4</c>, <c>%pI6</c>, <c>%pIS</c> and their variants.</summary>
internal static class PrintAddresses
{
    // Address families and the offsets in their structures are the same on all architectures of Linux.
    private const int Inet = 2, Inet6 = 10;

    /// <summary>Writes an address.</summary>
    /// <param name="text">Takes it.</param>
    /// <param name="bytes">The address, or the structure that has it.</param>
    /// <param name="extension">What follows <c>%p</c>: <c>I</c> or <c>i</c>, <c>4</c>, <c>6</c> or <c>S</c>, and letters.</param>
    /// <param name="isBigEndian">Whether the recorded machine is big-endian.</param>
    public static void Write(PrintText text, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> extension, bool isBigEndian)
    {
        var isPlain = extension[0] == 'i';
        var letters = extension.Length > 2 ? extension[2..] : default;
        var isReversed = letters.Contains((byte)'l') || (letters.Contains((byte)'h') && !isBigEndian);
        switch (extension.Length > 1 ? extension[1] : (byte)0)
        {
            case (byte)'4' when bytes.Length == 4: Version4(text, bytes, isPlain, isReversed); break;
            case (byte)'4': text.Append("INVALIDIPv4"u8); break;
            case (byte)'6' when bytes.Length == 16: Version6(text, bytes, isPlain, letters.Contains((byte)'c')); break;
            case (byte)'6': text.Append("INVALIDIPv6"u8); break;
            case (byte)'S': Socket(text, bytes, isPlain, isReversed, letters, isBigEndian); break;
        }
    }

    private static void Socket(
        PrintText text, ReadOnlySpan<byte> bytes, bool isPlain, bool isReversed, ReadOnlySpan<byte> letters, bool isBigEndian)
    {
        if (bytes.Length < 2) return;
        var family = isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var hasPort = letters.Contains((byte)'p');
        if (family == Inet && bytes.Length >= 16)
        {
            Version4(text, bytes.Slice(4, 4), isPlain, isReversed);
            if (hasPort) Port(text, bytes);
        }
        else if (family == Inet)
        {
            text.Append("INVALIDIPv4"u8);
        }
        else if (family == Inet6 && bytes.Length >= 28)
        {
            if (hasPort) text.Append((byte)'[');
            Version6(text, bytes.Slice(8, 16), isPlain, letters.Contains((byte)'c'));
            if (!hasPort) return;
            text.Append((byte)']');
            Port(text, bytes);
        }
        else if (family == Inet6)
        {
            text.Append("INVALIDIPv6"u8);
        }
    }

    private static void Port(PrintText text, ReadOnlySpan<byte> bytes)
    {
        text.Append((byte)':');
        text.AppendDecimal(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
    }

    private static void Version4(PrintText text, ReadOnlySpan<byte> bytes, bool isPlain, bool isReversed)
    {
        for (var i = 0; i < 4; i++)
        {
            if (i > 0) text.Append((byte)'.');
            var value = bytes[isReversed ? 3 - i : i];
            if (isPlain && value < 100) text.Append((byte)'0');
            if (isPlain && value < 10) text.Append((byte)'0');
            text.AppendDecimal(value);
        }
    }

    private static void Version6(PrintText text, ReadOnlySpan<byte> bytes, bool isPlain, bool isCompressed)
    {
        if (isCompressed && !isPlain)
        {
            Compressed(text, bytes);
            return;
        }
        for (var i = 0; i < 16; i++)
        {
            if (!isPlain && i > 0 && i % 2 == 0) text.Append((byte)':');
            text.AppendHexByte(bytes[i]);
        }
    }

    /// <summary>Writes an address with its longest run of zeros left out.</summary>
    private static void Compressed(PrintText text, ReadOnlySpan<byte> bytes)
    {
        // An IPv4 address mapped into IPv6, and ISATAP, show the IPv4 address as such.
        var isMapped = bytes[..10].IndexOfAnyExcept((byte)0) < 0 && bytes[10] == 0xff && bytes[11] == 0xff;
        var hasVersion4 = isMapped || (bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe);
        var words = hasVersion4 ? 6 : 8;
        var (run, length) = LongestZeros(bytes, words);
        var needsColon = false;
        for (var i = 0; i < words; i++)
        {
            if (i == run)
            {
                if (needsColon || i == 0) text.Append((byte)':');
                text.Append((byte)':');
                needsColon = false;
                i += length - 1;
                continue;
            }
            if (needsColon) text.Append((byte)':');
            text.AppendHex(BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]));
            needsColon = true;
        }
        if (!hasVersion4) return;
        if (needsColon) text.Append((byte)':');
        Version4(text, bytes[12..], isPlain: false, isReversed: false);
    }

    private static (int Start, int Length) LongestZeros(ReadOnlySpan<byte> bytes, int words)
    {
        // A single zero is not left out.
        var (start, longest) = (-1, 1);
        for (var i = 0; i < words; i++)
        {
            var length = 0;
            while (i + length < words && bytes[2 * (i + length)] == 0 && bytes[(2 * (i + length)) + 1] == 0) length++;
            if (length > longest) (start, longest) = (i, length);
        }
        return (start, longest);
    }
}
