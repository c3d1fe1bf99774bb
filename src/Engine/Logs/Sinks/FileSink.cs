using KernelMagnifier.Native;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>
/// Appends lines to a file. It is opened for each record, so that one which logrotate(8) has renamed is not written to.
/// </summary>
internal sealed class FileSink(string path) : ILogSink
{
    private const int Mode = 0x1A0; // 0640
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <inheritdoc/>
    public SendResult Send(in SinkRecord record, Deadline deadline)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, DirectoryMode);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return SendResult.Waits($"{path} cannot be written: {error.Message.TrimEnd('.')}.");
        }
        while (true)
        {
            var file = FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.Append | FileCalls.CreateFile | FileCalls.NoFollow
                | FileCalls.NonBlocking | FileCalls.NoTerminal, Mode);
            if (file < 0) return Failed(file);
            try
            {
                if (Ownership.Of(file) is not { IsFile: true } opened)
                    return SendResult.Waits($"{path} cannot be written: it is no regular file.");
                if (!deadline.WaitFor(() => FileCalls.TryLock(file)))
                    return SendResult.Waits($"{path} cannot be written: another program keeps it locked.");
                // logrotate may have renamed it before the lock was taken.
                if (Ownership.Of(path) is { } now && now.Identity == opened.Identity) return Append(file, record.Line.Span);
                if (deadline.HasPassed) return SendResult.Waits($"{path} cannot be written: others replace it all the time.");
            }
            finally
            {
                FileCalls.Unlock(file);
                _ = FileCalls.Close(file);
            }
        }
    }

    private SendResult Append(int file, ReadOnlySpan<byte> line)
    {
        var length = FileCalls.Seek(file, 0, FileCalls.FromEnd);
        if (length < 0) return Failed(-Errno.Last);
        if (EndsWith(file, length, line)) return SendResult.Delivered;
        // What a crash of another writer left unfinished must not take this line with it.
        var isTorn = length > 0 && !EndsWith(file, length, []);
        byte[] text = isTorn ? [(byte)'\n', .. line, (byte)'\n'] : [.. line, (byte)'\n'];
        var written = FileCalls.Write(file, text);
        var error = written < 0 ? written : written < text.Length ? -Errno.NoSpace
            : FileCalls.SyncData(file) == 0 ? 0 : -Errno.Last;
        if (error == 0) return SendResult.Delivered;
        _ = FileCalls.SetLength(file, length);
        return Failed(error);
    }

    /// <summary>Whether a line is the last one: it was written by a process that was killed before it could note that.</summary>
    private static bool EndsWith(int file, long length, ReadOnlySpan<byte> line)
    {
        if (length < line.Length + 1) return false;
        var end = new byte[line.Length + 1];
        return FileCalls.ReadAt(file, end, length - end.Length) == end.Length && end[^1] == '\n'
            && line.SequenceEqual(end.AsSpan(0, line.Length));
    }

    private SendResult Failed(int error) => SendResult.Waits($"{path} cannot be written: {Errno.Describe(-error)}.");
}
