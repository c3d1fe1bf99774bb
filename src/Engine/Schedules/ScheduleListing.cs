using System.Globalization;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Schedules;

/// <summary>Finds how a schedule stands.</summary>
/// <param name="place">The directories and tools.</param>
/// <param name="store">The definitions and states.</param>
/// <param name="installer">The files.</param>
internal sealed class ScheduleListing(SchedulePlace place, ScheduleStore store, ScheduleInstaller installer)
{
    private const string InUtc = "(in UTC):", NextElapse = "Next elapse:";

    /// <summary>A schedule.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/>, or its state cannot be
    /// read.</exception>
    public Schedule Of(string name)
    {
        var state = store.State(name);
        try
        {
            return Of(store.Read(name), state);
        }
        catch (KernelMagnifierException error) when (error.Code == ErrorCode.ScheduleUnreadable)
        {
            return With(new Schedule
            {
                Name = name, State = "Broken", OnCalendar = "", Request = new MeasurementRequest(), Scheduler = "",
                Files = [ScheduleFiles.Definition(name, place), .. ScheduleFiles.Outside(name, place).Where(File.Exists)],
                Problems = [$"{error.Target}: {error.Cause}"],
            }, state);
        }
    }

    private Schedule Of(ScheduleDefinition schedule, ScheduleState state)
    {
        var files = ScheduleFiles.Of(schedule, place);
        List<string> broken = [.. files.Skip(1).Select(file => ProblemOf(schedule.Name, file)).OfType<string>()], notes = [];
        if (schedule.Scheduler == ScheduleDefinitionFile.Systemd && !IsActive(schedule.Name))
            broken.Add($"The timer {ScheduleUnits.NameOf(schedule.Name)}.timer is not active.");
        if (!Directory.Exists(place.RotationDirectory))
            notes.AddRange(ScheduleTargets.Growing(schedule.Targets).Select(path
                => $"There is no logrotate, so {path} grows without a limit."));
        notes.AddRange(ScheduleFiles.DropIns(schedule.Name, place).Select(path => $"{path} changes the units."));
        return With(new Schedule
        {
            Name = schedule.Name, State = broken.Count > 0 ? "Broken" : state.Suspension is null ? "Active" : "Suspended",
            OnCalendar = schedule.OnCalendar, RandomizedDelay = schedule.RandomizedDelay,
            Request = ScheduledRequest.Of(schedule.Plan), LogTo = [.. schedule.Targets.Select(target => target.ToString())],
            Scheduler = schedule.Scheduler, NextRun = NextRun(schedule),
            Files = [.. files.Where(installer.IsWanted).Select(file => file.Path)], Problems = [.. broken, .. notes],
        }, state);
    }

    private Schedule With(Schedule schedule, ScheduleState state) => schedule with
    {
        Reason = state.Suspension?.Reason, SuspendedSince = state.Suspension?.Since,
        LastRun = state.Last?.Start, LastStatus = state.Last?.Status, Sequence = state.Last?.Sequence,
        // A state that was never written has no epoch yet.
        Epoch = state.NextSequence > 1 ? state.Epoch : null, Overruns = state.Overruns,
        Waiting = place.Waiting(place.SpoolOf(schedule.Name)),
    };

    private string? ProblemOf(string name, ScheduleFile file)
    {
        if (!installer.IsWanted(file)) return null;
        try
        {
            if (ScheduleInstaller.Find(file.Path) is null) return $"{file.Path} is missing.";
            return ScheduleInstaller.IsOwn(name, file.Path) ? null : $"{file.Path} was changed.";
        }
        catch (KernelMagnifierException error)
        {
            return $"{file.Path}: {error.Cause}";
        }
    }

    private bool IsActive(string name)
        => place.Tool("systemctl", ["is-active", "--quiet", ScheduleUnits.NameOf(name) + ".timer"]) is { ExitCode: 0 };

    private DateTimeOffset? NextRun(ScheduleDefinition schedule)
    {
        if (schedule.Scheduler == ScheduleDefinitionFile.Cron)
            try
            {
                return CronTime.Of(schedule.OnCalendar).Next(place.Now());
            }
            catch (KernelMagnifierException)
            {
                return null;
            }
        return place.Tool("systemd-analyze", ["calendar", "--", schedule.OnCalendar]) is { ExitCode: 0 } output
            ? TimeIn(output.Text) : null;
    }

    /// <summary>The time in the output of <c>systemd-analyze calendar</c>; null if there is none in UTC.</summary>
    internal static DateTimeOffset? TimeIn(string text)
    {
        string? next = null;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith(InUtc, StringComparison.Ordinal)) next = line[InUtc.Length..];
            else if (line.StartsWith(NextElapse, StringComparison.Ordinal)) next ??= line[NextElapse.Length..];
        }
        // Mon 2026-11-30 15:00:00 UTC
        return next?.Trim().Split(' ') is [_, var date, var time, "UTC"]
            && DateTimeOffset.TryParseExact($"{date} {time}", ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF"],
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }
}
