using KernelMagnifier.Logs;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Schedules;

/// <summary>The schedules of this machine: registers, lists, suspends, resumes and removes them.</summary>
/// <param name="place">The directories and tools.</param>
internal sealed class ScheduleRegistry(SchedulePlace place)
{
    private const UnixFileMode LogMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private readonly ScheduleStore _store = new(place);
    private readonly ScheduleInstaller _installer = new(place);

    /// <summary>The directories and tools.</summary>
    public SchedulePlace Place => place;

    /// <summary>The scheduler of this machine.</summary>
    public string Scheduler => place.HasSystemd ? ScheduleDefinitionFile.Systemd : ScheduleDefinitionFile.Cron;

    /// <summary>The names of the schedules.</summary>
    public IReadOnlyList<string> Names => _store.Names();

    /// <summary>The files that <see cref="Register"/> would write, by path. Changes nothing and needs no privilege.</summary>
    /// <exception cref="KernelMagnifierException">The definition is wrong.</exception>
    public IReadOnlyList<ScheduleFile> Preview(ScheduleDefinition definition)
    {
        ScheduleCheck.Check(definition, place);
        return ScheduleFiles.Of(definition, place);
    }

    /// <summary>Registers a schedule and starts its timer.</summary>
    /// <param name="definition">The schedule.</param>
    /// <param name="force">Replace one of the same name. The numbers of its runs go on; its suspension ends.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleExists"/>,
    /// <see cref="ErrorCode.SchedulerFailed"/>, or the definition is wrong.</exception>
    public Schedule Register(ScheduleDefinition definition, bool force)
    {
        ScheduleCheck.Check(definition, place);
        CheckUser(definition.Name);
        ScheduleExecutable.Check(definition.Executable);
        if (definition.Plan.Probe is not null) place.CheckProbe(definition.Plan);
        if (definition.Scheduler == ScheduleDefinitionFile.Cron && !Directory.Exists(place.CronDirectory))
            throw new KernelMagnifierException(ErrorCode.SchedulerFailed, definition.Name,
                "this machine has neither systemd nor cron.", "Install cron.");
        _store.Create();
        CreateLogs(definition);
        if (!force && _store.Has(definition.Name))
            throw new KernelMagnifierException(ErrorCode.ScheduleExists, definition.Name, "a schedule of this name exists.",
                "Choose another name, or replace the schedule.");
        CheckOthers(definition);
        _installer.Install(definition, force);
        _ = _store.Update(definition.Name, (state, _) => (state with { Suspension = null, Overruns = 0 }, 0));
        return Get(definition.Name);
    }

    /// <summary>The schedules, by name.</summary>
    public IReadOnlyList<Schedule> All() => [.. _store.Names().Select(Get)];

    /// <summary>A schedule.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/>.</exception>
    public Schedule Get(string name) => new ScheduleListing(place, _store, _installer).Of(name);

    /// <summary>The definition of a schedule.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/> or
    /// <see cref="ErrorCode.ScheduleUnreadable"/>.</exception>
    public ScheduleDefinition Definition(string name) => _store.Read(name);

    /// <summary>Suspends a schedule: its runs leave records that say so, and measure nothing.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/>.</exception>
    public Schedule Suspend(string name, string reason)
    {
        Require(name);
        ScheduleCheck.CheckReason(name, reason);
        var by = PrivilegedCaller.User is { Length: > 0 } caller ? caller : Environment.UserName;
        _ = _store.Update(name, (state, _)
            => (state with { Suspension = new ScheduleSuspension(reason, place.Now(), by.Length > 0 ? by : "root") }, 0));
        return Get(name);
    }

    /// <summary>Ends the suspension of a schedule, and begins to count its runs over the budget anew.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/>.</exception>
    public Schedule Resume(string name)
    {
        Require(name);
        _ = _store.Update(name, (state, _) => (state with { Suspension = null, Overruns = 0 }, 0));
        return Get(name);
    }

    /// <summary>Removes a schedule and its files. Its logs stay.</summary>
    /// <param name="name">The schedule.</param>
    /// <param name="force">Remove its files too that somebody changed. Without it, they stay, and
    /// <see cref="Schedule.Problems"/> names them.</param>
    /// <returns>The schedule as it was.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleNotFound"/>.</exception>
    public Schedule Unregister(string name, bool force = false)
    {
        Require(name);
        var schedule = Get(name);
        if (schedule.Waiting > 0) schedule = schedule with { Waiting = Flush(name) };
        var kept = _installer.Remove(name, force);
        _store.Forget(name);
        return schedule with
        {
            Problems =
            [
                .. kept.Select(path => $"{path} was changed since the schedule was registered, so it is kept."),
                .. ScheduleFiles.DropIns(name, place).Select(path => $"{path} is not of this product, so it is kept."),
                .. schedule.Waiting > 0 ? [$"{schedule.Waiting} records never reached their receivers."] : (string[])[],
            ],
        };
    }

    /// <summary>Delivers the records that wait a last time.</summary>
    /// <returns>The number of those that still wait.</returns>
    private long Flush(string name)
    {
        try
        {
            return place.Deliver(_store.Read(name), place.SpoolOf(name), null, ScheduleTimes.LastDelivery, default)
                .Sum(result => result.Waiting);
        }
        catch (KernelMagnifierException)
        {
            // The definition is damaged, and nobody knows where they were to go.
            return Get(name).Waiting;
        }
    }

    private void Require(string name)
    {
        ScheduleCheck.CheckName(name);
        CheckUser(name);
        if (!_store.Has(name)) throw ScheduleStore.NotFound(name);
    }

    /// <summary>
    /// Refuses a file that another schedule writes: a textfile would lose the counters of the other one, and logrotate skips
    /// rules that name a file twice.
    /// </summary>
    private void CheckOthers(ScheduleDefinition definition)
    {
        foreach (var other in _store.Names().Where(name => name != definition.Name))
        {
            IReadOnlyList<LogTarget> taken;
            try
            {
                taken = _store.Read(other).Targets;
            }
            catch (KernelMagnifierException)
            {
                // A broken schedule writes nothing.
                continue;
            }
            if (ScheduleTargets.Paths(definition.Targets).Intersect(ScheduleTargets.Paths(taken)).FirstOrDefault() is { } shared)
                throw new KernelMagnifierException(ErrorCode.BadRequest, shared, $"the schedule {other} writes this file.",
                    "Give each schedule a file of its own; Import-KmLog and node_exporter read several.");
        }
    }

    private void CheckUser(string name)
    {
        if (place.Root.Length == 0 && ProcessCalls.EffectiveUser() != 0)
            throw new KernelMagnifierException(ErrorCode.NotRoot, name, "only root can change schedules.",
                "Run it as root, such as with sudo.");
    }

    /// <summary>Creates the default directory of logs. Others must be there: their modes are not for this product to
    /// choose.</summary>
    private void CreateLogs(ScheduleDefinition definition)
    {
        foreach (var path in ScheduleTargets.Paths(definition.Targets))
        {
            var directory = Path.GetDirectoryName(path)!;
            if (Directory.Exists(place.Root + directory)) continue;
            if (directory != SchedulePlace.LogDirectory) throw OutputDirectory.Missing(path, directory);
            _ = ScheduleStore.Guarded(directory, () => Directory.CreateDirectory(place.Root + directory, LogMode));
        }
    }
}
