namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The header of a trace.dat, which states the version and the byte order of the rest.</summary>
/// <param name="Version">6 or 7.</param>
/// <param name="BigEndian">Whether numbers are big-endian.</param>
/// <param name="LongSize">The size of a <c>long</c> in the recorded machine's user space, in bytes.</param>
/// <param name="PageSize">The size of a page of the recorded machine, in bytes.</param>
/// <param name="Compression"><c>zstd</c> or <c>zlib</c>; null when nothing is compressed.</param>
/// <param name="Options">Version 7: the offset of the first options section.</param>
/// <param name="End">The offset at which the header ends.</param>
/// <remarks>"INITIAL FORMAT" of trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5).</remarks>
internal sealed record DatHeader(
    int Version, bool BigEndian, int LongSize, int PageSize, string? Compression, long Options, long End)
{
    // Pages are 4 to 64 KB; a sub-buffer is at most 1 MB (RB_WRITE_MASK in kernel/trace/ring_buffer.c).
    internal const int LargestPage = 1 << 20;

    /// <summary>The magic bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "\u0017\u0008\u0044tracing"u8;

    /// <summary>Reads the header.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TraceUnreadable"/>: it is cut or damaged, or the version
    /// or the compression is not supported.</exception>
    public static DatHeader Read(DatFile file, string name)
    {
        try
        {
            return Read(file, name, new DatCursor(file, Magic.Length, file.Length, bigEndian: false));
        }
        catch (DatDamage damage)
        {
            throw new KernelMagnifierException(ErrorCode.TraceUnreadable, name,
                $"the header of this trace.dat is cut or damaged: {damage}.",
                "Copy the file again from where it was recorded, or record again.", damage);
        }
    }

    private static DatHeader Read(DatFile file, string name, DatCursor cursor)
    {
        var text = cursor.Text(16);
        if (!int.TryParse(text, out var version) || version is not (6 or 7))
            throw new KernelMagnifierException(ErrorCode.TraceUnreadable, name,
                $"this is a trace.dat of version {Shown(text)}; versions 6 and 7 are supported.",
                "Convert the file with trace-cmd convert --file-version 7, or record with another version of trace-cmd.");
        var order = cursor.UInt8();
        if (order > 1)
            throw new DatDamage($"the byte order is {order}; expected 0 (little-endian) or 1 (big-endian)", cursor.Offset - 1);
        var longSize = cursor.UInt8();
        if (longSize is not (4 or 8))
            throw new DatDamage($"the size of a long is {longSize}; expected 4 or 8", cursor.Offset - 1);
        cursor = new DatCursor(file, cursor.Offset, file.Length, order == 1);
        var pageSize = cursor.UInt32();
        if (!IsPageSize(pageSize)) throw new DatDamage($"the page size of {pageSize} bytes is not possible", cursor.Offset - 4);
        string? compression = null;
        long options = 0;
        if (version >= 7)
        {
            var algorithm = cursor.Text(64);
            // The version of the compression library.
            _ = cursor.Text(64);
            compression = algorithm switch
            {
                "none" or "" => null,
                "zstd" or "zlib" => algorithm,
                _ => throw new KernelMagnifierException(ErrorCode.TraceUnreadable, name,
                    $"this trace.dat is compressed with {Shown(algorithm)}; zstd, zlib and none are supported.",
                    "Convert the file with trace-cmd convert --compression none."),
            };
            options = (long)Math.Min(cursor.UInt64(), long.MaxValue);
        }
        return new DatHeader(version, order == 1, longSize, (int)pageSize, compression, options, cursor.Offset);
    }

    /// <summary>Whether a page or sub-buffer can have that size.</summary>
    internal static bool IsPageSize(ulong size) => size is >= 512 and <= LargestPage && (size & (size - 1)) == 0;

    // Text from the file becomes part of a message that may be shown on a terminal.
    private static string Shown(string text) => $"'{new string([.. text.Where(c => c is >= ' ' and <= '~')])}'";
}
