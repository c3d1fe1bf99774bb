using KernelMagnifier.Files;

namespace KernelMagnifier.Cli;

/// <summary>A stream for data: tells a reader that went away (<c>| head</c>) from a disk that is full.</summary>
internal sealed class DataStream(Stream inner, string name) : Stream
{
    // EPIPE of errno.h, as .NET hands it on.
    private const int BrokenPipe = 32;

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
        try
        {
            inner.Write(buffer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Explain(error);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Explain(error);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    // A descriptor that is closed is, to .NET, one that may not be written to.
    private Exception Explain(Exception error)
        => error is OutputClosedException ? error
            : error is UnauthorizedAccessException ? new CliException(ExitCode.BadOutput, $"{name}: cannot be written: it is closed", error)
            : error.HResult == BrokenPipe || error.InnerException?.HResult == BrokenPipe ? new OutputClosedException()
            : new CliException(ExitCode.BadOutput, $"{name}: cannot be written: {OutputFile.Cause(error)}", error);
}
