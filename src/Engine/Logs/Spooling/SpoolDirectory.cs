using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Logs.Spooling;

/// <summary>The directory of a spool: its files are read, written and locked relative to an open descriptor.</summary>
internal sealed class SpoolDirectory : IDisposable
{
    private const string NewFile = "new.tmp";

    private readonly int _directory;

    private SpoolDirectory(string path, int directory) => (Path, _directory) = (path, directory);

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>Opens a directory, which only this user can enter, and creates it if it does not exist.</summary>
    /// <exception cref="IOException">It cannot be used; the message says why.</exception>
    public static SpoolDirectory Open(string path)
    {
        try
        {
            PrivateDirectory.Create(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
        if (PrivateDirectory.WhyShared(path) is { } why) throw new IOException($"{why}, who could change records");
        var directory = FileCalls.Open(path, FileCalls.ReadOnly | FileCalls.DirectoryOnly | FileCalls.NoFollow);
        return directory >= 0 ? new SpoolDirectory(path, directory) : throw Errno.ToException(-directory);
    }

    /// <summary>The names of the files.</summary>
    public IEnumerable<(string Name, long Length)> Files()
        => new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_directory}/")).EnumerateFiles()
            .Select(file => (file.Name, file.Exists ? file.Length : 0));

    /// <summary>Opens a file for a lock, and creates it if it does not exist.</summary>
    public int OpenLock(string name)
    {
        var file = FileCalls.OpenAt(_directory, name,
            FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.NoFollow | FileCalls.NonBlocking, FileCalls.OwnerOnly);
        return file >= 0 ? file : throw Errno.ToException(-file);
    }

    /// <summary>Reads a file; null if it does not exist.</summary>
    /// <param name="name">The name.</param>
    /// <param name="most">The most bytes; of a longer file, so many are read.</param>
    public byte[]? Read(string name, int most)
    {
        var file = FileCalls.OpenAt(_directory, name, FileCalls.ReadOnly | FileCalls.NoFollow | FileCalls.NonBlocking);
        if (file == -Errno.NoEntry) return null;
        if (file < 0) throw Errno.ToException(-file);
        try
        {
            var bytes = new byte[Math.Clamp(FileCalls.Seek(file, 0, FileCalls.FromEnd), 0, most)];
            var done = 0;
            for (int n; done < bytes.Length && (n = FileCalls.ReadAt(file, bytes.AsSpan(done), done)) != 0; done += n)
                if (n < 0)
                    throw Errno.ToException(-n);
            return bytes[..done];
        }
        finally
        {
            _ = FileCalls.Close(file);
        }
    }

    /// <summary>Writes a file, which appears complete or not at all, and is on the disk when the method returns.</summary>
    /// <exception cref="IOException">It cannot be written, such as for lack of room. Nothing has changed.</exception>
    public void Write(string name, params ReadOnlySpan<byte> content)
    {
        var file = FileCalls.OpenAt(_directory, NewFile,
            FileCalls.WriteOnly | FileCalls.CreateFile | FileCalls.Truncate | FileCalls.NoFollow | FileCalls.NonBlocking,
            FileCalls.OwnerOnly);
        if (file < 0) throw Errno.ToException(-file);
        var error = -FileCalls.WriteAll(file, content);
        if (error == 0 && FileCalls.SyncData(file) != 0) error = Errno.Last;
        _ = FileCalls.Close(file);
        if (error == 0) error = FileCalls.RenameAt(_directory, NewFile, name, replace: true);
        if (error != 0)
        {
            _ = FileCalls.DeleteAt(_directory, NewFile, 0);
            throw Errno.ToException(error);
        }
        Sync();
    }

    /// <summary>Gives a file another name.</summary>
    public void Rename(string from, string to)
    {
        if (FileCalls.RenameAt(_directory, from, to, replace: true) is > 0 and not Errno.NoEntry and var error)
            throw Errno.ToException(error);
    }

    /// <summary>Deletes a file, if it exists.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public void Delete(string name)
    {
        if (FileCalls.DeleteAt(_directory, name, 0) != 0 && Errno.Last is not Errno.NoEntry and var error)
            throw Errno.ToException(error);
    }

    /// <summary>Writes names that were added and removed to the disk.</summary>
    public void Sync() => _ = FileCalls.SyncData(_directory);

    /// <inheritdoc/>
    public void Dispose() => _ = FileCalls.Close(_directory);
}
