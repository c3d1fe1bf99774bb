using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Schedules;

/// <summary>Puts the files of a schedule in place and has the scheduler read them. What fails is undone.</summary>
/// <param name="place">The directories and tools.</param>
internal sealed class ScheduleInstaller(SchedulePlace place)
{
    private const long LargestFile = 256 * 1024;

    /// <summary>Writes the files and starts the timer.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="force">Replace files that exist.</param>
    /// <exception cref="KernelMagnifierException">A file cannot be written, or the scheduler refuses; nothing is
    /// changed then.</exception>
    public void Install(ScheduleDefinition schedule, bool force)
    {
        List<(string Path, byte[]? Before)> written = [];
        try
        {
            foreach (var file in ScheduleFiles.Of(schedule, place).Where(IsWanted))
            {
                var before = Find(file.Path);
                if (before is not null && !force) throw Exists(schedule.Name, file.Path);
                written.Add((file.Path, before));
                Write(file.Path, Encoding.UTF8.GetBytes(file.Content));
            }
            // A schedule that was on the other scheduler before has files there.
            foreach (var path in Others(schedule).Where(path => IsOwn(schedule.Name, path)))
            {
                written.Add((path, Find(path)));
                Delete(path);
            }
            if (schedule.Scheduler == ScheduleDefinitionFile.Systemd) Start(schedule.Name);
        }
        catch
        {
            Undo(schedule, written);
            throw;
        }
    }

    /// <summary>Stops the timer and removes the files.</summary>
    /// <param name="name">The schedule.</param>
    /// <param name="force">Remove files too that were changed.</param>
    /// <returns>The files that were changed, and are kept.</returns>
    /// <exception cref="KernelMagnifierException">A file cannot be removed.</exception>
    public IReadOnlyList<string> Remove(string name, bool force)
    {
        List<string> kept = [];
        var unit = ScheduleUnits.NameOf(name);
        // It may be gone already, or be broken. What counts is that it does not start again.
        if (place.HasSystemd)
        {
            _ = place.Tool("systemctl", ["disable", "--now", unit + ".timer"]);
            _ = place.Tool("systemctl", ["stop", unit + ".service"]);
            _ = place.Tool("systemctl", ["clean", "--what=state", unit + ".timer"]);
        }
        foreach (var path in ScheduleFiles.Outside(name, place))
        {
            if (Find(path) is null) continue;
            if (force || IsOwn(name, path)) Delete(path);
            else kept.Add(path);
        }
        if (place.HasSystemd)
        {
            _ = place.Tool("systemctl", ["daemon-reload"]);
            _ = place.Tool("systemctl", ["reset-failed", unit + ".service", unit + ".timer"]);
        }
        Delete(ScheduleFiles.Definition(name, place));
        return kept;
    }

    /// <summary>The content of a file; null if there is none.</summary>
    /// <exception cref="KernelMagnifierException">It cannot be read, or others can change it.</exception>
    public static byte[]? Find(string path) => ScheduleStore.Guarded(path, () =>
    {
        if (Ownership.Of(path) is null) return null;
        return (byte[]?)GuardedDirectory.ReadFile(path, LargestFile);
    });

    /// <summary>Whether a file was made for a schedule, and not changed since.</summary>
    public static bool IsOwn(string name, string path)
        => Find(path) is { } content && MarkedFile.IsUnchanged(name, Encoding.UTF8.GetString(content));

    /// <summary>Whether a file belongs on this machine: rules for logrotate only where it is.</summary>
    public bool IsWanted(ScheduleFile file)
        => Path.GetDirectoryName(file.Path) != place.RotationDirectory || Directory.Exists(place.RotationDirectory);

    private IEnumerable<string> Others(ScheduleDefinition schedule)
        => ScheduleFiles.Outside(schedule.Name, place)
            .Except(ScheduleFiles.Of(schedule, place).Select(file => file.Path), StringComparer.Ordinal)
            .Where(path => Ownership.Of(path) is not null);

    private void Start(string name)
    {
        Command(name, "daemon-reload");
        Command(name, "enable", "--now", ScheduleUnits.NameOf(name) + ".timer");
        // A timer that ran before must take the new time.
        Command(name, "restart", ScheduleUnits.NameOf(name) + ".timer");
    }

    private void Command(string name, params string[] arguments)
    {
        var output = place.Tool("systemctl", arguments);
        if (output is { ExitCode: 0 }) return;
        var said = output?.Errors.Split('\n').FirstOrDefault(line => line.Length > 0)?.Trim().TrimEnd('.');
        throw new KernelMagnifierException(ErrorCode.SchedulerFailed, name,
            output is null ? "there is no systemctl." : $"systemctl {arguments[0]} failed{(said is null ? "" : $": {said}")}.",
            "Nothing was changed. See journalctl -xe.");
    }

    private void Undo(ScheduleDefinition schedule, List<(string Path, byte[]? Before)> written)
    {
        var isNew = written.All(file => file.Before is null);
        if (isNew && place.HasSystemd && written.Count > 1)
            _ = place.Tool("systemctl", ["disable", "--now", ScheduleUnits.NameOf(schedule.Name) + ".timer"]);
        foreach (var (path, before) in written.AsEnumerable().Reverse())
            try
            {
                if (before is null) Delete(path);
                else Write(path, before);
            }
            catch (KernelMagnifierException)
            {
                // The error that is being reported is what the user must know. The rest is listed as broken.
            }
        if (written.Count > 1 && place.HasSystemd) _ = place.Tool("systemctl", ["daemon-reload"]);
    }

    private static void Write(string path, byte[] content) => ScheduleStore.Guarded(path, () =>
    {
        using var directory = GuardedDirectory.Open(Path.GetDirectoryName(path)!);
        directory.Write(Path.GetFileName(path), content, replace: true);
        return 0;
    });

    private static void Delete(string path) => ScheduleStore.Guarded(path, () =>
    {
        File.Delete(path);
        return 0;
    });

    private static KernelMagnifierException Exists(string name, string path)
        => new(ErrorCode.ScheduleExists, name, $"{path} exists already.", "Choose another name, or replace the schedule.");
}
