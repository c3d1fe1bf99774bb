using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>Decompresses any number of consecutive zstd frames.</summary>
internal sealed unsafe class ZstdStream : ReadOnlyStream
{
    private const int InputSize = 128 * 1024;

    private readonly Stream _compressed;
    private readonly byte[] _input = new byte[InputSize];
    private readonly Zstd.StreamHandle _stream;
    private int _at;
    private int _filled;
    private bool _midFrame;

    // The input size that the library asked for. With no more than that, each call decompresses one block, so a damaged block
    // does not cost another one.
    private int _wanted = int.MaxValue;

    /// <summary>Starts to decompress.</summary>
    /// <param name="compressed">The compressed bytes; disposed with this.</param>
    /// <exception cref="InvalidDataException">libzstd is not installed.</exception>
    public ZstdStream(Stream compressed)
    {
        _compressed = compressed;
        try
        {
            _stream = Zstd.CreateStream();
        }
        catch (DllNotFoundException)
        {
            throw Zstd.Missing();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    /// <exception cref="EndOfStreamException">The data end in the middle of a frame.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            if (_at == _filled)
            {
                (_at, _filled) = (0, _compressed.Read(_input));
                if (_filled == 0 && _midFrame) throw new EndOfStreamException("the zstd data end in the middle of a frame");
                if (_filled == 0) return 0;
            }
            int got;
            fixed (byte* from = _input, to = buffer)
            {
                var size = (nuint)(_at + Math.Min(_wanted, _filled - _at));
                var input = new Zstd.Buffer { Start = from, Size = size, At = (nuint)_at };
                var output = new Zstd.Buffer { Start = to, Size = (nuint)buffer.Length };
                // 0 at the end of a frame whose output is complete.
                var wanted = Zstd.Check(Zstd.DecompressStream(_stream, &output, &input));
                _midFrame = wanted != 0;
                _wanted = _midFrame ? (int)Math.Min(wanted, int.MaxValue) : int.MaxValue;
                _at = (int)input.At;
                got = (int)output.At;
            }
            if (got > 0) return got;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
            _compressed.Dispose();
        }
        base.Dispose(disposing);
    }
}
