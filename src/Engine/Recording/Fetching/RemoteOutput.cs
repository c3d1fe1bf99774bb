using System.Runtime.ExceptionServices;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>
/// Takes what a remote command writes: leaves out what the start files of the shell printed before the mark of the command, and ends the
/// command if it writes more than it may, or nothing for a long time.
/// </summary>
/// <param name="mark">The bytes that the command writes first.</param>
/// <param name="into">Takes the bytes after the mark.</param>
/// <param name="most">The most bytes after the mark.</param>
/// <param name="watch">Is cancelled if there is no output for the time.</param>
/// <param name="patience">The longest time without output.</param>
internal sealed class RemoteOutput(byte[] mark, Stream into, long most, CancellationTokenSource watch, TimeSpan patience) : Stream
{
    private const int LongestGreeting = 64 * 1024;

    private readonly MemoryStream _before = new();
    private long _written;

    /// <summary>Whether the command wrote its mark.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether the command wrote more than it may.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Why the output was not taken; null if it was. The command has been ended.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _written;

    /// <inheritdoc/>
    public override long Position { get => _written; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        watch.CancelAfter(patience);
        if (HasBegun)
        {
            Pass(buffer);
            return;
        }
        _before.Write(buffer);
        var seen = _before.GetBuffer().AsSpan(0, (int)_before.Length);
        if (seen.IndexOf(mark) is >= 0 and var at)
        {
            HasBegun = true;
            Pass(seen[(at + mark.Length)..]);
        }
        else if (_before.Length > LongestGreeting) TooLong();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush() => into.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        _written += bytes.Length;
        if (_written > most) TooLong();
        if (IsTooLong || Failure is not null) return;
        try
        {
            into.Write(bytes);
        }
        catch (Exception error)
        {
            // An exception here would not end the command, which waits until somebody reads.
            Failure = ExceptionDispatchInfo.Capture(error);
            watch.Cancel();
        }
    }

    private void TooLong()
    {
        IsTooLong = true;
        watch.Cancel();
    }
}
