using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Recordings with known causes: the cause is named, and the shares are right to the nanosecond.</summary>
public sealed class MadeUpCauseTests
{
    [Fact]
    public void AHogIsNamed()
    {
        var cause = Worst(new MadeUpRecording(2).Task(10, "hog").Task(20, "victim").Task(30, "waker")
            .At(1000).Switch(1, "R", 10).At(1500).Switch(0, "R", 30)
            .At(2000).Waking(0, 20).At(2100).Wakeup(0, 20, 1)
            .At(7000).Switch(1, "R+", 20).At(8000).Switch(1, "S", 0), IntervalKind.Wakeup);
        Assert.Equal(["Task hog 10 5000 1"], Lines(cause));
        Assert.Equal("Wakeup of victim/20 took 5.000 µs on CPU 1: 100 % hog/10 (priority 120, 1 slice).", cause.Sentence);
        Assert.Equal(("hog/10", 100.0), (cause.TopCause, cause.TopPercent));
    }

    [Fact]
    public void APriorityInversionNamesTheTaskInTheMiddle()
    {
        // The low task holds a futex that the high one waits for, and the middle one keeps the low one from its CPU.
        var recording = new MadeUpRecording(1).Task(10, "low", 139).Task(20, "middle", 110).Task(30, "high", 49)
            .At(100).Switch(0, "R", 30).At(200).Syscall(0, 202, true).At(300).Switch(0, "S", 10)
            .At(400).Wake(0, 20, 0).At(450).Switch(0, "R+", 20).At(9450).Switch(0, "S", 10)
            .At(9500).Wake(0, 30, 0).At(9600).Switch(0, "R+", 30).At(9650).Syscall(0, 202, false).At(9700).Switch(0, "S", 0);
        var low = Worst(recording, IntervalKind.Preempted);
        Assert.Equal(["Task middle 20 9000 1"], Lines(low));
        Assert.Equal(110, low.Shares[0].Priority);
        var call = Worst(recording, IntervalKind.Syscall);
        Assert.Equal(["Blocked system call 202  9200 1", "Running high 30 150 2", "Task low 10 100 1"], Lines(call));
        Assert.Equal((10, "low", "Task"), (call.Shares[0].Waker, call.Shares[0].WakerComm, call.Shares[0].WakerContext));
    }

    [Fact]
    public void ASoftIrqStormNamesTheThreadAndTheVector()
    {
        var cause = Worst(new MadeUpRecording(2).Task(21, "ksoftirqd/1").Task(10, "hog").Task(20, "nginx").Task(30, "waker")
            .At(100).Switch(1, "R", 21).At(200).Switch(0, "R", 30).At(900).SoftIrq(1, 3, "NET_RX", true)
            .At(1000).Wake(0, 20, 1)
            .At(7000).Irq(1, 25, "eth0", true).At(7100).Irq(1, 25, "eth0", false)
            .At(7200).SoftIrq(1, 3, "NET_RX", false).At(7250).Switch(1, "S", 10)
            .At(8000).SoftIrq(1, 1, "TIMER", true).At(8050).SoftIrq(1, 1, "TIMER", false)
            .At(10000).Switch(1, "S", 0).At(10900).Switch(1, "R", 20).At(12000).Switch(1, "S", 0), IntervalKind.Wakeup);
        Assert.Equal(
            [
                "SoftIrq NET_RX 21 6100 2", "Task hog 10 2700 1", "IdleExit   900 1", "HardIrq 25/eth0  100 1",
                "Task ksoftirqd/1 21 50 1", "SoftIrq TIMER  50 1",
            ], Lines(cause));
        Assert.Equal("ksoftirqd/1 NET_RX", cause.TopCause);
        Assert.StartsWith("Wakeup of nginx/20 took 9.900 µs on CPU 1: 62 % ksoftirqd/1 NET_RX, 27 % hog/10 (priority 120, 1 slice), "
            + "9.1 % idle exit, 1 % interrupt 25/eth0, ", cause.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void ASlowDiskIsNamed()
    {
        var recording = new MadeUpRecording(2).Task(10, "writer")
            .At(100).Switch(0, "R", 10).At(200).Syscall(0, 74, true).At(300).Issue(0, 4711).At(400).Switch(0, "D", 0)
            .At(80_000).Irq(1, 25, "virtio0", true).At(80_100).Complete(1, 4711).At(80_200).Waking(1, 10).At(80_250).Wakeup(1, 10, 0)
            .At(80_300).Irq(1, 25, "virtio0", false).At(81_000).Switch(0, "R", 10).At(81_500).Syscall(0, 74, false).At(82_000).Switch(0, "S", 0);
        Assert.Equal(["Blocked I/O 254,0  79800 1", "IdleExit   800 1", "Running writer 10 700 2"], Lines(Worst(recording, IntervalKind.Syscall)));
        Assert.Equal(["Device 254,0  79800 1"], Lines(Worst(recording, IntervalKind.Block)));
    }

    [Fact]
    public void AChainOfWakersIsBlockedOnTheLast()
    {
        var call = Worst(new MadeUpRecording(2).Task(10, "client").Task(20, "proxy").Task(30, "server")
            .At(100).Switch(0, "R", 10).At(200).Syscall(0, 45, true).At(250).Wake(0, 20, 1).At(300).Switch(0, "S", 0).At(400).Switch(1, "R", 20)
            .At(500).Wake(1, 30, 0).At(600).Switch(1, "S", 0).At(700).Switch(0, "R", 30).At(5700).Wake(0, 20, 1).At(5800).Switch(0, "S", 0)
            .At(6000).Switch(1, "R", 20).At(6300).Wake(1, 10, 0).At(6400).Switch(1, "S", 0).At(6450).Switch(0, "R", 10).At(6500).Syscall(0, 45, false),
            IntervalKind.Syscall);
        Assert.Equal(["Blocked system call 45  6000 1", "Running client 10 150 2", "IdleExit   150 1"], Lines(call));
        Assert.Equal(("proxy", "Task"), (call.Shares[0].WakerComm, call.Shares[0].WakerContext));
    }

    [Fact]
    public void AMovedTaskLostItsIdleTimeToTheMove()
    {
        var cause = Worst(new MadeUpRecording(3).Task(10, "hog").Task(20, "victim").Task(30, "waker")
            .At(100).Switch(0, "R", 30).At(200).Switch(1, "R", 10).At(1000).Wake(0, 20, 1)
            .At(3000).Migrate(0, 20, 1, 2).At(3500).Switch(2, "R", 20).At(4000).Switch(2, "S", 0), IntervalKind.Wakeup);
        Assert.Equal(["Task hog 10 2000 1", "Migration   500 1"], Lines(cause));
    }

    [Fact]
    public void ManyAreAddedUpByName()
    {
        var recording = new MadeUpRecording(1).Task(10, "hog").Task(11, "hog").Task(20, "victim");
        for (var i = 0; i < 4; i++)
            recording.At((10_000 * i) + 100).Switch(0, "R", 10 + (i % 2)).At((10_000 * i) + 200).Wake(0, 20, 0)
                .At((10_000 * i) + 5200).Switch(0, "S", 20).At((10_000 * i) + 6000).Switch(0, "S", 0);
        var sum = CauseTotal.Of(Causes(recording, IntervalKind.Wakeup), 1000);
        Assert.Equal("100 % of the time of 4 wake-ups above 1.000 µs: hog.", sum.Sentence);
        Assert.Equal((4, 20_000, "hog"), (sum.Count, sum.DurationNanoseconds, sum.TopCause));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void AnyEventsAddUp(double losses)
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            using var reader = TraceFile.Open(RandomEvents(new Random(seed), losses).Save());
            var random = new Random(seed);
            var targets = ChosenIntervals.Of(reader, null);
            // Also ranges of time that are no intervals: then events can be lost in them.
            foreach (var kind in IntervalKinds.All)
                targets.Add(CauseTarget.Of(kind.ToString(), null, random.Next(6), random.Next(3), 1 + (random.Next(30_000) / 1e9),
                    random.Next(30_000), ClockUnit.Nanoseconds)!);
            var causes = CauseReading.Read(reader, targets);
            Assert.Equal(targets.Count, causes.Count);
            Assert.All(causes, cause => Assert.True(
                cause.Shares.Sum(share => share.Nanoseconds) == cause.DurationNanoseconds && cause.Shares.All(share => share.Nanoseconds > 0),
                $"seed {seed}: {cause.Sentence}"));
        }
    }

    private static MadeUpRecording RandomEvents(Random random, double losses)
    {
        string[] states = ["R", "R+", "S", "D", "X"];
        var recording = new MadeUpRecording(3);
        for (var (i, time) = (0, 0L); i < 1500; i++)
        {
            recording.At(time += random.Next(0, 40));
            var (cpu, pid) = (random.Next(3), random.Next(1, 6));
            if (random.NextDouble() < losses) recording.Lost(cpu, 3);
            _ = random.Next(14) switch
            {
                < 4 => recording.Switch(cpu, states[random.Next(states.Length)], random.Next(6)),
                4 => recording.Waking(cpu, pid),
                5 => recording.Wakeup(cpu, pid, random.Next(3)),
                6 => recording.Migrate(cpu, pid, 0, random.Next(3)),
                7 or 8 => recording.SoftIrq(cpu, 3, "NET_RX", random.Next(2) == 0),
                9 => recording.Irq(cpu, 25, "disk", random.Next(2) == 0),
                10 => recording.Syscall(cpu, random.Next(3), random.Next(2) == 0),
                11 => recording.Issue(cpu, random.Next(3)),
                12 => recording.Complete(cpu, random.Next(3)),
                _ => recording.HrTimer(cpu, "hrtimer_wakeup", random.Next(2) == 0),
            };
        }
        return recording;
    }

    private static LatencyCause Worst(MadeUpRecording recording, IntervalKind kind) => Causes(recording, kind).MaxBy(cause => cause.DurationNanoseconds)!;

    private static IReadOnlyList<LatencyCause> Causes(MadeUpRecording recording, IntervalKind kind)
    {
        using var reader = TraceFile.Open(recording.Save());
        return CauseReading.Read(reader, ChosenIntervals.Of(reader, kind));
    }

    private static IEnumerable<string> Lines(LatencyCause cause)
        => cause.Shares.Select(share => $"{share.Category} {share.Name} {share.ProcessId} {share.Nanoseconds} {share.Count}");
}
