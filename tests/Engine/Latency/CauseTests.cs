using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>The shares of every interval add up to it.</summary>
public sealed class CauseTests
{
    public static TheoryData<string> Recordings =>
    [
        "sched.dat", "sched-nocomp.dat.zst", "sched-v6.dat.zst", "sched-odd.dat.zst", "irq.dat", "rawsys.dat", "syscalls.dat", "block.dat",
        "all.dat", "all-tsc.dat.zst", "all-fg.dat", "all-lossy.dat", "wakeup-only.dat.zst", "runqlat.dat.zst", "trace-default.txt.zst",
        "trace-latfmt.txt.zst", "trace-sched-odd.txt.zst", "trace-overwritten.txt.zst", "pipe-default.txt.zst", "pipe-lossy.txt.zst",
        "perf-sched.script.txt.zst", "tracers/timerlat.dat", "tracers/rt-all.dat.zst", "tracers/timerlat-events.txt.zst",
        "tracers/osnoise-events.txt.zst",
    ];

    [SharedDataTheory]
    [MemberData(nameof(Recordings))]
    public void SharesAddUp(string name)
    {
        using var reader = TraceFile.Open(SharedData.Shared($"latency/{name}"));
        var outliers = new OutlierReading(new LatencyPlan { Kinds = [IntervalKind.Wakeup] }, IntervalFloor.P99);
        List<CauseTarget> wakeups = [.. outliers.Read(reader, default).Select(CauseTarget.Of)];
        var sample = ChosenIntervals.Of(reader, null).GroupBy(target => target.Kind).SelectMany(kind => kind.Where((_, i) => i % 37 == 0).Take(400));
        CauseTarget[] targets = [.. wakeups, .. sample];
        var causes = CauseReading.Read(reader, targets);
        Assert.Equal(targets.Length, causes.Count);
        foreach (var cause in causes)
        {
            Assert.True(cause.DurationNanoseconds == cause.Shares.Sum(share => share.Nanoseconds), cause.Sentence);
            Assert.All(cause.Shares, share => Assert.True(share is { Nanoseconds: > 0, Count: > 0 }, cause.Sentence));
        }
        if (wakeups.Count == 0) return;
        var sum = CauseTotal.Of([.. causes.Take(wakeups.Count)], outliers.Limit);
        Assert.Equal(sum.DurationNanoseconds, sum.Shares.Sum(share => share.Nanoseconds));
        Assert.Equal(wakeups.Count, sum.Count);
    }
}
