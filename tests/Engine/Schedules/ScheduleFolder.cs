using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Engine.Tests.Schedules;

/// <summary>A machine for schedules in a directory, with a systemctl and a measurement of its own.</summary>
internal sealed class ScheduleFolder : IDisposable
{
    public ScheduleFolder(bool hasSystemd = true)
    {
        // Below the home directory: one in /tmp is refused.
        var home = Environment.GetEnvironmentVariable("KM_TEST_HOME") ?? Environment.GetEnvironmentVariable("HOME") ?? "/";
        Root = Directory.CreateDirectory(Path.Combine(home, $".km-test-{Path.GetRandomFileName()}"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        foreach (var path in new[] { "/etc/systemd/system", "/etc/cron.d", "/etc/logrotate.d", "/var/lib", "/var/log", hasSystemd ? "/run/systemd/system" : "/run" })
            Directory.CreateDirectory(Root + path);
        Executable = Path.Combine(Root, "kernel-magnifier");
        File.WriteAllText(Executable, "#!/bin/sh\n");
        File.SetUnixFileMode(Executable, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Place = new SchedulePlace
        {
            Root = Root,
            Tool = (name, arguments) =>
            {
                Calls.Add($"{name} {string.Join(' ', arguments)}");
                return Answer(name, arguments);
            },
            Measure = (plan, cancel) => Measure(plan, cancel),
            Deliver = (_, _, record, _, _) =>
            {
                if (record is not null) Delivered.Add(record);
                return [];
            },
            CheckProbe = _ => { },
            Boot = "boot-1",
        };
    }

    public string Root { get; }

    public string Executable { get; }

    public SchedulePlace Place { get; set; }

    public ScheduleRegistry Registry => new(Place);

    public ScheduleRunner Runner => new(Place);

    /// <summary>The calls of programs.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The records that were delivered.</summary>
    public List<Measurement> Delivered { get; } = [];

    /// <summary>What programs return.</summary>
    public Func<string, IReadOnlyList<string>, SchedulerOutput?> Answer { get; set; } = (_, _) => new SchedulerOutput(0, "", "");

    /// <summary>The measurement.</summary>
    public Func<MeasurementPlan, CancellationToken, Measurement> Measure { get; set; } = (plan, _) => Record(plan);

    /// <summary>A schedule.</summary>
    public ScheduleDefinition Definition(string name = "hourly", string time = "hourly") => new()
    {
        Name = name, OnCalendar = time, Plan = new MeasurementPlan { Presets = ["Scheduling"] },
        Targets = [new LogTarget(LogTargetKind.File, $"/var/log/kernel-magnifier/{name}.ndjson")], Executable = Executable,
        Scheduler = Place.HasSystemd ? "Systemd" : "Cron", Registered = DateTimeOffset.UnixEpoch,
    };

    /// <summary>A record of a run that completed.</summary>
    public static Measurement Record(MeasurementPlan plan) => new()
    {
        Id = Guid.NewGuid(), Status = "Completed", StartTime = DateTimeOffset.UtcNow, Request = ScheduledRequest.Of(plan),
    };

    /// <summary>All files below the root with their content, but the directories' locks.</summary>
    public Dictionary<string, string> Files()
        => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).ToDictionary(path => path[Root.Length..], File.ReadAllText);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
