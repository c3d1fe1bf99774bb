using KernelMagnifier.Native;

namespace KernelMagnifier.Files;

/// <summary>
/// A file that appears complete or not at all: it is written beside its path under a temporary name, renamed by
/// <see cref="Commit"/>, and deleted when it is disposed without. A path that is a symbolic link of this user or of root is
/// written through.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _target;
    private readonly bool _force;
    private readonly OutputDirectory _directory;
    private readonly IDisposable _unfinished;
    private bool _done;

    private OutputFile(string target, string name, OutputDirectory directory, FileStream stream, bool force)
    {
        (_target, _directory, _force) = (target, directory, force);
        (TemporaryPath, Stream) = (Path.Combine(directory.Path, name), stream);
        try
        {
            _unfinished = Unfinished.Add(Remove);
        }
        catch (OperationCanceledException)
        {
            Remove();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>The content. <see cref="Commit"/> closes it.</summary>
    public FileStream Stream { get; }

    /// <summary>The path under which the content is written, for a process that writes to a path.</summary>
    public string TemporaryPath { get; }

    /// <summary>Creates the temporary file.</summary>
    /// <param name="path">The path of the complete file.</param>
    /// <param name="force">Replace an existing file.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputExists"/>, <see cref="ErrorCode.OutputNotWritable"/>, <see cref="ErrorCode.OutputNotSafe"/> or
    /// <see cref="ErrorCode.DiskFull"/>.
    /// </exception>
    public static OutputFile Create(string path, bool force)
    {
        Check(path, force);
        var target = Path.GetFullPath(path);
        SymbolicLinks.RefuseForeign(target);
        // Renaming would replace the link; this replaces the file that it points to.
        if (File.Exists(target) && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } linked)
            target = linked.FullName;
        var directory = OutputDirectory.Of(target);
        var name = $".km-{Path.GetRandomFileName()}{Path.GetExtension(target)}";
        var file = directory.Create(name, FileCalls.Default);
        if (file >= 0) return new OutputFile(target, name, directory, OutputDirectory.ToStream(file), force);
        directory.Dispose();
        throw file is -Errno.AccessDenied or -Errno.NotPermitted
            ? new KernelMagnifierException(ErrorCode.OutputNotWritable, path, $"the directory {directory.Path} is not writable.",
                "Choose another directory, or change its permissions.")
            : NotWritten(path, Errno.ToException(-file));
    }

    /// <summary>
    /// The error for a file that cannot be written, with the cause and the recommended action that an exception implies.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="error">The exception of the write.</param>
    public static KernelMagnifierException NotWritten(string path, Exception error)
    {
        var (cause, action) = Explain(error);
        var code = Errno.IsDiskFull(error.HResult) ? ErrorCode.DiskFull : ErrorCode.OutputNotWritable;
        return new KernelMagnifierException(code, path, $"the file cannot be written: {cause}.", action, error);
    }

    /// <summary>The reason why something cannot be written and the recommended action, as sentences.</summary>
    public static string Cause(Exception error)
    {
        var (cause, action) = Explain(error);
        return action is null ? cause : $"{cause}. {action}";
    }

    private static (string Cause, string? Action) Explain(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        // .NET appends the path, which is that of the temporary file.
        var cause = error.Message;
        if (cause.LastIndexOf(" : '", StringComparison.Ordinal) is > 0 and var path) cause = cause[..path];
        cause = cause.TrimEnd('.');
        return error switch
        {
            DirectoryNotFoundException or FileNotFoundException or { HResult: Errno.NoEntry } =>
                ("its directory no longer exists", "Create it again, or choose another directory."),
            { HResult: Errno.NoSpace or Errno.QuotaExceeded } => (cause, "Free disk space, or choose another directory."),
            { HResult: Errno.InputOutput or Errno.ReadOnlyFileSystem } => (cause, "Choose a directory on another disk."),
            _ => (cause, null),
        };
    }

    /// <summary>Checks a path before any work is done for it.</summary>
    /// <param name="path">The path of the complete file.</param>
    /// <param name="force">An existing file may be replaced.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/> or
    /// <see cref="ErrorCode.OutputExists"/>.</exception>
    public static void Check(string path, bool force)
    {
        if (string.IsNullOrEmpty(path))
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, null, "The name of the output file is empty.",
                "Name a file.");
        if (Directory.Exists(path))
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, path, "this is a directory.", "Name a file in it.");
        var directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is null || !Directory.Exists(directory)) throw OutputDirectory.Missing(path, directory);
        if (!force && File.Exists(path)) throw Exists(path);
    }

    /// <summary>Closes the file and renames it to its path.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputExists"/>, <see cref="ErrorCode.OutputNotWritable"/> or <see cref="ErrorCode.DiskFull"/>. The
    /// temporary file is deleted on dispose.
    /// </exception>
    public void Commit()
    {
        try
        {
            Stream.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(_target, error);
        }
        var result = _directory.Rename(Path.GetFileName(TemporaryPath), Path.GetFileName(_target), _force);
        if (result == Errno.Exists && !_force) throw Exists(_target);
        if (result != 0) throw NotWritten(_target, Errno.ToException(result));
        End();
    }

    /// <summary>Deletes the temporary file, unless it was committed.</summary>
    public void Dispose()
    {
        if (_done) return;
        Remove();
        End();
    }

    private static KernelMagnifierException Exists(string path)
        => new(ErrorCode.OutputExists, path, "the file exists.", "Allow the file to be replaced, or choose another name.");

    private void End()
    {
        _done = true;
        _unfinished.Dispose();
        _directory.Dispose();
    }

    private void Remove()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk fails again here; the file is deleted anyway.
        }
        _directory.Delete(Path.GetFileName(TemporaryPath));
    }
}
