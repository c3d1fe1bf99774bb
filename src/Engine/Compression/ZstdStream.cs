using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

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
