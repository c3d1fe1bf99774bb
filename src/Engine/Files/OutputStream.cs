using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// A stream over an output file. A file that becomes too large for its file system or a limit of the process (EFBIG) is an
/// <see cref="IOException"/> like any other failure to write; .NET has an <see cref="ArgumentOutOfRangeException"/> for it.
/// </summary>
/// <param name="file">The descriptor, which it closes.</param>
internal sealed class OutputStream(SafeFileHandle file) : Stream
{
    private readonly FileStream _file = new(file, FileAccess.ReadWrite, 64 * 1024);

    /// <inheritdoc/>
    public override bool CanRead => _file.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => _file.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => _file.CanWrite;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _file.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => _file.Read(buffer);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => _file.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Errno.ToException(Errno.FileTooLarge);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() => Guard(static file => file.Flush());

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        // Writes what is buffered.
        Flush();
        return _file.Seek(offset, origin);
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => _file.SetLength(value);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) Guard(static file => file.Dispose());
        base.Dispose(disposing);
    }

    private void Guard(Action<FileStream> action)
    {
        try
        {
            action(_file);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Errno.ToException(Errno.FileTooLarge);
        }
    }
}
