using System.Runtime.InteropServices;

namespace KernelMagnifier.Compression;

/// <summary>The few calls of libzstd that reading needs (RFC 8878). The library is part of every Linux distribution; Debian's dpkg needs it itself.</summary>
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

    [LibraryImport(Library, EntryPoint = "ZSTD_decompress")]
    private static partial nuint Decompress(byte* to, nuint capacity, byte* from, nuint size);

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

    /// <summary>The state of one unpacking: freed when nobody is in it any more, and also where a reading was given up in a pipe.</summary>
    internal sealed class StreamHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            _ = FreeStream(handle);
            return true;
        }
    }

    /// <summary>Unpacks one whole frame into a buffer that is large enough.</summary>
    /// <exception cref="InvalidDataException">The data is damaged, or larger than the buffer.</exception>
    public static int Decompress(ReadOnlySpan<byte> packed, Span<byte> into)
    {
        fixed (byte* from = packed, to = into)
            return (int)Check(WithLibrary(from, to, packed.Length, into.Length));

        static nuint WithLibrary(byte* from, byte* to, int size, int capacity)
        {
            try
            {
                return Decompress(to, (nuint)capacity, from, (nuint)size);
            }
            catch (DllNotFoundException)
            {
                throw Missing();
            }
        }
    }

    /// <summary>The library's version, such as 1.5.4.</summary>
    /// <exception cref="DllNotFoundException">The library is not on this machine.</exception>
    public static string Version => Marshal.PtrToStringUTF8(VersionString()) ?? "";

    /// <summary>Packs bytes into one frame.</summary>
    /// <param name="bytes">What to pack.</param>
    /// <param name="level">From 1, fast, to 22, small.</param>
    public static byte[] Compress(ReadOnlySpan<byte> bytes, int level)
    {
        var into = new byte[(int)CompressBound((nuint)bytes.Length)];
        fixed (byte* from = bytes, to = into)
            return into.AsSpan(0, (int)Check(Compress(to, (nuint)into.Length, from, (nuint)bytes.Length, level))).ToArray();
    }

    internal static InvalidDataException Missing() => new("libzstd.so.1 is needed to unpack zstd and is not on this machine. Install it: apt-get install libzstd1");

    internal static nuint Check(nuint code)
        => IsError(code) == 0 ? code : throw new InvalidDataException(Marshal.PtrToStringUTF8(GetErrorName(code)));
}
