using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Engine.Tests.Schedules;

public sealed class ScheduleRegistryTests : IDisposable
{
    private readonly ScheduleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARegisteredScheduleIsActive()
    {
        var schedule = _folder.Registry.Register(_folder.Definition(), force: false);
        Assert.Equal(("hourly", "Active", "Systemd"), (schedule.Name, schedule.State, schedule.Scheduler));
        Assert.Empty(schedule.Problems);
        Assert.Equal(["/etc/kernel-magnifier/schedules/hourly.json", "/etc/systemd/system/kernel-magnifier-hourly.service",
            "/etc/systemd/system/kernel-magnifier-hourly.timer", "/etc/logrotate.d/kernel-magnifier-hourly"],
            schedule.Files.Select(path => path[_folder.Root.Length..]));
        Assert.All(schedule.Files, path => Assert.True(File.Exists(path)));
        Assert.Equal(["daemon-reload", "enable --now kernel-magnifier-hourly.timer", "restart kernel-magnifier-hourly.timer"],
            _folder.Calls.Where(call => call.StartsWith("systemctl ", StringComparison.Ordinal)).Select(call => call["systemctl ".Length..]).Take(3));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Place.DefinitionDirectory));
    }

    [Fact]
    public void UnregisterLeavesNothing()
    {
        var before = _folder.Files();
        _folder.Registry.Register(_folder.Definition(), force: false);
        _folder.Runner.Run("hourly", default);
        var schedule = _folder.Registry.Unregister("hourly");
        Assert.Empty(schedule.Problems);
        Assert.Equal(before, _folder.Files());
        Assert.Empty(_folder.Registry.All());
    }

    [Fact]
    public void UnregisterKeepsWhatOthersWrote()
    {
        _folder.Registry.Register(_folder.Definition("a"), force: false);
        _folder.Registry.Register(_folder.Definition("ab"), force: false);
        var changed = Path.Combine(_folder.Place.UnitDirectory, "kernel-magnifier-a.service");
        File.AppendAllText(changed, "# by an administrator\n");
        var drop = Directory.CreateDirectory(Path.Combine(_folder.Place.UnitDirectory, "kernel-magnifier-a.timer.d")).FullName;
        var shown = _folder.Registry.Get("a");
        Assert.Equal("Broken", shown.State);
        Assert.Equal([$"{changed} was changed.", $"{drop} changes the units."], shown.Problems);
        Assert.Equal(2, _folder.Registry.Unregister("a").Problems.Count);
        Assert.True(File.Exists(changed));
        Assert.True(Directory.Exists(drop));
        Assert.Equal("Active", _folder.Registry.Get("ab").State);
    }

    [Fact]
    public void UnregisterWithForceRemovesChangedFiles()
    {
        _folder.Registry.Register(_folder.Definition(), force: false);
        var changed = Path.Combine(_folder.Place.UnitDirectory, "kernel-magnifier-hourly.service");
        File.AppendAllText(changed, "# by an administrator\n");
        Assert.Empty(_folder.Registry.Unregister("hourly", force: true).Problems);
        Assert.False(File.Exists(changed));
    }

    [Theory]
    [InlineData("daemon-reload")]
    [InlineData("enable")]
    [InlineData("restart")]
    public void ARefusalOfSystemdIsUndone(string refused)
    {
        var before = _folder.Files();
        _folder.Answer = (_, arguments) => new SchedulerOutput(arguments[0] == refused ? 1 : 0, "", "Failed: no\u001b[31m.\n");
        var error = Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(_folder.Definition(), force: false));
        Assert.Equal(ErrorCode.SchedulerFailed, error.Code);
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public void ARefusalOfAReplacementRestoresWhatWas()
    {
        _folder.Registry.Register(_folder.Definition(), force: false);
        var before = _folder.Files();
        _folder.Answer = (_, arguments) => new SchedulerOutput(arguments[0] == "restart" ? 1 : 0, "", "");
        Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(_folder.Definition(time: "daily"), force: true));
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsUndone()
    {
        var before = _folder.Files();
        Directory.CreateDirectory(Path.Combine(_folder.Place.UnitDirectory, "kernel-magnifier-hourly.timer"));
        Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(_folder.Definition(), force: true));
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public void ASecondOfTheSameNameNeedsForceAndItsNumbersGoOn()
    {
        _folder.Registry.Register(_folder.Definition(), force: false);
        _folder.Runner.Run("hourly", default);
        _folder.Registry.Suspend("hourly", "why");
        Assert.Equal(ErrorCode.ScheduleExists,
            Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(_folder.Definition(), force: false)).Code);
        var schedule = _folder.Registry.Register(_folder.Definition(time: "daily"), force: true);
        Assert.Equal(("Active", "daily", 1), (schedule.State, schedule.OnCalendar, schedule.Sequence!.Value));
    }

    [Fact]
    public void AFileOfOthersIsNotReplacedWithoutForce()
    {
        var path = Path.Combine(_folder.Place.UnitDirectory, "kernel-magnifier-hourly.timer");
        File.WriteAllText(path, "[Timer]\n");
        var before = _folder.Files();
        Assert.Equal(ErrorCode.ScheduleExists,
            Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(_folder.Definition(), force: false)).Code);
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public void AMissingFileMakesItBroken()
    {
        _folder.Registry.Register(_folder.Definition(), force: false);
        var path = Path.Combine(_folder.Place.UnitDirectory, "kernel-magnifier-hourly.timer");
        File.Delete(path);
        var schedule = _folder.Registry.Get("hourly");
        Assert.Equal(("Broken", $"{path} is missing."), (schedule.State, Assert.Single(schedule.Problems)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"schema\":\"kernel-magnifier-schedule\",\"schemaVersion\":2}")]
    public void ADamagedDefinitionMakesItBrokenAndItCanBeRemoved(string content)
    {
        _folder.Registry.Register(_folder.Definition(), force: false);
        File.WriteAllText(Path.Combine(_folder.Place.DefinitionDirectory, "hourly.json"), content);
        Assert.Equal("Broken", Assert.Single(_folder.Registry.All()).State);
        Assert.Empty(_folder.Registry.Unregister("hourly").Problems);
        Assert.Empty(_folder.Registry.All());
    }

    [Fact]
    public void ADefinitionIsReadAsItWasWritten()
    {
        var schedule = _folder.Definition() with
        {
            RandomizedDelay = TimeSpan.FromSeconds(1.5),
            Plan = new MeasurementPlan
            {
                Probe = "runq-late", Parameters = new Dictionary<string, string> { ["us"] = "500", ["name"] = "a \"b\"\u00e9" },
                Duration = TimeSpan.FromMilliseconds(250), CpuBudget = 0.01, MemoryBudget = 64 << 20, BufferSize = 8192,
                Library = "/l", Policy = "/p", Wait = TimeSpan.Zero, Top = 7, Method = MeasurementMethod.KernelHistograms,
            },
            SpoolSize = 1 << 20, Targets = [new LogTarget(LogTargetKind.Journal, ""), new LogTarget(LogTargetKind.File, "/var/log/a.ndjson")],
        };
        var bytes = ScheduleDefinitionFile.Write(schedule);
        Assert.Equal(bytes, ScheduleDefinitionFile.Write(ScheduleDefinitionFile.Read(bytes, "x")));
        var read = ScheduleDefinitionFile.Read(bytes, "x").Plan;
        Assert.Equal((schedule.Plan.Duration, schedule.Plan.Probe, "a \"b\"\u00e9"), (read.Duration, read.Probe, read.Parameters["name"]));
    }

    [Fact]
    public void AnExecutableThatOthersCanChangeIsRefused()
    {
        File.SetUnixFileMode(_folder.Executable, (UnixFileMode)Convert.ToInt32("775", 8));
        Assert.Equal(ErrorCode.OutputNotSafe,
            Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(_folder.Definition(), force: false)).Code);
        File.SetUnixFileMode(_folder.Executable, (UnixFileMode)Convert.ToInt32("755", 8));
        File.SetUnixFileMode(_folder.Root, (UnixFileMode)Convert.ToInt32("777", 8));
        Assert.Equal(ErrorCode.OutputNotSafe,
            Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(_folder.Definition(), force: false)).Code);
        File.SetUnixFileMode(_folder.Root, (UnixFileMode)Convert.ToInt32("700", 8));
        Assert.Empty(Directory.EnumerateFiles(_folder.Place.UnitDirectory));
    }

    [Fact]
    public void ALinkToAnExecutableIsFollowedAndJudged()
    {
        var link = Path.Combine(_folder.Root, "link");
        File.CreateSymbolicLink(link, _folder.Executable);
        ScheduleExecutable.Check(link);
        File.SetUnixFileMode(_folder.Executable, (UnixFileMode)Convert.ToInt32("777", 8));
        Assert.Throws<KernelMagnifierException>(() => ScheduleExecutable.Check(link));
    }

    [Fact]
    public void WithoutSystemdCronRunsIt()
    {
        using var folder = new ScheduleFolder(hasSystemd: false);
        var before = folder.Files();
        var schedule = folder.Registry.Register(folder.Definition(), force: false);
        Assert.Equal(("Active", "Cron"), (schedule.State, schedule.Scheduler));
        Assert.NotNull(schedule.NextRun);
        Assert.True(File.Exists(Path.Combine(folder.Place.CronDirectory, "kernel-magnifier-hourly")));
        Assert.Empty(Directory.EnumerateFiles(folder.Place.UnitDirectory));
        Assert.Empty(folder.Calls);
        folder.Registry.Unregister("hourly");
        Assert.Equal(before, folder.Files());
    }

    [Fact]
    public void WithoutASchedulerItIsRefused()
    {
        using var folder = new ScheduleFolder(hasSystemd: false);
        Directory.Delete(folder.Place.CronDirectory);
        Assert.Equal(ErrorCode.SchedulerFailed,
            Assert.Throws<KernelMagnifierException>(() => folder.Registry.Register(folder.Definition(), force: false)).Code);
    }

    [Fact]
    public void ATimeThatSystemdDoesNotKnowIsRefused()
    {
        _folder.Answer = (name, _) => name == "systemd-analyze" ? new SchedulerOutput(1, "", "Failed to parse calendar specification 'x': Invalid argument\n") : new SchedulerOutput(0, "", "");
        var error = Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Preview(_folder.Definition(time: "x")));
        Assert.Equal((ErrorCode.BadRequest, "x"), (error.Code, error.Target));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    [InlineData("a\u001b[31m")]
    public void AReasonIsOneLine(string reason)
    {
        _folder.Registry.Register(_folder.Definition(), force: false);
        Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Suspend("hourly", reason)).Code);
        Assert.Equal("Active", _folder.Registry.Get("hourly").State);
    }

    [Fact]
    public void AProbeIsCheckedBeforeAnythingIsWritten()
    {
        _folder.Place = _folder.Place with { CheckProbe = plan => throw new KernelMagnifierException(ErrorCode.ProbeNotApproved, plan.Probe, "no.") };
        var before = _folder.Files();
        var schedule = _folder.Definition() with { Plan = new MeasurementPlan { Probe = "runq-late" } };
        Assert.Equal(ErrorCode.ProbeNotApproved,
            Assert.Throws<KernelMagnifierException>(() => _folder.Registry.Register(schedule, force: false)).Code);
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public void TheNextRunIsThatOfSystemd()
    {
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 15, 0, 0, TimeSpan.Zero), ScheduleListing.TimeIn(
            "  Original form: hourly\nNormalized form: *-*-* *:00:00\n    Next elapse: Mon 2026-11-30 16:00:00 CET\n       (in UTC): Mon 2026-11-30 15:00:00 UTC\n       From now: 5min left\n"));
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 15, 0, 0, TimeSpan.Zero), ScheduleListing.TimeIn("    Next elapse: Mon 2026-11-30 15:00:00 UTC\n"));
        Assert.Null(ScheduleListing.TimeIn("    Next elapse: never\n"));
    }
}
