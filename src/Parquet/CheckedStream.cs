using ParquetSharp;

namespace KernelMagnifier.Parquet;

/// <summary>
/// A stream that the native library writes or reads through. It keeps the exception of a failure, of which the library passes on
/// only the text.
/// </summary>
/// <param name="stream">The stream, which is not closed.</param>
internal sealed class CheckedStream(Stream stream) : Stream
{
    private long _written;

    /// <summary>The first failure.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether nothing more is written: the file is given up.</summary>
    public bool IsEnded { get; set; }

    /// <inheritdoc/>
    public override bool CanRead => stream.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => stream.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => stream.CanWrite;

    /// <inheritdoc/>
    public override long Length => stream.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => stream.CanWrite ? _written : stream.Position;
        set => stream.Position = value;
    }

    /// <summary>Runs work of the library, and throws the failure of the stream instead of the library's.</summary>
    public T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is ParquetException or IOException && Failure is not null)
        {
            throw Failure is IOException or UnauthorizedAccessException ? Failure : new IOException(Failure.Message, Failure);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsEnded) return;
        try
        {
            stream.Write(buffer);
            _written += buffer.Length;
        }
        catch (Exception error)
        {
            Failure ??= error;
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (Exception error)
        {
            Failure ??= error;
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // The writer of the file flushes when it is complete.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
