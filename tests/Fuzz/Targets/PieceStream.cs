using KernelMagnifier.Files;

namespace KernelMagnifier.Fuzzing;

/// <summary>A pipe that returns its bytes in pieces of irregular sizes.</summary>
internal sealed class PieceStream(byte[] bytes, uint seed, int longest) : ReadOnlyStream
{
    private int _at;
    private uint _seed = seed;

    public override int Read(Span<byte> buffer)
    {
        _seed = _seed * 1664525 + 1013904223;
        var n = Math.Min(Math.Min(buffer.Length, bytes.Length - _at), 1 + (int)(_seed >> 8) % longest);
        bytes.AsSpan(_at, n).CopyTo(buffer);
        _at += n;
        return n;
    }
}
