using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Schedules;

/// <summary>The definitions and states of schedules on the disk. Only root may change or read them.</summary>
/// <param name="place">The directories.</param>
internal sealed class ScheduleStore(SchedulePlace place)
{
    private const int MostSchedules = 1024;
    private const long LargestDefinition = 256 * 1024;
    private const int LockAttempts = 600, LockMilliseconds = 50;
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The names of all schedules.</summary>
    /// <exception cref="KernelMagnifierException">They cannot be read, or others can change them.</exception>
    public IReadOnlyList<string> Names() => Guarded(place.DefinitionDirectory, () =>
    {
        if (!Exists(place.DefinitionDirectory)) return [];
        using var directory = GuardedDirectory.Open(place.DefinitionDirectory);
        return (IReadOnlyList<string>)[.. directory.Names(MostSchedules)
            .Where(file => file.EndsWith(".json", StringComparison.Ordinal)).Select(file => file[..^".json".Length])
            .Where(ScheduleText.IsName)];
    });

    /// <summary>Whether there is a schedule of a name.</summary>
    /// <exception cref="KernelMagnifierException">They cannot be read.</exception>
    public bool Has(string name) => Names().Contains(name, StringComparer.Ordinal);

    /// <summary>Reads a definition.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/> or
    /// <see cref="ErrorCode.ScheduleUnreadable"/>.</exception>
    public ScheduleDefinition Read(string name)
    {
        ScheduleCheck.CheckName(name);
        if (!Has(name)) throw NotFound(name);
        var path = ScheduleFiles.Definition(name, place);
        var schedule = ScheduleDefinitionFile.Read(Guarded(path, () => GuardedDirectory.ReadFile(path, LargestDefinition)), path);
        return schedule.Name == name ? schedule
            : throw new KernelMagnifierException(ErrorCode.ScheduleUnreadable, path, "it is the definition of another schedule.",
                "Register the schedule again, or remove it.");
    }

    /// <summary>Creates the directories.</summary>
    /// <exception cref="KernelMagnifierException">They cannot be created.</exception>
    public void Create() => Guarded(place.DefinitionDirectory, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place.DefinitionDirectory)!, Everybody);
        PrivateDirectory.Create(place.DefinitionDirectory);
        PrivateDirectory.Create(place.StateDirectory);
        return 0;
    });

    /// <summary>The state of a schedule; a new one if it has none.</summary>
    /// <exception cref="KernelMagnifierException">Others can change it, or it cannot be read.</exception>
    public ScheduleState State(string name) => Guarded(place.StateDirectory, () =>
    {
        if (!Exists(place.StateDirectory)) return ScheduleState.New();
        using var directory = GuardedDirectory.Open(place.StateDirectory);
        return ScheduleStateFile.Read(directory, name, out _);
    });

    /// <summary>Changes the state of a schedule. No other process changes it meanwhile.</summary>
    /// <param name="name">The schedule.</param>
    /// <param name="change">Returns the new state, and a result. Gets the sentence about a damaged state, or null.</param>
    /// <exception cref="KernelMagnifierException">Others can change it, or it cannot be written.</exception>
    public T Update<T>(string name, Func<ScheduleState, string?, (ScheduleState State, T Result)> change)
        => Guarded(place.StateDirectory, () =>
        {
            PrivateDirectory.Create(place.StateDirectory);
            using var held = Lock();
            using var directory = GuardedDirectory.Open(place.StateDirectory);
            var (state, result) = change(ScheduleStateFile.Read(directory, name, out var problem), problem);
            ScheduleStateFile.Write(directory, name, state);
            return result;
        });

    /// <summary>Marks that a run of a schedule goes on, for as long as this process lives; null if another one does.</summary>
    /// <exception cref="KernelMagnifierException">The mark cannot be made.</exception>
    public IDisposable? BeginRun(string name) => Guarded(place.StateDirectory, () =>
    {
        PrivateDirectory.Create(place.StateDirectory);
        var file = FileCalls.Open(
            RunFile(name), FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.NoFollow, FileCalls.OwnerOnly);
        if (file < 0) throw new IOException(Errno.Describe(-file), -file);
        if (FileCalls.TryLock(file)) return new HeldFile(file);
        _ = FileCalls.Close(file);
        return null;
    });

    /// <summary>Removes what a schedule keeps.</summary>
    public void Forget(string name) => Guarded(place.StateDirectory, () =>
    {
        File.Delete(Path.Combine(place.StateDirectory, ScheduleStateFile.FileName(name)));
        File.Delete(RunFile(name));
        if (Directory.Exists(place.SpoolOf(name))) Directory.Delete(place.SpoolOf(name), recursive: true);
        return 0;
    });

    /// <summary>The error for a schedule that does not exist.</summary>
    public static KernelMagnifierException NotFound(string name)
        => new(ErrorCode.ScheduleNotFound, name, "there is no such schedule on this machine.", "List the schedules.");

    /// <summary>Runs an action on files; its errors become those of the product.</summary>
    /// <exception cref="KernelMagnifierException">The action failed.</exception>
    public static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (NotGuardedException error)
        {
            throw new KernelMagnifierException(ErrorCode.OutputNotSafe, error.Path,
                $"it {error.Reason}, so that others could decide what root does.",
                "Give it to root, and let no other write to it.", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException || error.HResult == Errno.AccessDenied)
        {
            throw new KernelMagnifierException(ErrorCode.NotRoot, path, "only root can read and change schedules.",
                "Run it as root, such as with sudo.", error);
        }
        catch (IOException error)
        {
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, path, $"{error.Message.TrimEnd('.')}.",
                "Check the directory and the free space.", error);
        }
    }

    /// <summary>Whether a directory exists. One that this user may not look for is no missing one.</summary>
    private static bool Exists(string directory)
    {
        if (Directory.Exists(directory)) return true;
        for (var at = Path.GetDirectoryName(directory); at is { Length: > 1 }; at = Path.GetDirectoryName(at))
            if (Directory.Exists(at))
                return FileCalls.Access(at, FileCalls.MayExecute) != 0 ? throw new UnauthorizedAccessException() : false;
        return false;
    }

    private string RunFile(string name) => Path.Combine(place.StateDirectory, name + ".run");

    private HeldFile Lock()
    {
        var file = FileCalls.Open(place.StateDirectory, FileCalls.ReadOnly | FileCalls.DirectoryOnly);
        for (var i = 0; file >= 0 && i < LockAttempts; i++)
        {
            if (FileCalls.TryLock(file)) return new HeldFile(file);
            Thread.Sleep(LockMilliseconds);
        }
        if (file >= 0) _ = FileCalls.Close(file);
        throw new IOException(file < 0 ? Errno.Describe(-file) : "another process has been changing it for half a minute");
    }

    private sealed class HeldFile(int file) : IDisposable
    {
        public void Dispose()
        {
            FileCalls.Unlock(file);
            _ = FileCalls.Close(file);
        }
    }
}
