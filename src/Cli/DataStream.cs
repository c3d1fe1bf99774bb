using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Cli;

/// <summary>
/// A stream for the output of a command. It distinguishes a reader that closed the pipe (<c>| head</c>) from a failure to write.
/// </summary>
internal sealed class DataStream(Stream inner, string name) : Stream
{
    // EPIPE of errno.h, which .NET passes on in HResult.
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
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

    // .NET reports a closed file descriptor as a missing permission to write, and a file that is too large (EFBIG) as an argument.
    private Exception Explain(Exception error)
    {
        if (error is OutputClosedException) return error;
        if (error.HResult == BrokenPipe || error.InnerException?.HResult == BrokenPipe) return new OutputClosedException();
        var cause = error is UnauthorizedAccessException ? "it is closed"
            : error is ArgumentOutOfRangeException ? Errno.Describe(Errno.FileTooLarge) : OutputFile.Cause(error);
        return new CliException(ExitCode.BadOutput,
            $"{name}: cannot be written: {cause.TrimEnd('.')}. Write to another place: -o FILE", error);
    }
}
