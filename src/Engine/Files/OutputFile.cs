using KernelMagnifier.Native;
using KernelMagnifier.Rendering;

namespace KernelMagnifier.Files;

/// <summary>
/// A file that appears whole or not at all: written beside its place under another name, renamed by <see cref="Commit"/>,
/// deleted when disposed without it.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _target;
    private readonly bool _force;
    private readonly IDisposable _begun;
    private bool _done;

    private OutputFile(string target, string temporary, FileStream stream, bool force)
    {
        (_target, TemporaryPath, Stream, _force) = (target, temporary, stream, force);
        try
        {
            _begun = Unfinished.Add(Remove);
        }
        catch (OperationCanceledException)
        {
            Remove();
            throw;
        }
    }

    /// <summary>What is written so far. Closed by <see cref="Commit"/>.</summary>
    public FileStream Stream { get; }

    /// <summary>Where it is written, for a process that writes to a path.</summary>
    public string TemporaryPath { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its place; a file that is there already is replaced only when <paramref name="force"/> is set.</param>
    /// <param name="force">Replace.</param>
    /// <exception cref="RenderException">The place cannot be written to.</exception>
    public static OutputFile Create(string path, bool force)
    {
        Check(path, force);
        var target = Path.GetFullPath(path);
        // Writing through a link changes what it points to, not the link.
        if (File.Exists(target) && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } linked)
        {
            RefuseForeignLink(path, target);
            target = linked.FullName;
        }
        var directory = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(directory, $".km-{Path.GetRandomFileName()}{Path.GetExtension(target)}");
        try
        {
            return new OutputFile(target, temporary, new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), force);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw error is UnauthorizedAccessException
                ? new RenderException($"{path}: the directory {directory} may not be written to. Choose another place, or change its permissions.", error)
                : NotWritten(path, error);
        }
    }

    /// <summary>The error of a file that could not be written: the file, the cause, the way out.</summary>
    public static RenderException NotWritten(string path, Exception error) => new($"{path}: the file cannot be written: {Cause(error)}", error);

    /// <summary>Why something could not be written, and what to do about it.</summary>
    public static string Cause(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        // .NET adds the path, which is that of the temporary file.
        var what = error.Message;
        if (what.LastIndexOf(" : '", StringComparison.Ordinal) is > 0 and var at) what = what[..at];
        // errno.h of Linux, as .NET hands it on.
        return error switch
        {
            DirectoryNotFoundException or FileNotFoundException => "its directory is gone. Make it again, or choose another place.",
            { HResult: 28 or 122 } => $"{what}. Make room there, or choose another place.",
            { HResult: 5 or 30 } => $"{what}. Choose a place on another disk.",
            _ => what,
        };
    }

    /// <summary>Where everybody may make files, a link that somebody else made is a trap: the kernel does not follow it either (fs.protected_symlinks).</summary>
    private static void RefuseForeignLink(string path, string target)
    {
        if (!OperatingSystem.IsLinux() || Ownership.Of(target) is not { IsLink: true } link || Ownership.Of(Path.GetDirectoryName(target)!) is not { IsWorldWritable: true } directory) return;
        if (link.User != LibC.EffectiveUser() && link.User != directory.User)
            throw new RenderException($"{path} is a symbolic link of user {link.User} in a directory where everybody may write: what it points at will not be written to. Remove the link or choose another place.");
    }

    /// <summary>Says what stands in the way of a file before any work is done for it.</summary>
    /// <exception cref="RenderException">The place cannot be written to.</exception>
    public static void Check(string path, bool force)
    {
        if (string.IsNullOrEmpty(path)) throw new RenderException("A file to write was expected, its name is empty.");
        if (Directory.Exists(path)) throw new RenderException($"{path}: this is a directory. Name a file in it.");
        var directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is null || !Directory.Exists(directory)) throw new RenderException($"{path}: there is no directory {directory}. Make it first: mkdir -p '{directory}'");
        if (!force && File.Exists(path)) throw new RenderException($"{path}: the file exists. Use -Force (--force) to replace it, or choose another name.");
    }

    /// <summary>Puts the file in its place.</summary>
    public void Commit()
    {
        try
        {
            Stream.Dispose();
            File.Move(TemporaryPath, _target, _force);
            _done = true;
            _begun.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(_target, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_done) return;
        _done = true;
        Remove();
        _begun.Dispose();
    }

    private void Remove()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk says so again here; the file goes anyway.
        }
        try
        {
            File.Delete(TemporaryPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing more can be done about it, and the reason it failed is on its way to the user already.
        }
    }
}
