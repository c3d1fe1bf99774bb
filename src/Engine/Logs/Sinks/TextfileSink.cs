using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>Writes a file for the text collector of Prometheus' node_exporter. It appears whole, readable by all.</summary>
/// <param name="path">The file.</param>
/// <param name="readState">Reads the state that the last run left; null if there is none.</param>
/// <param name="writeState">Keeps the state for the next run.</param>
/// <param name="loseState">Sets a state aside that is damaged, and returns its new path.</param>
internal sealed class TextfileSink(
    string path, Func<byte[]?> readState, Action<byte[]> writeState, Func<string> loseState) : ILogSink
{
    private const int LongestHead = 64 << 10;

    /// <inheritdoc/>
    public SendResult Send(in SinkRecord record, Deadline deadline)
    {
        string? problem = null;
        try
        {
            var state = new MetricState();
            if (readState() is { } saved)
            {
                if (MetricState.Read(saved) is { } read) state = read;
                else
                    problem = $"the counters of {path} begin at 0 again, because their state was damaged. "
                        + $"It is {loseState()} now.";
            }
            var isNew = !state.Has(record.Record.Id);
            if (isNew) state.Add(record.Record);
            // The file first: a process that is killed in between counts the record again from the same state.
            Write(state.ToText());
            if (isNew) writeState(state.ToJson());
            return new SendResult(SendOutcome.Delivered, problem);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return SendResult.Waits($"{path} cannot be written: {OutputFile.Cause(error).TrimEnd('.')}.");
        }
        catch (KernelMagnifierException error)
        {
            return SendResult.Waits($"{path} cannot be written: {error.Cause.TrimEnd('.')}.");
        }
    }

    /// <summary>Writes the file. Its temporary name has another end: node_exporter reads whatever ends as the target does.
    /// </summary>
    private void Write(byte[] content)
    {
        using var target = OutputTarget.Find(path);
        if (target.Existing is { IsFile: false }) throw new IOException("it is no regular file");
        if (IsForeign(path)) throw new IOException("it is there, and its metrics are of another program");
        using var directory = target.OpenDirectory();
        var temporary = $".km-{Path.GetRandomFileName()}.tmp";
        var file = directory.Create(temporary, FileCalls.ReadableByAll);
        if (file < 0) throw Errno.ToException(-file);
        _ = FileCalls.ChangeMode(file, FileCalls.ReadableByAll);
        var error = -FileCalls.WriteAll(file, content);
        if (error == 0 && FileCalls.SyncData(file) != 0) error = Errno.Last;
        _ = FileCalls.Close(file);
        if (error == 0) error = directory.Rename(temporary, target.Name, replace: true);
        if (error == 0) return;
        directory.Delete(temporary);
        throw Errno.ToException(error);
    }

    /// <summary>Whether a file has no metric of ours where each of our files has one.</summary>
    private static bool IsForeign(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = File.OpenRead(path);
        var head = new byte[LongestHead];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return length > 0 && head.AsSpan(0, length).IndexOf("kernel_magnifier_"u8) < 0;
    }
}
