namespace KernelMagnifier.Files;

/// <summary>The bytes of a stream after the first few, which are left out.</summary>
/// <param name="source">The stream; disposed with this.</param>
/// <param name="start">The number of bytes to leave out.</param>
internal sealed class StreamAfter(Stream source, int start) : ReadOnlyStream, IDerivedStream
{
    private int _left = start;
    private long _read;

    /// <inheritdoc/>
    public long SourcePosition => (source as IDerivedStream)?.SourcePosition ?? _read;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        int n;
        while (_left > 0)
        {
            n = source.Read(buffer[..Math.Min(buffer.Length, _left)]);
            if (n == 0) return 0;
            (_left, _read) = (_left - n, _read + n);
        }
        n = source.Read(buffer);
        _read += n;
        return n;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
