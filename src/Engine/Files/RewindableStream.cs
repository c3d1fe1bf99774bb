namespace KernelMagnifier.Files;

/// <summary>A stream whose next bytes can be read ahead, and are then read again.</summary>
/// <param name="source">The stream. It is not disposed: a thread can wait in it.</param>
internal sealed class RewindableStream(Stream source) : ReadOnlyStream
{
    // The bytes read ahead, and how many of them were read again.
    private byte[] _kept = [];
    private int _length, _at;

    /// <summary>Returns a stream that reads ahead, from the next byte on. Close it before the next read of this one.</summary>
    public Stream Peek() => new Ahead(this);

    public override int Read(Span<byte> buffer)
    {
        if (_at == _length)
        {
            (_kept, _length, _at) = ([], 0, 0);
            return source.Read(buffer);
        }
        var n = Math.Min(buffer.Length, _length - _at);
        _kept.AsSpan(_at, n).CopyTo(buffer);
        _at += n;
        return n;
    }

    private int ReadAhead(int at, Span<byte> buffer)
    {
        if (_at + at == _length)
        {
            var read = source.Read(buffer);
            if (_length + read > _kept.Length) Array.Resize(ref _kept, Math.Max(_length + read, _kept.Length * 2));
            buffer[..read].CopyTo(_kept.AsSpan(_length));
            _length += read;
            return read;
        }
        var n = Math.Min(buffer.Length, _length - _at - at);
        _kept.AsSpan(_at + at, n).CopyTo(buffer);
        return n;
    }

    private sealed class Ahead(RewindableStream stream) : ReadOnlyStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            var n = stream.ReadAhead(_position, buffer);
            _position += n;
            return n;
        }
    }
}
