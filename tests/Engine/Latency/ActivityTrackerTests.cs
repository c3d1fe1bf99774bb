using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>What the activity tracker says must agree with the intervals of docs/latency.md.</summary>
public sealed class ActivityTrackerTests
{
    public static TheoryData<string, bool> Recordings => new()
    {
        { "sched.dat", true }, { "sched-nocomp.dat.zst", true }, { "sched-v6.dat.zst", true }, { "sched-odd.dat.zst", true },
        { "block.dat", true }, { "all.dat", true }, { "all-tsc.dat.zst", true }, { "all-fg.dat", false }, { "all-lossy.dat", false },
        { "wakeup-only.dat.zst", true }, { "runqlat.dat.zst", true }, { "trace-default.txt.zst", true }, { "trace-sched-odd.txt.zst", true },
        { "pipe-lossy.txt.zst", false }, { "perf-sched.script.txt.zst", false }, { "tracers/timerlat.dat", true }, { "tracers/rt-all.dat.zst", true },
    };

    [SharedDataTheory]
    [MemberData(nameof(Recordings))]
    public void ATaskIsRunnableInItsWaits(string name, bool isComplete)
    {
        var path = SharedData.Shared($"latency/{name}");
        var intervals = CollectedIntervals.Of(path);
        var (activity, tracker) = CollectedActivity.Of(path);
        var waits = intervals.All.Where(i => i.Kind is IntervalKind.Wakeup or IntervalKind.WakeupNew or IntervalKind.Preempted).ToList();
        var wrong = waits.Where(i => !activity.IsRunnable(i.ProcessId, i.Start, i.End)).ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {waits.Count} waits, such as {wrong.FirstOrDefault().Kind} of "
            + $"{wrong.FirstOrDefault().ProcessId} from {wrong.FirstOrDefault().Start} to {wrong.FirstOrDefault().End}");
        Assert.NotEmpty(waits);
        var waited = waits.Sum(wait => wait.Length);
        if (isComplete) Assert.True(activity.Waited == waited, $"{activity.Waited} ns runnable, {waited} ns in waits");
        if (isComplete) Assert.Equal(0, tracker.MissingSwitches);
    }
}
