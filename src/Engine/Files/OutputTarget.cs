using KernelMagnifier.Native;

namespace KernelMagnifier.Files;

/// <summary>
/// What the path of an output leads to: a directory that is open, a name in it, and the file of that name, if there is one.
/// </summary>
/// <remarks>
/// Each component is opened with O_PATH | O_NOFOLLOW, and the open file is judged and followed, so that nobody can exchange it
/// between the two. A link of another user is not followed where other users can create one. (The kernel has a similar rule, which
/// can be switched off: fs.protected_symlinks.)
/// </remarks>
internal sealed class OutputTarget : IDisposable
{
    // As in the kernel (MAXSYMLINKS).
    private const int MostLinks = 40;

    private readonly string _path;
    private readonly Stack<string> _rest = new();
    private int _directory = -1, _links;
    private string _at = "/";
    private bool _isWorldWritable, _isShared, _isOfOthers;

    private OutputTarget(string path) => _path = path;

    /// <summary>The name in the directory; empty if the path leads to the directory itself.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The path after all links.</summary>
    public string Path => System.IO.Path.Combine(_at, Name);

    /// <summary>The file of that name; null if there is none. For a link of procfs, the file that it leads to.</summary>
    public Ownership? Existing { get; private set; }

    /// <summary>
    /// Whether <see cref="Existing"/> was reached by a link of procfs, such as /dev/stdout: it has no name to rename to.
    /// </summary>
    public bool IsProcLink { get; private set; }

    /// <summary>Whether every user may write to the directory.</summary>
    public bool IsInWorldWritable => _isWorldWritable;

    /// <summary>Whether other users can create links in the directory, or can replace it.</summary>
    public bool IsInShared => _isShared;

    /// <summary>The number of one of the own descriptors that the path means, such as 1 for /dev/stdout; null for none.</summary>
    public int? OwnDescriptor
        => IsProcLink && int.TryParse(Name, out var number) && Ownership.Of(_directory) is { } directory
            && Ownership.Following("/proc/self/fd")?.Identity == directory.Identity ? number : null;

    /// <summary>The full path of an output.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>: it cannot be a path.</exception>
    public static string FullPath(string path)
        => string.IsNullOrEmpty(path) ? throw NotWritable(null, "The name of the output file is empty.", "Name a file.")
            : path.Contains('\0', StringComparison.Ordinal)
                ? throw NotWritable(path, "the path contains a NUL character.", "Name another file.")
                : System.IO.Path.GetFullPath(path);

    /// <summary>Follows a path to its end.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLast">Whether a link in its last component is followed too. Else it is <see cref="Existing"/>.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputNotSafe"/> for a link of another user; <see cref="ErrorCode.OutputNotWritable"/> if a directory
    /// does not exist or cannot be opened.
    /// </exception>
    public static OutputTarget Find(string path, bool followLast = true)
    {
        var target = new OutputTarget(path);
        try
        {
            target.Follow(followLast);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Opens the directory. The caller disposes it.</summary>
    public OutputDirectory OpenDirectory()
    {
        var copy = FileCalls.Duplicate(_directory);
        return copy >= 0 ? new OutputDirectory(_at, copy) : throw Failed(_at, -copy);
    }

    /// <summary>Opens the existing file without creating, truncating or replacing anything.</summary>
    /// <param name="flags">Flags of open(2).</param>
    /// <returns>The descriptor, or a negative error number.</returns>
    public int Open(int flags)
    {
        if (OwnDescriptor is { } own) return FileCalls.Duplicate(own);
        var file = FileCalls.OpenAt(_directory, Name, IsProcLink ? flags | FileCalls.Append : flags | FileCalls.NoFollow);
        if (file < 0 || IsProcLink || Ownership.Of(file)?.Identity == Existing?.Identity) return file;
        _ = FileCalls.Close(file);
        return -Errno.Busy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_directory >= 0) _ = FileCalls.Close(_directory);
        _directory = -1;
    }

    private void Follow(bool followLast)
    {
        var full = FullPath(_path);
        Enter(FileCalls.Open("/", FileCalls.PathOnly | FileCalls.DirectoryOnly), "/");
        Push(full);
        while (_rest.TryPop(out var name))
            if (Step(name, _rest.Count == 0, followLast))
                return;
    }

    /// <summary>Follows one component. Returns true if it is the end of the path.</summary>
    private bool Step(string name, bool isLast, bool followLast)
    {
        if (name == ".") return false;
        var at = name == ".." ? System.IO.Path.GetDirectoryName(_at) ?? "/" : System.IO.Path.Combine(_at, name);
        var file = FileCalls.OpenAt(_directory, name, FileCalls.PathOnly | FileCalls.NoFollow);
        if (file == -Errno.NoEntry)
        {
            if (!isLast) throw Missing(at);
            Name = name;
            return true;
        }
        if (file < 0) throw Failed(at, -file);
        try
        {
            var found = Ownership.Of(file) ?? throw Failed(at, Errno.Last);
            if (found.IsLink && (!isLast || followLast)) return FollowLink(file, found, name, at, isLast);
            if (found.IsDirectory)
            {
                Enter(file, at);
                file = -1;
                return false;
            }
            if (!isLast) throw NotWritable(_path, $"{at} is not a directory.", "Choose another path.");
            (Name, Existing) = (name, found);
            return true;
        }
        finally
        {
            if (file >= 0) _ = FileCalls.Close(file);
        }
    }

    private bool FollowLink(int link, Ownership found, string name, string at, bool isLast)
    {
        if ((_isShared || _isOfOthers) && found.IsForeign) throw Foreign(at, $"a symbolic link of user {found.User}", "followed", "the link");
        if (FileCalls.IsInProc(link))
        {
            if (isLast && Ownership.Following(_directory, name) is { IsDirectory: false } file)
            {
                (Name, Existing, IsProcLink) = (name, file, true);
                return true;
            }
            // The directories above the one that it leads to are not known.
            _isShared = true;
            Enter(FileCalls.OpenAt(_directory, name, FileCalls.PathOnly | FileCalls.DirectoryOnly), at);
            return false;
        }
        if (++_links > MostLinks) throw Failed(at, Errno.TooManyLinks);
        var text = FileCalls.ReadLink(link) ?? throw Failed(at, Errno.NoEntry);
        if (text[0] == '/') Enter(FileCalls.Open("/", FileCalls.PathOnly | FileCalls.DirectoryOnly), "/");
        Push(text);
        return false;
    }

    private void Push(string path)
    {
        if (path.EndsWith('/')) _rest.Push(".");
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = names.Length - 1; i >= 0; i--) _rest.Push(names[i]);
    }

    /// <summary>Goes on from a directory that is open. Others can change it if it is world-writable or, below such a one,
    /// theirs.</summary>
    private void Enter(int directory, string at)
    {
        if (directory < 0) throw Failed(at, -directory);
        var isBelowShared = _isShared || at.Length < _at.Length;
        if (_directory >= 0) _ = FileCalls.Close(_directory);
        (_directory, _at) = (directory, at);
        var found = Ownership.Of(directory) ?? throw Failed(at, Errno.Last);
        _isWorldWritable = found.IsWorldWritable;
        _isOfOthers = found.IsSharedWritable || found.IsForeign;
        _isShared = found.IsWorldWritable || (found.IsForeign && isBelowShared && at != "/");
    }

    /// <summary>The error for a file of another user in a directory where that user can put one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, such as "a FIFO of user 1000".</param>
    /// <param name="done">What is not done with it.</param>
    /// <param name="it">What to remove.</param>
    public KernelMagnifierException Foreign(string path, string what, string done, string it)
    {
        var place = IsInWorldWritable ? "a world-writable directory"
            : IsInShared ? "a directory of another user below a world-writable one" : "a directory that other users can change";
        return new KernelMagnifierException(ErrorCode.OutputNotSafe, path, $"it is {what} in {place} and is not {done}.",
            $"Remove {it}, or choose another path.");
    }

    private KernelMagnifierException Missing(string at)
    {
        // The components that are left, without the last one, are missing too.
        var missing = _rest.Where(name => name != ".").SkipLast(_rest.Contains(".") ? 0 : 1).Prepend(at);
        return OutputDirectory.Missing(_path, System.IO.Path.Combine([.. missing]));
    }

    private KernelMagnifierException Failed(string at, int error)
        => NotWritable(_path, $"{at} cannot be opened: {Errno.Describe(error)}.", "Choose another directory.");

    private static KernelMagnifierException NotWritable(string? path, string cause, string action)
        => new(ErrorCode.OutputNotWritable, path, cause, action);
}
