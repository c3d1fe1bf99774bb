using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>What the header of a latency tracer states is an interval.</summary>
public class TracerMaximumTests
{
    [SharedDataFact]
    public void TheHeaderOfATracerIsAnInterval()
    {
        var intervals = CollectedIntervals.Of(SharedData.Shared("latency/tracers/wakeup.txt.zst"));
        var maximum = Assert.Single(intervals.All, i => i.Kind == IntervalKind.TracerMaximum);
        Assert.Equal((5_480_000, 1, 27, "wakeup", "rcuc/1"),
            (maximum.Length, maximum.Cpu, maximum.ProcessId, intervals.Names.Key(maximum.Key), intervals.Names.Comm(27)));
        Assert.Equal((1, 1, 1), (intervals.Accounts[IntervalKind.TracerMaximum].Starts, intervals.Accounts[IntervalKind.TracerMaximum].Ends,
            intervals.Accounts[IntervalKind.TracerMaximum].Count));
    }

    [SharedDataFact]
    public void AHeaderWithoutALatencyIsNone()
        => Assert.DoesNotContain(CollectedIntervals.Of(SharedData.Shared("latency/tracers/osnoise.txt.zst")).All, i => i.Kind == IntervalKind.TracerMaximum);
}
