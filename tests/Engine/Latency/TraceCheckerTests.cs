using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Tests what is said of the trust in recordings.</summary>
public sealed class TraceCheckerTests
{
    private static TraceCheck Check(string recording)
    {
        var file = SharedData.Shared($"latency/{recording}");
        using var reader = TraceFile.Open(file);
        return TraceChecker.Check(reader, default);
    }

    [SharedDataTheory]
    [InlineData("sched.dat")]
    [InlineData("all.dat")]
    [InlineData("block.dat")]
    [InlineData("irq.dat")]
    [InlineData("rawsys.dat")]
    [InlineData("all-tsc.dat.zst")]
    [InlineData("wakeup-only.dat.zst")]
    [InlineData("trace-default.txt.zst")]
    public void A_recording_without_losses_is_complete(string recording)
    {
        var check = Check(recording);
        Assert.Equal("Complete", check.Verdict);
        Assert.Equal([], check.CpusNotSeen);
        Assert.Empty(check.Losses);
        Assert.All(check.Checks, one => Assert.True(one.Passed, one.ToString()));
    }

    [SharedDataFact]
    public void The_time_of_a_cpu_is_accounted_for_between_losses()
    {
        var check = Check("all-lossy.dat");
        Assert.Equal("Incomplete", check.Verdict);
        Assert.Equal(17, check.LossCount);
        Assert.Equal(3, check.Losses.Count(loss => loss.Events is null));
        Assert.Equal(24_885, check.Losses.Sum(loss => loss.Events ?? 0));
        Assert.All(check.Losses, loss => Assert.True(loss.From < loss.To, loss.ToString()));
        Assert.All(check.Checks.Where(one => one.Name == "CpuTime"), one => Assert.True(one is { Passed: true, Found: > 0 }, one.ToString()));
        Assert.Null(check.Checks.Single(one => one.Name == "SwitchBalance").Passed);
    }

    [SharedDataFact]
    public void Events_of_ended_tasks_are_a_finding_and_no_contradiction()
    {
        var check = Check("perf-sched.script.txt.zst");
        Assert.Equal("Incomplete", check.Verdict);
        Assert.Equal("EndedTasks", Assert.Single(check.Findings).Code);
        Assert.All(check.Checks, one => Assert.Equal(one.Name is "TimesAscend" or "Accounts" ? true : null, one.Passed));
        Assert.Contains(check.Checks, one => one.Name == "SwitchChain"
            && one.ToString().EndsWith("not checked, because events of tasks that had ended are in no interval", StringComparison.Ordinal));
    }

    [SharedDataFact]
    public void Findings_say_where_and_what_to_do()
    {
        var findings = Check("all-lossy.dat").Findings;
        Assert.Equal(["EventsLost", "EventsLost"], findings.Select(finding => finding.Code));
        Assert.Equal([0, 1], findings.Select(finding => finding.Cpu));
        Assert.Equal("CPU 1 lost at least 8,973 events in 8 gaps, from 15.286174 to 15.883476 s. "
            + "Record with a larger buffer (-BufferSize or --buffer-size) or with fewer events.", findings[1].ToString());
        Assert.Equal("NoWaking", Assert.Single(Check("wakeup-only.dat.zst").Findings).Code);
        Assert.Empty(Check("sched.dat").Findings);
    }

    [Theory]
    [InlineData("TimesAscend", "-Clock mono")]
    [InlineData("SwitchChain", "larger buffer")]
    [InlineData("Accounts", "bug")]
    public void A_failed_check_is_a_finding(string name, string action)
    {
        var check = new TraceCheck(new TraceInfo("a.dat") { Events = 1 })
        {
            Checks = [new SelfCheck(name, "It holds.", 3, false, 0, 1234, "events"), new SelfCheck("Other", "", null, null, null, null, "")],
        };
        var finding = Assert.Single(check.Findings);
        Assert.Equal("Contradictory", check.Verdict);
        Assert.Equal(("CheckFailed", 3), (finding.Code, finding.Cpu));
        Assert.Equal($"{name} failed on CPU 3: 1,234 events, expected 0. It holds.", finding.Cause);
        Assert.Contains(action, finding.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_without_events_or_with_warnings_is_incomplete()
    {
        var check = new TraceCheck(new TraceInfo("a.dat") { Warnings = ["it is cut"], IsComplete = false, NotParsed = 2, Cpus = 4 })
        {
            CpusNotSeen = [0, 1, 3],
        };
        Assert.Equal("Incomplete", check.Verdict);
        Assert.Equal(["NotReadToEnd", "NoEvents", "Warnings", "CpuNotSeen", "NotParsed"], check.Findings.Select(finding => finding.Code));
        Assert.Contains(check.Findings, finding => finding.Cause == "CPU 0-1,3 of 4 has no event.");
    }

    [SharedDataFact]
    public void Missing_events_are_named()
    {
        var check = Check("block.dat");
        var kinds = check.Kinds.ToDictionary(kind => kind.Kind);
        Assert.True(kinds["Wakeup"].CanMeasure);
        Assert.False(kinds["WakeupNew"].CanMeasure);
        Assert.Null(kinds["WakeupNew"].Count);
        Assert.Equal(["sched:sched_wakeup_new"], kinds["WakeupNew"].Missing);
    }
}
