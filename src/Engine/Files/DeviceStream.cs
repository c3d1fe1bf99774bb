using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>A stream that writes to a device, a FIFO or an open descriptor. Waiting for its reader can be cancelled.</summary>
internal sealed class DeviceStream(SafeFileHandle file, CancellationToken cancel) : Stream
{
    private const int PollMilliseconds = 100;

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
        var isHeld = false;
        file.DangerousAddRef(ref isHeld);
        try
        {
            var number = (int)file.DangerousGetHandle();
            while (!buffer.IsEmpty)
            {
                cancel.ThrowIfCancellationRequested();
                var written = FileCalls.Write(number, buffer);
                if (written == -Errno.TryAgain) _ = FileCalls.Wait(number, FileCalls.PollOut, PollMilliseconds);
                else if (written < 0) throw Errno.ToException(-written);
                else buffer = buffer[written..];
            }
        }
        finally
        {
            if (isHeld) file.DangerousRelease();
        }
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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
