using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// An output. A regular file appears complete or not at all: it is written beside its path under a temporary name, renamed by
/// <see cref="Commit"/>, and deleted when it is disposed without; it keeps the permissions and the owner of the file that it
/// replaces. Anything else that exists, such as a device or a FIFO, is written into.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private const int PollMilliseconds = 50;

    private readonly string _path, _name;
    private readonly FileIdentity? _replaced;
    private readonly List<InputIdentity> _inputs = [];
    private readonly bool _force;
    private readonly OutputDirectory? _directory;
    private readonly IDisposable? _unfinished;
    private MemoryStream? _seekable;
    private bool _done;

    private OutputFile(string path, Stream device)
        => (_path, _name, TemporaryPath, Stream) = (path, "", path, device);

    private OutputFile(OutputTarget target, string temporary, OutputDirectory directory, Stream stream, bool force)
    {
        (_path, _name, _directory, _force) = (target.Path, target.Name, directory, force);
        _replaced = target.Existing?.Identity;
        (TemporaryPath, Stream) = (Path.Combine(directory.Path, temporary), stream);
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
    public Stream Stream { get; }

    /// <summary>The content as a stream with a position and a length, which a device has not.</summary>
    public Stream Seekable => Stream.CanSeek ? Stream : _seekable ??= new MemoryStream();

    /// <summary>The path under which the content is written; that of the device if it is one.</summary>
    public string TemporaryPath { get; }

    /// <summary>Creates the temporary file, or opens the device.</summary>
    /// <param name="path">The path of the complete file.</param>
    /// <param name="force">Replace an existing file.</param>
    /// <param name="inputs">The files that are read, which may not be replaced.</param>
    /// <param name="cancel">Ends the waiting for somebody who reads a FIFO.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputExists"/>, <see cref="ErrorCode.OutputNotWritable"/>, <see cref="ErrorCode.OutputNotSafe"/> or
    /// <see cref="ErrorCode.DiskFull"/>.
    /// </exception>
    public static OutputFile Create(
        string path, bool force, IReadOnlyList<InputIdentity>? inputs = null, CancellationToken cancel = default)
    {
        using var target = Find(path, force, inputs ?? []);
        var file = IsDevice(target) ? new OutputFile(path, OpenDevice(path, target, cancel))
            : CreateBeside(path, target, force, $".km-{Path.GetRandomFileName()}{Path.GetExtension(target.Name)}");
        file._inputs.AddRange(inputs ?? []);
        return file;
    }

    /// <summary>
    /// Creates the temporary file of a part of a dataset, with a name that tells which file it becomes. What killed writers of
    /// the same file left behind is deleted: nobody holds the lock on it any more.
    /// </summary>
    /// <inheritdoc cref="Create"/>
    public static OutputFile CreatePart(string path, bool force, IReadOnlyList<InputIdentity> inputs)
    {
        using var target = Find(path, force, inputs);
        if (IsDevice(target)) throw NotWritable(path, "this is no regular file.", "Choose another folder.");
        DeleteLeftovers(target);
        var file = CreateBeside(path, target, force, $".{target.Name}.{Path.GetRandomFileName()}.tmp", isLocked: true);
        file._inputs.AddRange(inputs);
        return file;
    }

    private static void DeleteLeftovers(OutputTarget target)
    {
        using var directory = target.OpenDirectory();
        foreach (var leftover in Directory.EnumerateFiles(directory.Path, ".*.tmp").Select(file => Path.GetFileName(file)))
        {
            if (!leftover.StartsWith($".{target.Name}.", StringComparison.Ordinal)) continue;
            var file = directory.Reopen(leftover);
            if (file < 0) continue;
            if (FileCalls.TryLock(file)) directory.Delete(leftover);
            _ = FileCalls.Close(file);
        }
    }

    /// <summary>Checks a path before any work is done for it.</summary>
    /// <param name="path">The path of the complete file.</param>
    /// <param name="force">An existing file may be replaced.</param>
    /// <param name="inputs">The files that are read, which may not be replaced.</param>
    /// <exception cref="KernelMagnifierException">The same as <see cref="Create"/>.</exception>
    public static void Check(string path, bool force, IReadOnlyList<InputIdentity>? inputs = null)
        => Find(path, force, inputs ?? []).Dispose();

    private static OutputTarget Find(string path, bool force, IReadOnlyList<InputIdentity> inputs)
    {
        var target = OutputTarget.Find(path);
        try
        {
            if (target.Name.Length == 0) throw NotWritable(path, "this is a directory.", "Name a file in it.");
            if (target.Existing is { } existing) CheckExisting(path, target, existing, force, inputs);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    private static void CheckExisting(
        string path, OutputTarget target, Ownership existing, bool force, IReadOnlyList<InputIdentity> inputs)
    {
        Refuse(path, existing.Identity, inputs);
        if (existing.IsSocket) throw NotWritable(path, "this is a socket.", "Choose another name.");
        if (existing.IsBlockDevice)
            throw NotWritable(path, "this is a block device, whose content would be destroyed.", "Choose another name.");
        if (!IsDevice(target))
        {
            if (!force) throw Exists(path);
        }
        else if (target.IsInShared && existing.IsForeign && !target.IsProcLink)
            throw target.Foreign(path, $"a {(existing.IsFifo ? "FIFO" : "device")} of user {existing.User}", "written to", "it");
    }

    /// <summary>Refuses inputs that the output replaces, for those that are known only after its creation.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public void Refuse(IReadOnlyList<InputIdentity> inputs)
    {
        _inputs.AddRange(inputs);
        Refuse(_path, _replaced, inputs);
    }

    /// <summary>Refuses standard output if it is one of the files that are read, as cat(1) does.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static void RefuseStandardOutput(IReadOnlyList<InputIdentity> inputs)
        => Refuse("(standard output)", Ownership.Of(1) is { IsFile: true } file ? file.Identity : null, inputs);

    private static void Refuse(string path, FileIdentity? replaced, IReadOnlyList<InputIdentity> inputs)
    {
        foreach (var input in inputs)
            if (input.File == replaced)
                throw NotWritable(path, $"this is the file that is read ({input.Name}).", "Choose another name for the output.");
    }

    /// <summary>Whether the target is written into: it exists, and is no file that can be replaced.</summary>
    private static bool IsDevice(OutputTarget target) => target.IsProcLink || target.Existing is { IsFile: false };

    private static DeviceStream OpenDevice(string path, OutputTarget target, CancellationToken cancel)
    {
        int file;
        while (true)
        {
            file = target.Open(FileCalls.WriteOnly | FileCalls.NonBlocking | FileCalls.NoTerminal);
            // Nobody reads the FIFO yet. As in a shell, the writer waits.
            if (file != -Errno.NoDeviceOrAddress || target.Existing is not { IsFifo: true }) break;
            if (cancel.WaitHandle.WaitOne(PollMilliseconds)) cancel.ThrowIfCancellationRequested();
        }
        return file switch
        {
            >= 0 => new DeviceStream(new SafeFileHandle(file, ownsHandle: true), cancel),
            -Errno.Busy => throw NotWritable(path, "it was replaced while it was opened.", "Try again, or choose another name."),
            _ => throw NotWritten(path, Errno.ToException(-file)),
        };
    }

    private static OutputFile CreateBeside(string path, OutputTarget target, bool force, string name, bool isLocked = false)
    {
        var directory = target.OpenDirectory();
        // A file that another user has put into a shared directory has nothing to keep.
        var kept = target.Existing is { } existing && !(target.IsInShared && existing.IsForeign) ? existing : (Ownership?)null;
        var file = directory.Create(name, kept is null ? FileCalls.Default : FileCalls.OwnerOnly);
        if (file >= 0)
        {
            if (kept is { } old) Keep(old, file);
            if (isLocked) _ = FileCalls.TryLock(file);
            return new OutputFile(target, name, directory, new OutputStream(new SafeFileHandle(file, ownsHandle: true)), force);
        }
        directory.Dispose();
        throw file is -Errno.AccessDenied or -Errno.NotPermitted
            ? NotWritable(path, $"the directory {directory.Path} is not writable.",
                "Choose another directory, or change its permissions.")
            : NotWritten(path, Errno.ToException(-file));
    }

    /// <summary>Gives a file the permissions of the one that it replaces, and its owner and group as far as possible.</summary>
    private static void Keep(Ownership old, int file)
    {
        var permissions = old.Permissions;
        if (Ownership.Of(file) is { } created && (created.User, created.Group) != (old.User, old.Group)
            && FileCalls.ChangeOwner(file, old.User, old.Group) != 0
            && FileCalls.ChangeOwner(file, FileCalls.Unchanged, old.Group) != 0)
        {
            // Another group gets what everybody had.
            permissions = (permissions & ~0x38u) | ((permissions & 7) << 3);
        }
        _ = FileCalls.ChangeMode(file, permissions);
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

    /// <summary>Closes the output, and renames a file to its path.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputExists"/>, <see cref="ErrorCode.OutputNotWritable"/> or <see cref="ErrorCode.DiskFull"/>. The
    /// temporary file is deleted on dispose.
    /// </exception>
    public void Commit()
    {
        try
        {
            _seekable?.WriteTo(Stream);
            Stream.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(_path, error);
        }
        if (_directory is not null)
        {
            // What has appeared since then: a file is replaced, as one that existed was.
            if (_directory.Find(_name) is { } existing && (existing.Identity != _replaced))
            {
                Refuse(_path, existing.Identity, _inputs);
                if (!existing.IsFile && !existing.IsLink)
                    throw NotWritable(_path, "something else was created there while the file was written.", "Try again.");
            }
            var result = _directory.Rename(Path.GetFileName(TemporaryPath), _name, _force);
            if (result == Errno.Exists && !_force) throw Exists(_path);
            if (result != 0) throw NotWritten(_path, Errno.ToException(result));
        }
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

    private static KernelMagnifierException NotWritable(string path, string cause, string action)
        => new(ErrorCode.OutputNotWritable, path, cause, action);

    private void End()
    {
        _done = true;
        _unfinished?.Dispose();
        _directory?.Dispose();
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
        _directory?.Delete(Path.GetFileName(TemporaryPath));
    }
}
