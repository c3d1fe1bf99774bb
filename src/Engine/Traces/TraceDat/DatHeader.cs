using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The first bytes of a trace.dat: what it is and in which byte order the rest is written.</summary>
/// <param name="Version">6 or 7.</param>
/// <param name="BigEndian">Numbers are big-endian.</param>
/// <param name="LongSize">Bytes of a <c>long</c> of the recorded machine's user space.</param>
/// <param name="PageSize">Bytes of a page of the recorded machine.</param>
/// <param name="Compression"><c>zstd</c>, <c>zlib</c>, or null when nothing is packed.</param>
/// <param name="Options">Version 7: where the first options section stands.</param>
/// <param name="End">Where the header ends.</param>
/// <remarks>"INITIAL FORMAT" of trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5).</remarks>
internal sealed record DatHeader(int Version, bool BigEndian, int LongSize, int PageSize, string? Compression, long Options, long End)
{
    // Pages are 4 to 64 KB; a ring buffer's sub-buffer is at most 1 MB (RB_WRITE_MASK in kernel/trace/ring_buffer.c).
    internal const int LargestPage = 1 << 20;

    /// <summary>The magic bytes.</summary>
    public static ReadOnlySpan<byte> Magic => [0x17, 0x08, 0x44, (byte)'t', (byte)'r', (byte)'a', (byte)'c', (byte)'i', (byte)'n', (byte)'g'];

    /// <summary>Reads it.</summary>
    /// <exception cref="TraceException">It is cut, of a version not known, or packed in a way not known.</exception>
    public static DatHeader Read(DatFile file, string name)
    {
        try
        {
            return Read(file, name, new DatCursor(file, Magic.Length, file.Length, bigEndian: false));
        }
        catch (DatDamage damage)
        {
            throw new TraceException(name, $"this trace.dat is cut or damaged in its header: {damage.Message}. Nothing in it can be read.", damage.Offset);
        }
    }

    private static DatHeader Read(DatFile file, string name, DatCursor cursor)
    {
        var text = cursor.Text(16);
        if (!int.TryParse(text, out var version) || version is not (6 or 7))
            throw new TraceException(name, $"this is a trace.dat of version {Shown(text)}; versions 6 and 7 are read. Convert it with trace-cmd convert --file-version 7, or record with another trace-cmd.", Magic.Length);
        var order = cursor.UInt8();
        if (order > 1) throw new DatDamage($"the byte order is {order}, where 0 (little-endian) or 1 (big-endian) was expected", cursor.Offset - 1);
        var longSize = cursor.UInt8();
        if (longSize is not (4 or 8)) throw new DatDamage($"a long is said to have {longSize} bytes, where 4 or 8 were expected", cursor.Offset - 1);
        cursor = new DatCursor(file, cursor.Offset, file.Length, order == 1);
        var pageSize = cursor.UInt32();
        if (!IsPageSize(pageSize)) throw new DatDamage($"a page is said to have {pageSize} bytes", cursor.Offset - 4);
        string? compression = null;
        long options = 0;
        if (version >= 7)
        {
            var packing = cursor.Text(64);
            _ = cursor.Text(64);
            compression = packing switch
            {
                "none" or "" => null,
                "zstd" or "zlib" => packing,
                _ => throw new TraceException(name, $"this trace.dat is packed with {Shown(packing)}; zstd, zlib and none are read. Convert it with trace-cmd convert --compression none.", cursor.Offset),
            };
            options = (long)Math.Min(cursor.UInt64(), long.MaxValue);
        }
        return new DatHeader(version, order == 1, longSize, (int)pageSize, compression, options, cursor.Offset);
    }

    /// <summary>Whether a page can be that large.</summary>
    internal static bool IsPageSize(ulong size) => size is >= 512 and <= LargestPage && (size & (size - 1)) == 0;

    // What a file says of itself goes into a message for a terminal.
    private static string Shown(string text) => $"'{new string([.. text.Where(c => c is >= ' ' and <= '~')])}'";
}
