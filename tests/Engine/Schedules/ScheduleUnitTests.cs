using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Engine.Tests.Schedules;

public sealed class ScheduleUnitTests
{
    private static readonly ScheduleDefinition Hourly = new()
    {
        Name = "hourly-latency", OnCalendar = "hourly", RandomizedDelay = TimeSpan.FromMinutes(5),
        Plan = new MeasurementPlan { Presets = ["Scheduling"] },
        Targets = [new LogTarget(LogTargetKind.File, "/var/log/kernel-magnifier/hourly-latency.ndjson"), new LogTarget(LogTargetKind.Journal, "")],
        Executable = "/usr/bin/kernel-magnifier", Scheduler = "Systemd",
    };

    private static readonly ScheduleDefinition Probe = Hourly with
    {
        Name = "runq", OnCalendar = "*:0/15", Plan = new MeasurementPlan { Probe = "runq-late" },
        Targets = [new LogTarget(LogTargetKind.Otlp, "http://localhost:4318/v1/metrics"), new LogTarget(LogTargetKind.File, "/srv/100% \"logs\"\\a b/runq.ndjson")],
    };

    [Fact]
    public void ATimerIsWrittenInFull() => Assert.Equal("""
        [Unit]
        Description=Kernel Magnifier: timer of the schedule hourly-latency

        [Timer]
        OnCalendar=hourly
        RandomizedDelaySec=300s
        AccuracySec=1s
        Persistent=yes

        [Install]
        WantedBy=timers.target

        """, ScheduleUnits.Timer(Hourly));

    [Fact]
    public void AServiceIsWrittenInFull() => Assert.Equal("""
        [Unit]
        Description=Kernel Magnifier: a run of the schedule hourly-latency

        [Service]
        Type=oneshot
        ExecStart=/usr/bin/kernel-magnifier schedule run hourly-latency
        ExecStopPost=/usr/bin/kernel-magnifier schedule finish hourly-latency
        SyslogIdentifier=kernel-magnifier
        SuccessExitStatus=143
        # The whole run: RuntimeMaxSec has no effect on this type of service.
        TimeoutStartSec=130s
        TimeoutStopSec=45s
        CPUQuota=50%
        MemoryMax=301989888
        MemorySwapMax=0
        TasksMax=64
        Nice=5
        IOSchedulingClass=best-effort
        IOSchedulingPriority=7
        UMask=0027
        ProtectSystem=strict
        ProtectHome=yes
        PrivateTmp=yes
        StateDirectory=kernel-magnifier
        StateDirectoryMode=0700
        ReadOnlyPaths=/run /sys /proc/sys -/proc/sysrq-trigger -/proc/irq -/proc/acpi -/proc/fs -/proc/latency_stats
        ReadWritePaths="/sys/kernel/tracing"
        LogsDirectory=kernel-magnifier
        LogsDirectoryMode=0750
        NoNewPrivileges=yes
        LockPersonality=yes
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHostname=yes
        PrivateDevices=yes
        DevicePolicy=closed
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        SystemCallArchitectures=native
        SystemCallErrorNumber=EPERM
        KeyringMode=private
        PrivateIPC=yes
        RestrictAddressFamilies=AF_UNIX
        PrivateNetwork=yes
        IPAddressDeny=any
        CapabilityBoundingSet=
        MemoryDenyWriteExecute=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged

        """, ScheduleUnits.Service(Hourly));

    [Fact]
    public void AProbeHasWhatBpftraceNeeds() => Assert.EndsWith("""

        CapabilityBoundingSet=CAP_SYS_ADMIN CAP_BPF CAP_PERFMON CAP_SYSLOG CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
        # Kernels before 5.11 count maps as locked memory.
        LimitMEMLOCK=infinity
        ReadWritePaths="-/sys/kernel/debug"
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged
        SystemCallFilter=bpf perf_event_open capset

        """, ScheduleUnits.Service(Probe), StringComparison.Ordinal);

    [Fact]
    public void APathIsEscaped()
    {
        var text = ScheduleUnits.Service(Probe);
        Assert.Contains("ReadWritePaths=\"/srv/100%% \\\"logs\\\"\\\\a b\"\n", text, StringComparison.Ordinal);
        Assert.Contains("RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("PrivateNetwork", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ALineForCronIsWrittenInFull()
    {
        var files = ScheduleFiles.Of(Hourly with { Scheduler = "Cron", OnCalendar = "Mon *-*-* 03:00" }, new SchedulePlace());
        var table = files.Single(file => file.Path == "/etc/cron.d/kernel-magnifier-hourly-latency").Content;
        Assert.True(MarkedFile.IsUnchanged("hourly-latency", table));
        Assert.Equal("""
            SHELL=/bin/sh
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
            MAILTO=""
            0 3 * * 1 root nice -n 5 timeout -k 30 430 /usr/bin/kernel-magnifier schedule run hourly-latency --delay 300; /usr/bin/kernel-magnifier schedule finish hourly-latency --exit-code $?

            """, table[(table.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    [Theory]
    [InlineData("a\nExecStart=/bin/sh")]
    [InlineData("a b")]
    [InlineData("../a")]
    [InlineData("%n")]
    [InlineData("$(id)")]
    [InlineData("-a")]
    [InlineData("")]
    [InlineData("a\n")]
    public void AHostileNameIsRefused(string name) => Refused(Hourly with { Name = name });

    [Theory]
    [InlineData("hourly\nUnit=sshd.service")]
    [InlineData("hourly%n")]
    [InlineData("hourly;id")]
    [InlineData("-x")]
    [InlineData("")]
    public void AHostileTimeIsRefused(string time) => Refused(Hourly with { OnCalendar = time });

    [Theory]
    [InlineData("/usr/bin/a b")]
    [InlineData("/usr/bin/$HOME")]
    [InlineData("/usr/bin/%n")]
    [InlineData("/usr/bin/a;id")]
    [InlineData("usr/bin/a")]
    [InlineData("/usr/../tmp/a")]
    [InlineData("/usr/bin/a\n")]
    public void AHostileExecutableIsRefused(string path) => Refused(Hourly with { Executable = path });

    [Theory]
    [InlineData("/var/log/a\nReadWritePaths=/")]
    [InlineData("var/log/a")]
    [InlineData("/var/log/../a")]
    public void AHostileTargetIsRefused(string path) => Refused(Hourly with { Targets = [new LogTarget(LogTargetKind.File, path)] });

    [ProgramFact("systemd-analyze")]
    public void UnitsPassVerifyWithoutAWord()
    {
        using var folder = new ScheduleFolder();
        foreach (var schedule in new[] { Hourly, Probe })
        {
            var name = ScheduleUnits.NameOf(schedule.Name);
            var service = Path.Combine(folder.Root, name + ".service");
            // The executable and the directories must exist here.
            File.WriteAllText(service, ScheduleUnits.Service(schedule with { Executable = folder.Executable }));
            File.WriteAllText(Path.Combine(folder.Root, name + ".timer"), ScheduleUnits.Timer(schedule));
            var said = Analyze("verify", "--man=no", service, Path.Combine(folder.Root, name + ".timer"));
            Assert.Equal("", string.Join('\n', said.Split('\n').Where(line => line.Contains(name, StringComparison.Ordinal))));
        }
    }

    /// <summary>The exposure that systemd computes: the lower, the less a unit may do.</summary>
    [ProgramFact("systemd-analyze")]
    public void UnitsAreSandboxed()
    {
        using var folder = new ScheduleFolder();
        Assert.InRange(Exposure(folder, Hourly with { Executable = folder.Executable }), 0, 1.5);
        Assert.InRange(Exposure(folder, Probe with { Executable = folder.Executable }), 0, 4.0);
    }

    private static double Exposure(ScheduleFolder folder, ScheduleDefinition schedule)
    {
        var service = Path.Combine(folder.Root, ScheduleUnits.NameOf(schedule.Name) + ".service");
        File.WriteAllText(service, ScheduleUnits.Service(schedule));
        var said = Analyze("security", "--offline=true", "--no-pager", service);
        var found = Regex.Match(said, @"Overall exposure level for \S+: ([0-9.]+)");
        Assert.True(found.Success, said);
        return double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Analyze(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("systemd-analyze", arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text + errors.Result;
    }

    private static void Refused(ScheduleDefinition schedule)
    {
        var registry = new ScheduleRegistry(new SchedulePlace { Tool = (_, _) => null });
        Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => registry.Preview(schedule)).Code);
    }
}
