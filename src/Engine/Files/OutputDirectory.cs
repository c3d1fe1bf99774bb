using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// The directory that output is written to. Every file is created in it under a temporary name and renamed when it is complete.
/// All calls are relative to the descriptor of the directory, so replacing a component of its path meanwhile redirects nothing.
/// </summary>
internal sealed class OutputDirectory : IDisposable
{
    private readonly int _directory;
    private int _closed;

    /// <summary>Takes over a directory that is open.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="directory">Its descriptor.</param>
    public OutputDirectory(string path, int directory) => (Path, _directory) = (path, directory);

    /// <summary>The path of the directory.</summary>
    public string Path { get; }

    /// <summary>Bytes available on its file system; <see cref="long.MaxValue"/> when unknown.</summary>
    public long FreeSpace
    {
        get
        {
            try
            {
                return new DriveInfo(Path).AvailableFreeSpace;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return long.MaxValue;
            }
        }
    }

    /// <summary>The error for an output file whose directory does not exist.</summary>
    public static KernelMagnifierException Missing(string file, string? directory)
        => new(ErrorCode.OutputNotWritable, file, $"the directory {directory} does not exist.",
            $"Create it first: mkdir -p '{directory}'");

    /// <summary>Creates a file that does not exist yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mode">Its permissions, less the umask.</param>
    /// <returns>The descriptor, or a negative error number.</returns>
    public int Create(string name, int mode)
        => FileCalls.OpenAt(_directory, name,
            FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.Exclusive | FileCalls.NoFollow, mode);

    /// <summary>Opens a file that an earlier process of this user created; links and hard links are refused.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The descriptor, or a negative error number.</returns>
    public int Reopen(string name)
    {
        if (!IsPlainName(name)) return -Errno.Invalid;
        var file = FileCalls.OpenAt(_directory, name, FileCalls.ReadWrite | FileCalls.NoFollow | FileCalls.NonBlocking);
        if (file < 0 || (Ownership.Of(file) is { IsFile: true, Links: 1 } found && found.User == ProcessCalls.EffectiveUser()))
            return file;
        _ = FileCalls.Close(file);
        return -Errno.NotPermitted;
    }

    /// <summary>Whether a file exists.</summary>
    public bool Has(string name) => IsPlainName(name) && FileCalls.ExistsAt(_directory, name);

    /// <summary>What has a name in it; null for nothing. A link is not followed.</summary>
    public Ownership? Find(string name) => Ownership.In(_directory, name);

    /// <summary>Deletes a file, if it exists.</summary>
    /// <param name="name">Its name; nothing is deleted when it is empty or has a slash.</param>
    public void Delete(string name)
    {
        if (IsPlainName(name)) _ = FileCalls.DeleteAt(_directory, name, 0);
    }

    /// <summary>Renames a complete file to its final name. A symbolic link of that name is replaced, not followed.</summary>
    /// <param name="from">The temporary name.</param>
    /// <param name="to">The final name.</param>
    /// <param name="replace">Replace an existing file.</param>
    /// <returns>0, or an error number.</returns>
    public int Rename(string from, string to, bool replace) => FileCalls.RenameAt(_directory, from, to, replace);

    /// <summary>Returns a stream over a descriptor, which it closes.</summary>
    public static FileStream ToStream(int file)
        => new(new SafeFileHandle(file, ownsHandle: true), FileAccess.ReadWrite, 64 * 1024);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The number of a descriptor that was closed may belong to another file.
        if (Interlocked.Exchange(ref _closed, 1) == 0) _ = FileCalls.Close(_directory);
    }

    private static bool IsPlainName(string name) => name.Length > 0 && !name.Contains('/', StringComparison.Ordinal);
}
