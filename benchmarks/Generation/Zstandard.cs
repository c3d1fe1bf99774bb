using System.Runtime.InteropServices;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>The calls of libzstd that writing needs; the engine itself only unpacks.</summary>
internal static unsafe partial class Zstandard
{
    private const string Library = "libzstd.so.1";

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    private static partial nuint Compress(byte* to, nuint capacity, byte* from, nuint size, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompress")]
    private static partial nuint Decompress(byte* to, nuint capacity, byte* from, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_getFrameContentSize")]
    private static partial ulong ContentSize(byte* from, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    /// <summary>Packs bytes into a buffer that is large enough.</summary>
    /// <returns>Bytes packed.</returns>
    public static int Pack(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        fixed (byte* from = bytes, to = into) return Check(Compress(to, (nuint)into.Length, from, (nuint)bytes.Length, 3));
    }

    /// <summary>Unpacks a frame that says its size.</summary>
    public static byte[] Unpack(byte[] packed)
    {
        fixed (byte* from = packed)
        {
            var size = ContentSize(from, (nuint)packed.Length);
            if (size > 256 << 20) throw new InvalidDataException("The zstd frame is too large or does not say its size.");
            var bytes = new byte[size];
            fixed (byte* to = bytes) Check(Decompress(to, (nuint)bytes.Length, from, (nuint)packed.Length));
            return bytes;
        }
    }

    private static int Check(nuint code) => IsError(code) == 0 ? (int)code : throw new InvalidDataException("libzstd refused the data.");
}
