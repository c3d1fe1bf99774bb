using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Probes.Audit;

/// <summary>The files of a log, oldest first, and their lines.</summary>
internal static class AuditFiles
{
    private const int BlockSize = 1 << 20;

    /// <summary>Takes a line without its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="number">The number of the line, from 1.</param>
    /// <param name="line">The line, or its beginning if it is longer than any record.</param>
    /// <param name="isComplete">Whether the line has an end, and is no longer than a record.</param>
    public delegate void LineAction(string path, long number, ReadOnlySpan<byte> line, bool isComplete);

    /// <summary>Finds the files of a log: those that were moved away, and the log itself.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditUnreadable"/>: there is none.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        var full = Path.GetFullPath(path);
        var name = Path.GetFileName(full);
        var directory = Path.GetDirectoryName(full) ?? "/";
        List<(long Last, string Path)> parts = [];
        try
        {
            if (Directory.Exists(directory))
                foreach (var file in Directory.EnumerateFiles(directory))
                    if (Path.GetFileName(file) is var part && part.StartsWith(name + ".", StringComparison.Ordinal)
                        && long.TryParse(part.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture,
                            out var last))
                        parts.Add((last, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
        List<string> files = [.. parts.OrderBy(part => part.Last).Select(part => part.Path)];
        if (File.Exists(full)) files.Add(full);
        return files.Count > 0 ? files
            : throw new KernelMagnifierException(ErrorCode.AuditUnreadable, path, "there is no such audit log.",
                "It begins with the first run of a probe on this machine.");
    }

    /// <summary>The last record that was written, as the file beside a log has it; none if there is no such file.</summary>
    public static AuditEnd EndOf(string path)
    {
        try
        {
            using var file = InputHandle.OpenRegular(AuditEnd.FileOf(Path.GetFullPath(path)));
            Span<byte> bytes = stackalloc byte[AuditEnd.LongestFile];
            return AuditEnd.Parse(bytes[..RandomAccess.Read(file, bytes, 0)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotRegularException)
        {
            return AuditEnd.None;
        }
    }

    /// <summary>Reads the lines of a file as it is now. What is written meanwhile is not read.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditUnreadable"/>.</exception>
    public static void Read(string path, LineAction action, CancellationToken cancel)
    {
        try
        {
            using var file = InputHandle.OpenRegular(path);
            Read(path, file, WholeLength(path, file), action, cancel);
        }
        catch (NotRegularException)
        {
            throw new KernelMagnifierException(ErrorCode.AuditUnreadable, path, "this is not a regular file.",
                "Name an audit log.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static void Read(string path, SafeFileHandle file, long length, LineAction action, CancellationToken cancel)
    {
        var buffer = new byte[BlockSize + AuditLine.Longest];
        var (kept, at, number, skips) = (0, 0L, 0L, false);
        while (at < length)
        {
            cancel.ThrowIfCancellationRequested();
            var n = RandomAccess.Read(file, buffer.AsSpan(kept, (int)Math.Min(BlockSize, length - at)), at);
            if (n <= 0) break;
            at += n;
            var text = buffer.AsSpan(0, kept + n);
            for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
            {
                if (!skips) action(path, ++number, text[..end], isComplete: end <= AuditLine.Longest);
                skips = false;
            }
            if (text.Length > AuditLine.Longest)
            {
                if (!skips) action(path, ++number, text, isComplete: false);
                skips = true;
                text = default;
            }
            text.CopyTo(buffer);
            kept = text.Length;
        }
        if (kept > 0 && !skips) action(path, number + 1, buffer.AsSpan(0, kept), isComplete: false);
    }

    /// <summary>The length of a log while nobody writes to it: in the middle of a record, its end would look cut.</summary>
    private static long WholeLength(string path, SafeFileHandle file)
    {
        var gate = FileCalls.Open(path + ".lock", FileCalls.ReadOnly | FileCalls.NoFollow | FileCalls.NonBlocking);
        if (gate < 0) return RandomAccess.GetLength(file);
        try
        {
            _ = FileCalls.WaitForLock(gate);
            return RandomAccess.GetLength(file);
        }
        finally
        {
            FileCalls.Unlock(gate);
            _ = FileCalls.Close(gate);
        }
    }

    private static KernelMagnifierException Unreadable(string path, Exception error)
        => new(ErrorCode.AuditUnreadable, path, $"{OutputFile.Cause(error)}.", "The log belongs to root: read it as root.",
            error);
}
