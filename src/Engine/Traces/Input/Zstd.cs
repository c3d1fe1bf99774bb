using System.Runtime.InteropServices;

namespace KernelMagnifier.Traces;

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

/// <summary>Unpacks zstd as it is read; frames may follow each other.</summary>
internal sealed unsafe class ZstdStream : ReadOnlyStream
{
    private readonly Stream _packed;
    private readonly byte[] _input = new byte[128 * 1024];
    private readonly Zstd.StreamHandle _stream;
    private int _at;
    private int _filled;
    private bool _midFrame;

    // How much the library wants next: with no more than that, each call unpacks one block, and a damaged one costs no other.
    private int _wanted = int.MaxValue;

    public ZstdStream(Stream packed)
    {
        _packed = packed;
        try
        {
            _stream = Zstd.CreateStream();
        }
        catch (DllNotFoundException)
        {
            throw Zstd.Missing();
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            if (_at == _filled)
            {
                (_at, _filled) = (0, _packed.Read(_input));
                if (_filled == 0) return _midFrame ? throw new EndOfStreamException("the zstd data end in the middle of a frame") : 0;
            }
            int got;
            fixed (byte* from = _input, to = buffer)
            {
                var input = new Zstd.Buffer { Start = from, Size = (nuint)(_at + Math.Min(_wanted, _filled - _at)), At = (nuint)_at };
                var output = new Zstd.Buffer { Start = to, Size = (nuint)buffer.Length };
                // 0 says that a frame ended here and all of it is out.
                var wanted = Zstd.Check(Zstd.DecompressStream(_stream, &output, &input));
                _midFrame = wanted != 0;
                _wanted = _midFrame ? (int)Math.Min(wanted, int.MaxValue) : int.MaxValue;
                _at = (int)input.At;
                got = (int)output.At;
            }
            if (got > 0) return got;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
            _packed.Dispose();
        }
        base.Dispose(disposing);
    }
}
