using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// The directory of the journals. For root it does not depend on the environment: a journal determines which files the next recorder
/// writes, so no other user may place one, and a recorder under <c>sudo</c> must find what one under <c>su</c> left behind.
/// </summary>
internal static class StateDirectory
{
    private const string Folder = "kernel-magnifier";
    private const int LockAttempts = 600, LockMilliseconds = 50;

    /// <summary>All directories that may contain journals, the preferred one first.</summary>
    public static IReadOnlyList<string> Candidates
    {
        get
        {
            if (ProcessCalls.EffectiveUser() == 0) return ["/var/lib/" + Folder, "/run/" + Folder];
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            if (string.IsNullOrEmpty(state) || !Path.IsPathRooted(state))
            {
                var home = Environment.GetEnvironmentVariable("HOME");
                state = Path.Combine(string.IsNullOrEmpty(home) ? "/tmp" : home, ".local", "state");
            }
            return [Path.Combine(state, Folder)];
        }
    }

    /// <summary>Whether a directory or file belongs to this user, is not a symbolic link, and is writable by no other user.</summary>
    public static bool IsPrivate(string path)
        => Ownership.Of(path) is { IsLink: false, IsSharedWritable: false } found && found.User == ProcessCalls.EffectiveUser();

    /// <summary>
    /// Takes the lock of a state directory, under which recorders start one after the other. It is released with the returned
    /// object.
    /// </summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static IDisposable Lock(string directory)
    {
        var file = FileCalls.Open(directory, FileCalls.ReadOnly | FileCalls.DirectoryOnly);
        for (var i = 0; file >= 0 && i < LockAttempts; i++)
        {
            if (FileCalls.TryLock(file)) return new HeldLock(file);
            Thread.Sleep(LockMilliseconds);
        }
        if (file >= 0) _ = FileCalls.Close(file);
        throw new KernelMagnifierException(ErrorCode.OutputNotWritable, directory,
            file < 0 ? $"the directory of the journals cannot be opened: {Errno.Describe(-file)}."
                : "another recorder has been starting for half a minute.",
            file < 0 ? "Make it a directory of mode 0700." : "Wait until it runs, or end it if it is stopped.");
    }

    /// <summary>Creates the first directory that can be created and written, unless it exists.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static string Create(IReadOnlyList<string> candidates)
    {
        foreach (var place in candidates)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                _ = FileCalls.MakeDirectory(place, FileCalls.OwnerDirectory);
                if (Directory.Exists(place) && IsPrivate(place) && FileCalls.Access(place, FileCalls.MayWrite) == 0) return place;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Try the next candidate.
            }
        }
        throw new KernelMagnifierException(ErrorCode.OutputNotWritable, string.Join(", ", candidates),
            "the journal, from which settings are restored after a crash, has no directory that only this user can write to.",
            "Make one of them a directory of mode 0700.");
    }

    private sealed class HeldLock(int file) : IDisposable
    {
        public void Dispose()
        {
            FileCalls.Unlock(file);
            _ = FileCalls.Close(file);
        }
    }
}
