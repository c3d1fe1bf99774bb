namespace KernelMagnifier.Files;

/// <summary>Reads a stream and keeps the bytes, so that they can be read again.</summary>
/// <param name="source">The stream; not disposed.</param>
internal sealed class KeptStream(Stream source) : ReadOnlyStream
{
    private byte[] _kept = new byte[64 * 1024];
    private int _length;

    /// <summary>The bytes read so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _kept.AsMemory(0, _length);

    public override int Read(Span<byte> buffer)
    {
        var n = source.Read(buffer);
        if (_length + n > _kept.Length) Array.Resize(ref _kept, Math.Max(_length + n, _kept.Length * 2));
        buffer[..n].CopyTo(_kept.AsSpan(_length));
        _length += n;
        return n;
    }
}
