using KernelMagnifier.Native;

namespace KernelMagnifier.Files;

/// <summary>
/// The place of a recording: any number of files beside the result under temporary names, readable by their owner only, of which
/// one is renamed to the result when it is complete. An existing result, or symbolic link of that name, is replaced.
/// </summary>
internal sealed class OutputPlace : IDisposable
{
    private readonly OutputDirectory _directory;
    private readonly string _tag = Guid.NewGuid().ToString("N")[..8];

    private OutputPlace(string path, OutputDirectory directory) => (Path, _directory) = (path, directory);

    /// <summary>The full path of the result.</summary>
    public string Path { get; }

    /// <summary>The directory of the result.</summary>
    public string Directory => _directory.Path;

    /// <summary>Bytes available on the file system; <see cref="long.MaxValue"/> when unknown.</summary>
    public long FreeSpace => _directory.FreeSpace;

    /// <summary>Opens the place of a result and checks that files can be created there.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputNotWritable"/>, or <see cref="ErrorCode.OutputNotSafe"/> for a symbolic link in a
    /// world-writable directory.
    /// </exception>
    public static OutputPlace Open(string path)
    {
        var full = OutputTarget.FullPath(path);
        if (System.IO.Path.GetFileName(full).Length == 0) throw NotWritable(path, "this is a directory.", "Name a file in it.");
        using var target = OutputTarget.Find(full, followLast: false);
        if (target.Name.Length == 0) throw NotWritable(full, "this is a directory.", "Name a file in it.");
        if (target.Existing is { } existing)
        {
            if (existing.IsLink) RefuseLink(target, existing);
            else if (!existing.IsFile) throw NotWritable(full, "this is not a regular file.", "Choose another name.");
        }
        var place = new OutputPlace(full, target.OpenDirectory());
        try
        {
            var probe = place.NameOf("probe");
            _ = FileCalls.Close(place.Create(probe));
            place.Delete(probe);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>The temporary name of one of the files.</summary>
    public string NameOf(string part) => $".{System.IO.Path.GetFileName(Path)}.{_tag}.{part}";

    /// <summary>Creates a file.</summary>
    /// <returns>The descriptor.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/> or
    /// <see cref="ErrorCode.DiskFull"/>.</exception>
    public int Create(string name)
    {
        var file = _directory.Create(name, FileCalls.OwnerOnly);
        if (file >= 0) return file;
        var cause = $"files cannot be created in {Directory}: {Errno.Describe(-file)}.";
        throw Errno.IsDiskFull(-file)
            ? new KernelMagnifierException(ErrorCode.DiskFull, Path, cause, "Free disk space, or choose another directory.")
            : NotWritable(Path, cause, "Choose a writable directory.");
    }

    /// <inheritdoc cref="OutputDirectory.Reopen"/>
    public int Reopen(string name) => _directory.Reopen(name);

    /// <inheritdoc cref="OutputDirectory.Has"/>
    public bool Has(string name) => _directory.Has(name);

    /// <inheritdoc cref="OutputDirectory.Delete"/>
    public void Delete(string name) => _directory.Delete(name);

    /// <summary>Renames a complete file to the result.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public void Publish(string name)
    {
        if (_directory.Rename(name, System.IO.Path.GetFileName(Path), replace: true) is not 0 and var error)
        {
            var file = System.IO.Path.Combine(Directory, name);
            var cause = $"the complete file {file} cannot be renamed to it: {Errno.Describe(error)}.";
            throw NotWritable(Path, cause, "Rename it by hand.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private static void RefuseLink(OutputTarget target, Ownership link)
    {
        var isForeign = target.IsInShared && link.IsForeign;
        if (isForeign || target.IsInWorldWritable)
            throw target.Foreign(target.Path, isForeign ? $"a symbolic link of user {link.User}" : "a symbolic link", "followed",
                "the link");
    }

    private static KernelMagnifierException NotWritable(string path, string cause, string action)
        => new(ErrorCode.OutputNotWritable, path, cause, action);
}
