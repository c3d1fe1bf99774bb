using System.Globalization;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Audit;

/// <summary>
/// The log, open for the one process that writes to it now. Beside it is a file with the end of the log, so that a new file
/// continues
/// the chain of one that was moved away, and a log that was cut is not continued as if nothing had happened.
/// </summary>
internal sealed class OpenAuditLog : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly string _path;
    private readonly int _lock, _tip;
    private int _file = -1;
    private string? _torn;
    private string? _loss;

    private OpenAuditLog(string path)
    {
        _path = path;
        _lock = OpenOwn(path + ".lock", FileCalls.ReadWrite);
        _tip = -1;
        try
        {
            if (FileCalls.WaitForLock(_lock) is < 0 and var error) throw NotWritable(path, Errno.Describe(-error));
            _tip = OpenOwn(AuditEnd.FileOf(path), FileCalls.ReadWrite);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The last record.</summary>
    public AuditEnd End { get; private set; }

    /// <summary>Opens a log, creates it if it does not exist, and repairs what a crash left at its end.</summary>
    /// <param name="path">The log.</param>
    /// <param name="largest">The bytes from which on the file is moved away and another one begun.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditNotWritable"/>.</exception>
    public static OpenAuditLog Open(string path, long largest)
    {
        CheckDirectory(path);
        var log = new OpenAuditLog(path);
        try
        {
            log.OpenFile();
            if (log._torn is null && log.Length >= largest) log.Rotate();
            log.WriteBeginning();
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private long Length => FileCalls.Seek(_file, 0, FileCalls.FromEnd);

    /// <summary>Writes a record. It is on the disk when the method returns.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditNotWritable"/>.</exception>
    public string Append(AuditEntry entry)
    {
        var line = AuditRecordWriter.Write(entry, End, _torn, out var sum);
        var length = Length;
        var error = FileCalls.WriteAll(_file, _torn is null ? line : [(byte)'\n', .. line]);
        if (error == 0 && FileCalls.SyncData(_file) != 0) error = -Errno.Last;
        if (error != 0)
        {
            // A part of the record would look like one that somebody cut.
            _ = FileCalls.SetLength(_file, length);
            throw NotWritable(_path, Errno.Describe(-error));
        }
        _torn = null;
        End = new AuditEnd(End.Sequence + 1, sum);
        WriteTip();
        return sum;
    }

    /// <summary>Takes disk space for records to come, so that a run that begins can be ended in the log.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditNotWritable"/>: there is none.</exception>
    public void Reserve(long bytes)
    {
        var error = -FileCalls.ReserveBehind(_file, Length, bytes);
        if (Errno.IsDiskFull(error) || error == Errno.FileTooLarge) throw NotWritable(_path, Errno.Describe(error));
    }

    /// <summary>An error of a log that cannot be written.</summary>
    public static KernelMagnifierException NotWritable(string path, string cause)
        => new(ErrorCode.AuditNotWritable, path, $"the audit log cannot be written, so nothing runs: {cause}.",
            "Make it a file of root in a directory of root, with room for records.");

    private static void CheckDirectory(string path)
    {
        try
        {
            if (!Path.IsPathFullyQualified(path)) throw NotWritable(path, "the path is not absolute");
            var directory = Path.GetDirectoryName(path)!;
            PrivateDirectory.Create(directory);
            if (PrivateDirectory.WhyShared(directory) is { } why) throw NotWritable(path, why);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, OutputFile.Cause(error));
        }
    }

    /// <summary>Opens a file of this user that no other can write to, and no link to one.</summary>
    private static int OpenOwn(string path, int flags)
    {
        var file = FileCalls.Open(path, flags | FileCalls.CreateFile | FileCalls.NoFollow | FileCalls.NonBlocking,
            FileCalls.OwnerOnly);
        if (file < 0) throw NotWritable(path, Errno.Describe(-file));
        if (Ownership.Of(file) is { IsFile: true, IsSharedWritable: false, Links: 1 } found
            && found.User == ProcessCalls.EffectiveUser())
            return file;
        _ = FileCalls.Close(file);
        throw NotWritable(path, "it is no regular file of this user, or others can write to it");
    }

    private void OpenFile()
    {
        _file = OpenOwn(_path, FileCalls.ReadWrite | FileCalls.Append);
        var tip = ReadTip();
        if (Length == 0)
        {
            End = tip;
            return;
        }
        End = ReadEnd();
        if (tip.Sequence <= End.Sequence) return;
        _loss = string.Create(CultureInfo.InvariantCulture,
            $"the log ended with record {End.Sequence}, although {tip.Sequence} records were written");
        End = tip;
    }

    /// <summary>Writes what must be known of the beginning of a file, or of the end that was found.</summary>
    private void WriteBeginning()
    {
        if (_torn is not null)
            Append(new AuditEntry { Action = AuditRecordWriter.Recovered,
                Reason = "the line before was not finished: a crash or a full disk" });
        if (_loss is not null) Append(new AuditEntry { Action = AuditRecordWriter.Recovered, Reason = _loss });
        if (Length == 0 && End.Sequence > 0)
            Append(new AuditEntry
            {
                Action = AuditRecordWriter.Rotated,
                Reason = string.Create(CultureInfo.InvariantCulture, $"the records up to {End.Sequence} are in another file"),
            });
    }

    private void Rotate()
    {
        var old = Path.GetFileName(_path) + string.Create(CultureInfo.InvariantCulture, $".{End.Sequence:D12}");
        var directory = FileCalls.Open(Path.GetDirectoryName(_path)!, FileCalls.ReadOnly | FileCalls.DirectoryOnly);
        var error = directory < 0 ? -directory : FileCalls.RenameAt(directory, Path.GetFileName(_path), old, replace: false);
        if (directory >= 0) _ = FileCalls.Close(directory);
        if (error != 0) throw NotWritable(_path, $"it cannot be renamed to {old}: {Errno.Describe(error)}");
        _ = FileCalls.Close(_file);
        _file = OpenOwn(_path, FileCalls.ReadWrite | FileCalls.Append);
    }

    /// <summary>Finds the last record, and whether an unfinished line follows it.</summary>
    private AuditEnd ReadEnd()
    {
        var length = Length;
        var size = (int)Math.Min(length, 2L * AuditLine.Longest + BlockSize);
        var bytes = new byte[size];
        if (FileCalls.ReadAt(_file, bytes, length - size) != size) throw NotWritable(_path, "its end cannot be read");
        var text = bytes.AsSpan();
        if (text[^1] != '\n')
        {
            var start = text.LastIndexOf((byte)'\n') + 1;
            var unfinished = text[start..];
            if (AuditLine.TryParse(unfinished, out var whole) && whole.IsIntact)
            {
                // Only its end is missing.
                if (FileCalls.WriteAll(_file, "\n"u8) is < 0 and var error) throw NotWritable(_path, Errno.Describe(-error));
                return new AuditEnd(whole.Sequence, Encoding.ASCII.GetString(whole.Sum));
            }
            Span<byte> digits = stackalloc byte[AuditEnd.SumLength];
            AuditLine.SumOf(unfinished, digits);
            _torn = Encoding.ASCII.GetString(digits);
            text = text[..start];
            if (text.IsEmpty && start == 0 && size == length) return ReadTip();
        }
        if (!text.IsEmpty) text = text[..^1];
        var last = text[(text.LastIndexOf((byte)'\n') + 1)..];
        return AuditLine.TryParse(last, out var line) && line.IsIntact
            ? new AuditEnd(line.Sequence, Encoding.ASCII.GetString(line.Sum))
            : throw NotWritable(_path, "its last record was changed, so the chain cannot be continued. Verify the log, and move it away");
    }

    private AuditEnd ReadTip()
    {
        Span<byte> bytes = stackalloc byte[AuditEnd.LongestFile];
        return AuditEnd.Parse(bytes[..Math.Max(0, FileCalls.ReadAt(_tip, bytes, 0))]);
    }

    private void WriteTip()
    {
        // Of fixed length, so that no part of an older one can be left.
        var tip = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{End.Sequence:D19} {End.Sum}\n"));
        _ = FileCalls.Seek(_tip, 0, FileCalls.FromStart);
        _ = FileCalls.WriteAll(_tip, tip);
    }

    /// <summary>Lets the next process write.</summary>
    public void Dispose()
    {
        FileCalls.Unlock(_lock);
        foreach (var file in (int[])[_file, _tip, _lock])
            if (file >= 0)
                _ = FileCalls.Close(file);
    }
}
