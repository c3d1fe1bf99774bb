using KernelMagnifier.Latency;
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
