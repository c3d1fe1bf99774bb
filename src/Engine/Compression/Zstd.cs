using System.Runtime.InteropServices;

namespace KernelMagnifier.Compression;

/// <summary>Calls of libzstd (RFC 8878). The library is part of every Linux distribution; Debian's dpkg depends on it.</summary>
internal static unsafe partial class Zstd
{
    private const string Library = "libzstd.so.1";

    [StructLayout(LayoutKind.Sequential)]
    internal struct Buffer
    {
        public byte* Start;
        public nuint Size;
        public nuint At;
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createDStream")]
    internal static partial StreamHandle CreateStream();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDStream")]
    internal static partial nuint FreeStream(nint stream);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    internal static partial nuint DecompressStream(StreamHandle stream, Buffer* output, Buffer* input);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    private static partial nuint Decompress(StreamHandle stream, byte* to, nuint capacity, byte* from, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    private static partial nuint Compress(byte* to, nuint capacity, byte* from, nuint size, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    private static partial nuint CompressBound(nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_versionString")]
    private static partial nint VersionString();

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);

    /// <summary>
    /// The state of a decompression. It is freed after the last call, even if a thread was left waiting for a pipe.
    /// </summary>
    internal sealed class StreamHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            _ = FreeStream(handle);
            return true;
        }
    }

    // The state has 100 KB or more. A recording has a frame for every ten pages.
    [ThreadStatic]
    private static StreamHandle? _stream;

    /// <summary>Decompresses one whole frame; returns the number of bytes.</summary>
    /// <param name="compressed">The frame.</param>
    /// <param name="into">Takes the bytes.</param>
    /// <exception cref="InvalidDataException">The data are damaged, or larger than the buffer, or libzstd is not
    /// installed.</exception>
    public static int Decompress(ReadOnlySpan<byte> compressed, Span<byte> into)
    {
        fixed (byte* from = compressed, to = into)
            return (int)Check(WithLibrary(from, to, compressed.Length, into.Length));

        static nuint WithLibrary(byte* from, byte* to, int size, int capacity)
        {
            try
            {
                return Decompress(_stream ??= CreateStream(), to, (nuint)capacity, from, (nuint)size);
            }
            catch (DllNotFoundException)
            {
                throw Missing();
            }
        }
    }

    /// <summary>The library's version, such as 1.5.4.</summary>
    /// <exception cref="DllNotFoundException">libzstd is not installed.</exception>
    public static string Version => Marshal.PtrToStringUTF8(VersionString()) ?? "";

    /// <summary>Compresses bytes to one frame.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="level">From 1 (fastest) to 22 (smallest).</param>
    /// <exception cref="DllNotFoundException">libzstd is not installed.</exception>
    public static byte[] Compress(ReadOnlySpan<byte> bytes, int level)
    {
        var into = new byte[(int)CompressBound((nuint)bytes.Length)];
        fixed (byte* from = bytes, to = into)
            return into.AsSpan(0, (int)Check(Compress(to, (nuint)into.Length, from, (nuint)bytes.Length, level))).ToArray();
    }

    /// <summary>The error if libzstd is not installed.</summary>
    internal static InvalidDataException Missing()
        => new("libzstd.so.1, which decompresses zstd, is not installed. Install it: apt-get install libzstd1");

    /// <summary>Returns the result of a call, or throws if it is an error code.</summary>
    internal static nuint Check(nuint code)
        => IsError(code) == 0 ? code : throw new InvalidDataException(Marshal.PtrToStringUTF8(GetErrorName(code)));
}
