using System.Globalization;
using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// A directory whose files decide what runs, so that only this user and root may change it, its files and the directories above
/// it. Stricter than <see cref="PrivateDirectory"/>: a sticky directory such as /tmp is not safe, nor one that a group can write to.
/// </summary>
/// <remarks>
/// Everything is opened relative to a descriptor without following links, and what is judged is the open file. Nobody can therefore
/// exchange a file between the judgement and the reading.
/// </remarks>
internal sealed class GuardedDirectory : IDisposable
{
    // As the kernel: MAXSYMLINKS.
    private const int MostLinks = 40;
    private const int NewDirectory = 0x1ED, NewFile = FileCalls.ReadableByAll;

    private readonly SafeFileHandle _directory;

    private GuardedDirectory(string path, int directory)
        => (Path, _directory) = (path, new SafeFileHandle(directory, ownsHandle: true));

    /// <summary>The path, after all links.</summary>
    public string Path { get; }

    /// <summary>What distinguishes the directory from every other one.</summary>
    public FileIdentity? Identity => Ownership.Of(Descriptor)?.Identity;

    private int Descriptor => (int)_directory.DangerousGetHandle();

    /// <summary>Opens a directory. Links above it are followed if nobody else can change them.</summary>
    /// <exception cref="NotGuardedException">Another user can change it.</exception>
    /// <exception cref="IOException">It does not exist or cannot be opened.</exception>
    public static GuardedDirectory Open(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new DirectoryNotFoundException("the path is no path");
        var rest = new Stack<string>(Parts(System.IO.Path.GetFullPath(path)).Reverse());
        var at = Descend(null, "/", "/");
        var links = 0;
        try
        {
            while (rest.TryPop(out var name))
            {
                GuardedDirectory next;
                if (at.Find(name) is { IsLink: true } link)
                {
                    var target = at.Target(name, link, ++links);
                    foreach (var part in Parts(target).Reverse()) rest.Push(part);
                    next = Descend(null, "/", "/");
                }
                else next = Descend(at, name, System.IO.Path.Combine(at.Path, name));
                at.Dispose();
                at = next;
            }
            return at;
        }
        catch
        {
            at.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file by its path.</summary>
    /// <param name="path">The path. A link in its last component is refused.</param>
    /// <param name="most">The most bytes.</param>
    /// <exception cref="NotGuardedException">Another user can change it, or it is no regular file, or too large.</exception>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    public static byte[] ReadFile(string path, long most)
    {
        var full = System.IO.Path.GetFullPath(path);
        using var directory = Open(System.IO.Path.GetDirectoryName(full) ?? "/");
        return directory.Read(System.IO.Path.GetFileName(full), most);
    }

    /// <summary>What has a name in it; null for nothing. A link is not followed.</summary>
    public Ownership? Find(string name) => Ownership.In(Descriptor, name);

    /// <summary>Opens a directory in it, which is no link.</summary>
    /// <exception cref="NotGuardedException">Another user can change it, or it is no directory.</exception>
    /// <exception cref="IOException">It does not exist or cannot be opened.</exception>
    public GuardedDirectory Enter(string name) => Descend(this, Plain(name), System.IO.Path.Combine(Path, name));

    /// <summary>The names in it, sorted.</summary>
    /// <param name="most">The most names.</param>
    /// <exception cref="NotGuardedException">It has more.</exception>
    public IReadOnlyList<string> Names(int most)
    {
        var names = Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture,
            $"/proc/self/fd/{Descriptor}"), "*",
            new EnumerationOptions { AttributesToSkip = FileAttributes.None }).Take(most + 1)
            .Select(entry => System.IO.Path.GetFileName(entry)).Order(StringComparer.Ordinal).ToList();
        return names.Count <= most ? names
            : throw new NotGuardedException(Path, string.Create(CultureInfo.InvariantCulture, $"has more than {most} files"));
    }

    /// <summary>Reads a file in it, once, from an open descriptor.</summary>
    /// <param name="name">The name.</param>
    /// <param name="most">The most bytes.</param>
    /// <exception cref="NotGuardedException">Another user can change it, or it is no regular file, or too large.</exception>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    public byte[] Read(string name, long most)
    {
        var path = System.IO.Path.Combine(Path, Plain(name));
        // Opening a FIFO or a device has effects, so it is judged before, too.
        if (Find(name) is { } found) CheckFile(path, found);
        var file = FileCalls.OpenAt(Descriptor, name,
            FileCalls.ReadOnly | FileCalls.NoFollow | FileCalls.NonBlocking | FileCalls.NoTerminal);
        if (file < 0) throw Failed(path, -file);
        using var handle = new SafeFileHandle(file, ownsHandle: true);
        CheckFile(path, Ownership.Of(file) ?? throw Failed(path, Errno.InputOutput));
        return ReadAll(file, path, most);
    }

    /// <summary>Checks a file in it as <see cref="Read"/> does, without reading it.</summary>
    /// <exception cref="NotGuardedException">Another user can change it, or it is no regular file.</exception>
    public void Check(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        CheckFile(path, Find(name) ?? throw Failed(path, Errno.NoEntry));
    }

    /// <summary>Creates a directory in it, which all can read, unless it exists, and opens it.</summary>
    /// <exception cref="NotGuardedException">Another user can change it.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    public GuardedDirectory Make(string name)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{Descriptor}/{Plain(name)}");
        if (FileCalls.MakeDirectory(path, NewDirectory) != 0 && Errno.Last is var error and not Errno.Exists)
            throw Failed(System.IO.Path.Combine(Path, name), error);
        return Enter(name);
    }

    /// <summary>Writes a file, which appears complete or not at all.</summary>
    /// <param name="name">The name.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="replace">Replace an existing file. Without it, an existing one is an <see cref="IOException"/>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> content, bool replace)
    {
        var path = System.IO.Path.Combine(Path, Plain(name));
        var temporary = $".km-{System.IO.Path.GetRandomFileName()}";
        var file = FileCalls.OpenAt(Descriptor, temporary,
            FileCalls.WriteOnly | FileCalls.CreateFile | FileCalls.Exclusive | FileCalls.NoFollow, NewFile);
        if (file < 0) throw Failed(path, -file);
        var error = -FileCalls.WriteAll(file, content);
        _ = FileCalls.SyncData(file);
        _ = FileCalls.Close(file);
        if (error == 0) error = FileCalls.RenameAt(Descriptor, temporary, name, replace);
        if (error == 0) return;
        _ = FileCalls.DeleteAt(Descriptor, temporary, 0);
        throw Failed(path, error);
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private static GuardedDirectory Descend(GuardedDirectory? from, string name, string path)
    {
        if (from?.Find(name) is { IsLink: true }) throw new NotGuardedException(path, "is a symbolic link");
        if (from?.Find(name) is { IsDirectory: false }) throw new NotGuardedException(path, "is not a directory");
        var flags = FileCalls.PathOnly | FileCalls.DirectoryOnly | FileCalls.NoFollow;
        var file = from is null ? FileCalls.Open(name, flags) : FileCalls.OpenAt(from.Descriptor, name, flags);
        if (file < 0) throw Failed(path, -file);
        var directory = new GuardedDirectory(path, file);
        try
        {
            CheckOwner(path, Ownership.Of(file) ?? throw Failed(path, Errno.InputOutput));
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private string Target(string name, Ownership link, int links)
    {
        var path = System.IO.Path.Combine(Path, name);
        if (link.IsForeign) throw Foreign(path, link);
        if (links > MostLinks) throw new NotGuardedException(path, "leads nowhere");
        var file = FileCalls.OpenAt(Descriptor, name, FileCalls.PathOnly | FileCalls.NoFollow);
        if (file < 0) throw Failed(path, -file);
        using var handle = new SafeFileHandle(file, ownsHandle: true);
        if (FileCalls.IsInProc(file) || FileCalls.ReadLink(file) is not { Length: > 0 } target)
            throw new NotGuardedException(path, "leads nowhere");
        return System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, target));
    }

    private static void CheckOwner(string path, Ownership found)
    {
        if (found.IsForeign) throw Foreign(path, found);
        if (found.IsSharedWritable) throw new NotGuardedException(path, "can be written to by other users");
    }

    private static void CheckFile(string path, Ownership found)
    {
        if (found.IsLink) throw new NotGuardedException(path, "is a symbolic link");
        if (!found.IsFile) throw new NotGuardedException(path, "is not a regular file");
        CheckOwner(path, found);
        if (found.Links > 1) throw new NotGuardedException(path, "has another hard link, by which it can be changed");
    }

    private static NotGuardedException Foreign(string path, Ownership found)
        => new(path, string.Create(CultureInfo.InvariantCulture, $"belongs to user {found.User}"));

    private static byte[] ReadAll(int file, string path, long most)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = FileCalls.ReadAt(file, buffer, content.Length)) != 0;)
        {
            if (read < 0) throw Failed(path, -read);
            content.Write(buffer, 0, read);
            if (content.Length > most)
                throw new NotGuardedException(path,
                    string.Create(CultureInfo.InvariantCulture, $"is larger than {most / 1024} KiB"));
        }
        return content.ToArray();
    }

    /// <summary>A name from a file is not a way out of the directory.</summary>
    private static string Plain(string name)
        => name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\0')
            ? throw new ArgumentException("This is not the name of a file.", nameof(name)) : name;

    private static IOException Failed(string path, int error) => error switch
    {
        Errno.NoEntry => new FileNotFoundException("it does not exist", path),
        Errno.TooManyLinks => new NotGuardedException(path, "is a symbolic link"),
        Errno.NotDirectory => new NotGuardedException(path, "is not a directory"),
        _ => new IOException(Errno.Describe(error), error),
    };

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
