using KernelMagnifier.Native;
using KernelMagnifier.Recording;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// Where a recording goes. Files are made beside the result under names of their own, readable by the owner only, and the result appears
/// whole, by renaming. Everything is done relative to the directory that was looked at once, and no symbolic link that somebody else
/// could have planted is followed.
/// </summary>
internal sealed class OutputPlace : IDisposable
{
    private readonly int _directory;
    private readonly string _tag = Guid.NewGuid().ToString("N")[..8];

    private OutputPlace(string path, int directory) => (Path, _directory) = (path, directory);

    /// <summary>The result's full path.</summary>
    public string Path { get; }

    /// <summary>The directory it is in.</summary>
    public string Directory => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>Looks at the place without making anything.</summary>
    /// <exception cref="RecordingException">Nothing may or should be written there.</exception>
    public static OutputPlace Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetFileName(full).Length == 0) throw new RecordingException(ErrorCode.OutputNotWritable, $"{path} names a directory. Give the file to write.");
        var directory = System.IO.Path.GetDirectoryName(full)!;
        RefuseForeignLinks(full);
        if (Ownership.Of(full) is { } there && !there.IsLink && !there.IsFile)
            throw new RecordingException(ErrorCode.OutputNotWritable, $"{full} is {(there.IsDirectory ? "a directory" : "no regular file")}. Give another name.");
        // O_PATH needs no right to list the directory.
        var handle = LibC.Open(directory, LibC.ReadOnly | LibC.Directory);
        if (handle < 0)
            throw new RecordingException(ErrorCode.OutputNotWritable, $"{full} cannot be created: the directory {directory} {(handle == -LibC.NoEntry ? "does not exist. Make it first (mkdir -p), or choose another" : $"cannot be opened ({LibC.Describe(-handle)}). Choose another")}.");
        var place = new OutputPlace(full, handle);
        var probe = place.NameOf("probe");
        var file = LibC.OpenAt(handle, probe, LibC.WriteOnly | LibC.Create | LibC.Exclusive | LibC.NoFollow, 0x180);
        if (file < 0)
        {
            place.Dispose();
            throw new RecordingException(ErrorCode.OutputNotWritable, $"{full} cannot be created: {LibC.Describe(-file)} in {directory}. Choose a directory that can be written.");
        }
        _ = LibC.Close(file);
        _ = LibC.UnlinkAt(handle, probe, 0);
        return place;
    }

    /// <summary>A symbolic link in a directory where everybody may make files is followed only if it is ours or root's.</summary>
    private static void RefuseForeignLinks(string path)
    {
        for (var (at, depth) = (path, 0); at is not null && at != "/"; at = System.IO.Path.GetDirectoryName(at), depth++)
        {
            if (Ownership.Of(at) is not { IsLink: true } link) continue;
            if (Ownership.Of(System.IO.Path.GetDirectoryName(at)!) is not { IsWorldWritable: true }) continue;
            var own = link.User == 0 || link.User == LibC.EffectiveUser();
            if (depth == 0 || !own)
                throw new RecordingException(ErrorCode.OutputNotSafe,
                    $"{at} is a symbolic link in a directory where everybody may write{(own ? "" : $", made by user {link.User}")}: what it points at will not be written to. Remove the link or choose another place.");
        }
    }

    /// <summary>The name of a file beside the result.</summary>
    public string NameOf(string part) => $".{System.IO.Path.GetFileName(Path)}.{_tag}.{part}";

    /// <summary>Makes a file beside the result.</summary>
    public int Create(string name)
    {
        var file = LibC.OpenAt(_directory, name, LibC.ReadWrite | LibC.Create | LibC.Exclusive | LibC.NoFollow, 0x180);
        return file >= 0 ? file : throw new RecordingException(ErrorCode.OutputNotWritable, $"{name} cannot be created in {Directory}: {LibC.Describe(-file)}.");
    }

    /// <summary>Opens one that another recorder has made; negative when it is not there, or is not what that one made.</summary>
    public int Reopen(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal)) return -LibC.Invalid;
        var file = LibC.OpenAt(_directory, name, LibC.ReadWrite | LibC.NoFollow | LibC.NonBlocking);
        if (file < 0 || (Ownership.Of(file) is { IsFile: true, Links: 1 } found && found.User == LibC.EffectiveUser())) return file;
        _ = LibC.Close(file);
        return -LibC.NotPermitted;
    }

    /// <summary>Removes a file beside the result, if it is there.</summary>
    public void Delete(string name)
    {
        if (name.Length > 0 && !name.Contains('/', StringComparison.Ordinal)) _ = LibC.UnlinkAt(_directory, name, 0);
    }

    /// <summary>Makes a finished file the result.</summary>
    public void Publish(string name)
    {
        if (LibC.RenameAt(_directory, name, _directory, System.IO.Path.GetFileName(Path)) != 0)
            throw new RecordingException(ErrorCode.OutputNotWritable, $"{Path} cannot be put in place: {LibC.Describe(LibC.Error)}. The recording is in {System.IO.Path.Combine(Directory, name)}.");
    }

    /// <summary>A stream over an open file, which it closes.</summary>
    public static FileStream Stream(int file) => new(new SafeFileHandle(file, ownsHandle: true), FileAccess.ReadWrite, 64 * 1024);

    /// <summary>Bytes free where the result goes; <see cref="long.MaxValue"/> when nobody tells.</summary>
    public long Free
    {
        get
        {
            try
            {
                return new DriveInfo(Directory).AvailableFreeSpace;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return long.MaxValue;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(_directory);
}
