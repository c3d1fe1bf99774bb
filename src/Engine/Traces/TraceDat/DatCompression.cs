using System.IO.Compression;
using KernelMagnifier.Compression;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Decompresses sections and chunks of pages.</summary>
internal static class DatCompression
{
    // Sections compress by a factor of five to ten; zlib's maximum is about a thousand. A greater factor is damage.
    private const int BestFactor = 1024;

    /// <summary>Whether compressed bytes can decompress to a stated size.</summary>
    /// <param name="size">The stated decompressed size in bytes.</param>
    /// <param name="compressed">The compressed size in bytes.</param>
    /// <param name="always">The decompressed size that is plausible for any compressed size.</param>
    public static bool IsPlausible(long size, long compressed, long always) => size <= always + compressed * BestFactor;

    /// <summary>Decompresses into a buffer of the stated size.</summary>
    /// <param name="algorithm"><c>zstd</c>, <c>zlib</c>, or null.</param>
    /// <param name="compressed">The compressed bytes.</param>
    /// <param name="into">The destination.</param>
    /// <param name="offset">The offset of the bytes in the file, for messages.</param>
    /// <returns>The number of decompressed bytes.</returns>
    /// <exception cref="DatDamage">The data are damaged, or the file's header names no compression.</exception>
    public static int Decompress(string? algorithm, ReadOnlySpan<byte> compressed, Span<byte> into, long offset)
    {
        try
        {
            if (algorithm == "zstd") return Zstd.Decompress(compressed, into);
            if (algorithm == "zlib") return Inflate(compressed, into);
        }
        catch (InvalidDataException error)
        {
            throw new DatDamage($"the {algorithm} data cannot be decompressed ({error.Message})", offset);
        }
        throw new DatDamage("compressed data in a file whose header names no compression", offset);
    }

    private static unsafe int Inflate(ReadOnlySpan<byte> compressed, Span<byte> into)
    {
        if (compressed.IsEmpty) throw new InvalidDataException("it is empty");
        fixed (byte* start = compressed)
        {
            using var stream = new ZLibStream(new UnmanagedMemoryStream(start, compressed.Length), CompressionMode.Decompress);
            return stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }
    }
}
