using System.Runtime.InteropServices;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>The functions of libzstd that the generator needs; the engine only decompresses.</summary>
internal static unsafe partial class Zstandard
{
    private const string Library = "libzstd.so.1";

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    private static partial nuint ZstdCompress(byte* to, nuint capacity, byte* from, nuint size, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompress")]
    private static partial nuint ZstdDecompress(byte* to, nuint capacity, byte* from, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_getFrameContentSize")]
    private static partial ulong ContentSize(byte* from, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    /// <summary>Compresses into a buffer that is large enough.</summary>
    /// <returns>The number of compressed bytes.</returns>
    public static int Compress(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        fixed (byte* from = bytes, to = into) return Check(ZstdCompress(to, (nuint)into.Length, from, (nuint)bytes.Length, 3));
    }

    /// <summary>Decompresses a frame that states its size.</summary>
    public static byte[] Decompress(byte[] compressed)
    {
        fixed (byte* from = compressed)
        {
            var size = ContentSize(from, (nuint)compressed.Length);
            if (size > 256 << 20) throw new InvalidDataException("The zstd frame is too large or does not state its size.");
            var bytes = new byte[size];
            fixed (byte* to = bytes) Check(ZstdDecompress(to, (nuint)bytes.Length, from, (nuint)compressed.Length));
            return bytes;
        }
    }

    private static int Check(nuint code)
        => IsError(code) == 0 ? (int)code : throw new InvalidDataException("libzstd rejected the data.");
}
