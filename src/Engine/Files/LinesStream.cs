using System.Text;

namespace KernelMagnifier.Files;

/// <summary>A stream that passes each line of the UTF-8 text that is written to it on as a string.</summary>
/// <param name="onLine">Receives each line, without its end.</param>
internal sealed class LinesStream(Action<string> onLine) : Stream
{
    private readonly MemoryStream _rest = new();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (int end; (end = buffer.IndexOf((byte)'\n')) >= 0; buffer = buffer[(end + 1)..])
        {
            _rest.Write(buffer[..end]);
            var line = Encoding.UTF8.GetString(_rest.GetBuffer().AsSpan(0, (int)_rest.Length));
            _rest.SetLength(0);
            onLine(line);
        }
        _rest.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
