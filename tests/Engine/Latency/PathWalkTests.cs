using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Paths through made-up events whose causes are known, to the count.</summary>
public sealed class PathWalkTests
{
    /// <summary>Task 1 runs from 1000 to 1100 on CPU 0 and then sleeps; task 2 sleeps since before, on CPU 1.</summary>
    private static PathStream Asleep()
        => new PathStream().At(900).Switch(1, 2, "S", 0).At(1000).Switch(0, 0, "R", 1).At(1100).Switch(0, 1, "S", 0);

    [Fact]
    public void AChainOfThreeWakers()
    {
        var path = new PathStream(since: 1000)
            .At(900).Switch(2, 2, "S", 0).Switch(3, 3, "S", 0).Switch(1, 0, "R", 4)
            .At(950).Switch(0, 0, "R", 1).At(1100).Switch(0, 1, "S", 0)
            .At(2000).Waking(1, 4, 3).At(2100).Switch(3, 0, "R", 3)
            .At(3000).Waking(3, 3, 2).At(3100).Switch(2, 0, "R", 2)
            .At(4000).Waking(2, 2, 1).At(4150).Switch(0, 0, "R", 1).At(4500).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(
        [
            "1000-1100 0 Running 1 on 0", "1100-2000 3 Running 4 on 1", "2000-2100 2 Waiting 3 on 3: idle", "2100-3000 2 Running 3 on 3",
            "3000-3100 1 Waiting 2 on 2: idle", "3100-4000 1 Running 2 on 2", "4000-4150 0 Waiting 1 on 0: idle",
            "4150-4500 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void ATimer()
    {
        var path = Asleep().At(2000).Event("irq_handler_entry", 0, 0, 1, "clock").At(2010).Event("hrtimer_expire_entry", 0, 0, 7, "hrtimer_wakeup")
            .At(2020).Waking(0, 0, 1, ExecutionContext.HardIrq).At(2030).Event("hrtimer_expire_exit", 0, 0, 7)
            .At(2040).Event("irq_handler_exit", 0, 0, 1).At(2100).Switch(0, 0, "R", 1).At(2200).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(
        [
            "900-1000 0 Unknown 1", "1000-1100 0 Running 1 on 0", "1100-2000 0 Blocked 1: timer", "2000-2020 1 HardIrq on 0: 1/clock",
            "2020-2040 0 Waiting 1 on 0: 1/clock", "2040-2100 0 Waiting 1 on 0: idle", "2100-2200 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void ASoftIrqThatIsNoTimerIsNotFollowed()
    {
        var path = Asleep().At(1500).Switch(1, 0, "R", 2).At(2000).Event("softirq_entry", 1, 2, 3).At(2020).Waking(1, 2, 1, ExecutionContext.SoftIrq)
            .At(2030).Event("softirq_exit", 1, 2, 3).At(2100).Switch(0, 0, "R", 1).At(2200).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(
        [
            "900-1000 0 Unknown 1", "1000-1100 0 Running 1 on 0", "1100-2000 0 Blocked 1: softirq 3", "2000-2020 1 SoftIrq on 1: 3",
            "2020-2100 0 Waiting 1 on 0: idle", "2100-2200 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void AThreadThatHandlesSoftIrqsIsFollowedAsATask()
    {
        var path = Asleep().At(1200).Waking(1, 0, 9, ExecutionContext.HardIrq).At(1500).Switch(1, 0, "R", 9, "ksoftirqd/1")
            .At(2000).Event("softirq_entry", 1, 9, 3).At(2020).Waking(1, 9, 1, ExecutionContext.SoftIrq).At(2030).Event("softirq_exit", 1, 9, 3)
            .At(2100).Switch(0, 0, "R", 1).At(2200).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(
        [
            "900-1000 0 Unknown 1", "1000-1100 0 Running 1 on 0", "1100-1200 1 Unknown 9", "1200-1500 1 Waiting 9 on 1: idle",
            "1500-2000 1 Running 9 on 1", "2000-2020 1 Running 9 on 1: 3", "2020-2100 0 Waiting 1 on 0: idle", "2100-2200 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void APreemptionInsideTheChain()
    {
        // Task 2 is woken, waits for task 3, runs, is preempted by task 4 and interrupted, and then wakes task 1.
        var path = Asleep().At(1200).Switch(1, 0, "R", 3).At(1300).Waking(1, 3, 2).At(1310).Event("sched_wakeup", 1, 3, "t2", 2, 1)
            .At(1500).Switch(1, 3, "S", 2).At(1600).Switch(1, 2, "R+", 4).At(1650).Event("irq_handler_entry", 1, 4, 5, "net")
            .At(1660).Event("irq_handler_exit", 1, 4, 5).At(1700).Switch(1, 4, "S", 2).At(1750).Event("irq_handler_entry", 1, 2, 5, "net")
            .At(1760).Event("irq_handler_exit", 1, 2, 5).At(1800).Waking(1, 2, 1).At(1900).Switch(0, 0, "R", 1).At(2000).Switch(0, 1, "S", 0)
            .Path(1);
        Assert.Equal(
        [
            "900-1000 0 Unknown 1", "1000-1100 0 Running 1 on 0", "1100-1200 2 Unknown 3", "1200-1300 2 Running 3 on 1",
            "1300-1500 1 Waiting 2 on 1: t3/3", "1500-1600 1 Running 2 on 1", "1600-1650 1 Waiting 2 on 1: t4/4", "1650-1660 1 Waiting 2 on 1: 5/net",
            "1660-1700 1 Waiting 2 on 1: t4/4", "1700-1750 1 Running 2 on 1", "1750-1760 1 HardIrq on 1: 5/net", "1760-1800 1 Running 2 on 1",
            "1800-1900 0 Waiting 1 on 0: idle", "1900-2000 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void AWakerThatIsFasterThanTheSleep()
    {
        // The waking comes before the switch out: task 1 never slept.
        var path = new PathStream().At(1000).Switch(0, 0, "R", 1).Switch(1, 0, "R", 2).At(1500).Waking(1, 2, 1).At(1600).Switch(0, 1, "S", 3)
            .At(1700).Switch(0, 3, "S", 1).At(2000).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(["1000-1600 0 Running 1 on 0", "1600-1700 0 Waiting 1 on 0: t3/3", "1700-2000 0 Running 1 on 0"], path);
    }

    [Fact]
    public void ALossInTheSpanIsUnknown()
    {
        // Between 1400 and 2000 events of CPU 1 are lost, so nothing is known of the sleep of task 1 in that time.
        var path = Asleep().At(1300).Switch(1, 0, "R", 3).At(1400).Switch(1, 3, "S", 0).At(2000).Lost(1).Switch(1, 5, "S", 6)
            .At(2100).Waking(1, 6, 1).At(2200).Switch(0, 0, "R", 1).At(2300).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(
        [
            "900-1000 0 Unknown 1", "1000-1100 0 Running 1 on 0", "1100-1400 0 Blocked 1", "1400-2100 0 Unknown 1",
            "2100-2200 0 Waiting 1 on 0: idle", "2200-2300 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void AfterALossAtTheEndATaskIsUnknown()
    {
        var path = Asleep().At(1400).Event("irq_handler_entry", 1, 0, 5, "net").At(2000).Lost(1).Event("irq_handler_entry", 1, 0, 5, "net").Path(1);
        Assert.Equal(["900-1000 0 Unknown 1", "1000-1100 0 Running 1 on 0", "1100-1400 0 Blocked 1", "1400-2000 0 Unknown 1"], path);
    }

    [Fact]
    public void TheEndOfASpanCanBeInASleep()
    {
        var stream = new PathStream(since: 1050, until: 1800).At(900).Switch(1, 2, "S", 0).At(1000).Switch(0, 0, "R", 1).At(1100).Switch(0, 1, "S", 0)
            .At(1500).Switch(1, 0, "R", 2).At(2000).Waking(1, 2, 1).At(2100).Switch(0, 0, "R", 1).At(2200).Switch(0, 1, "S", 0);
        // Task 2 was switched in without a waking: what it slept for is not known.
        Assert.Equal(["1050-1100 0 Running 1 on 0", "1100-1500 1 Blocked 2", "1500-1800 1 Running 2 on 1"], stream.Path(1));
    }

    [Fact]
    public void ASleepThatNothingEndsIsBlocked()
    {
        var path = Asleep().At(2000).Switch(1, 0, "R", 2).Path(1);
        Assert.Equal(["900-1000 0 Unknown 1", "1000-1100 0 Running 1 on 0", "1100-2000 0 Blocked 1"], path);
    }

    [Fact]
    public void ADiskAndTheTaskThatUsedIt()
    {
        // Task 2 writes to the disk, and its completion wakes task 1, which sleeps in a system call.
        var path = new PathStream().At(1000).Switch(1, 0, "R", 2).Switch(0, 0, "R", 1).At(1050).Event("sys_enter", 0, 1, 74)
            .At(1100).Switch(0, 1, "D", 0).At(1500).Event("block_rq_issue", 1, 2, 8 << 20, 64, "WS")
            .At(2000).Event("irq_handler_entry", 0, 0, 25, "disk").At(2010).Event("block_rq_complete", 0, 0, 8 << 20, 64, "WS")
            .At(2020).Waking(0, 0, 1).At(2030).Event("irq_handler_exit", 0, 0, 25)
            .At(2100).Switch(0, 0, "R", 1).At(2200).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(
        [
            "1000-1100 0 Running 1 on 0", "1100-1500 1 Running 2 on 1", "1500-2000 1 Device: 8,0", "2000-2020 1 HardIrq on 0: 25/disk",
            "2020-2030 0 Waiting 1 on 0: 25/disk", "2030-2100 0 Waiting 1 on 0: idle", "2100-2200 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void ADiskThatTheTaskUsedItself()
    {
        var path = new PathStream().At(1000).Switch(0, 0, "R", 1).At(1050).Event("block_rq_issue", 0, 1, 8 << 20, 64, "WS")
            .At(1100).Switch(0, 1, "D", 0).At(2000).Event("irq_handler_entry", 0, 0, 25, "disk")
            .At(2010).Event("block_rq_complete", 0, 0, 8 << 20, 64, "WS").At(2020).Waking(0, 0, 1).At(2030).Event("irq_handler_exit", 0, 0, 25)
            .At(2100).Switch(0, 0, "R", 1).At(2200).Switch(0, 1, "S", 0).Path(1);
        Assert.Equal(
        [
            "1000-1100 0 Running 1 on 0", "1100-2000 1 Device: 8,0", "2000-2020 1 HardIrq on 0: 25/disk",
            "2020-2030 0 Waiting 1 on 0: 25/disk", "2030-2100 0 Waiting 1 on 0: idle", "2100-2200 0 Running 1 on 0",
        ], path);
    }

    [Fact]
    public void ASleepInASystemCallThatNothingEnds()
    {
        var path = new PathStream().At(1000).Switch(0, 0, "R", 1).At(1050).Event("sys_enter", 0, 1, 202).At(1100).Switch(0, 1, "S", 0)
            .At(2000).Switch(1, 0, "R", 2).Path(1);
        Assert.Equal(["1000-1100 0 Running 1 on 0", "1100-2000 0 Blocked 1: 202"], path);
    }

    [Fact]
    public void ATaskThatHasEnded()
    {
        var path = new PathStream().At(1000).Switch(0, 0, "R", 1).At(1100).Switch(0, 1, "X", 0).At(2000).Switch(1, 0, "R", 2).Path(1);
        Assert.Equal(["1000-1100 0 Running 1 on 0", "1100-2000 0 Unknown 1: ended"], path);
    }

    [Fact]
    public void ChainsEndAtTheDeepestWaker()
    {
        var stream = new PathStream().At(1000);
        const int Tasks = PathWalk.Deepest + 10;
        for (var pid = 1; pid <= Tasks; pid++) stream.Switch(pid, pid, "S", 0);
        stream.Time = 2000;
        for (var pid = Tasks; pid > 1; pid--)
        {
            stream.At(stream.Time + 10).Switch(pid, 0, "R", pid);
            stream.At(stream.Time + 10).Waking(pid, pid, pid - 1);
        }
        var path = stream.At(stream.Time + 10).Switch(1, 0, "R", 1).End().PathOf(1);
        Assert.Equal(PathWalk.Deepest, path.Max(s => s.Depth));
        Assert.Equal("Blocked", path[0].State);
        Assert.Equal(PathWalk.Deepest, path[0].Depth);
        Covers(path, 1000, stream.Time);
    }

    [Fact]
    public void AnUnknownTaskAndAnEmptySpan()
    {
        var reading = Asleep().End();
        Assert.False(reading.Knows(77));
        Assert.Equal("900-1100 0 Unknown 77", PathStream.Text(Assert.Single(reading.PathOf(77))));
        Assert.Equal([1], reading.Find("t1"));
        Assert.Equal([1, 2], reading.Find("t*"));
        reading = new PathStream(since: 5000).At(1000).Switch(0, 1, "S", 0).End();
        Assert.True(reading.IsEmpty);
        Assert.Empty(reading.PathOf(1));
    }

    [Fact]
    public void TooManyChangesAreAnError()
    {
        var stream = new PathStream(limit: 100).At(1000);
        var error = Assert.Throws<KernelMagnifierException>(() =>
        {
            for (var i = 0; i < 200; i++) stream.At(1000 + i).Switch(0, 1 + (i % 2), "S", 2 - (i % 2));
        });
        Assert.Equal(ErrorCode.ValueOutOfRange, error.Code);
        Assert.Contains("narrower", error.Message, StringComparison.Ordinal);
        // A span takes only its own.
        stream = new PathStream(since: 1150, until: 1160, limit: 100).At(1000);
        for (var i = 0; i < 200; i++) stream.At(1000 + i).Switch(0, 1 + (i % 2), "R", 2 - (i % 2));
        Covers(stream.End().PathOf(1), 1150, 1160);
    }

    [Fact]
    public void AMillionSwitchesToAndFroAreFollowedInOnePass()
    {
        var stream = new PathStream().At(0).Switch(0, 1, "S", 0).Switch(1, 0, "R", 2);
        const int Turns = 500_000;
        for (var i = 0; i < Turns; i++)
        {
            var (now, next) = i % 2 == 0 ? (2, 1) : (1, 2);
            stream.At(stream.Time + 10).Waking(now - 1, now, next);
            stream.At(stream.Time + 1).Switch(now - 1, now, "S", 0).Switch(next - 1, 0, "R", next);
        }
        var reading = stream.End();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var path = reading.PathOf(1);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        Covers(path, 0, stream.Time);
        Assert.True(path.Count > Turns);
        Assert.Equal(1, path.Max(s => s.Depth));
    }

    internal static void Covers(IReadOnlyList<PathSegment> path, long since, long until)
    {
        Assert.Equal(since, path[0].StartTime);
        Assert.Equal(until, path[^1].EndTime);
        for (var i = 0; i < path.Count; i++)
        {
            Assert.True(path[i].EndTime > path[i].StartTime, PathStream.Text(path[i]));
            Assert.Equal(path[i].EndTime - path[i].StartTime, path[i].DurationNanoseconds);
            if (i > 0) Assert.Equal(path[i - 1].EndTime, path[i].StartTime);
        }
    }
}
