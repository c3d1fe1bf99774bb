namespace KernelMagnifier.Cli;

/// <summary>A standard stream the process was started without (<c>&gt;&amp;-</c>): using it is an error that is told, not having it is none.</summary>
internal sealed class ClosedStream : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw Closed();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw Closed();

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private static IOException Closed() => new("it is closed");
}
