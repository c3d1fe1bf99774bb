using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Traces;
using KernelMagnifier.Workloads.Building;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Engine.Tests.Workloads;

/// <summary>What is modelled and what is not add up to what happened, in made-up and in real recordings.</summary>
public sealed class WorkloadSumTests
{
    /// <summary>Recordings of the shared folder with events of the scheduler.</summary>
    public static TheoryData<string> Recordings =>
    [
        "latency/all.dat", "latency/all-lossy.dat", "latency/sched.dat", "latency/block.dat", "latency/irq.dat", "latency/rawsys.dat",
        "latency/all-fg.dat", "latency/sched-odd.dat.zst", "latency/sched-nocomp.dat.zst", "latency/pipe-lossy.txt.zst",
        "latency/pipe-default.txt.zst", "latency/perf-sched.script.txt.zst", "latency/trace-default.txt.zst", "latency/wakeup-only.dat.zst",
        "latency/runqlat.dat.zst", "latency/trace-overwritten.txt.zst",
    ];

    [SharedDataTheory]
    [MemberData(nameof(Recordings))]
    public void EverythingIsModelledOrSaidToBeMissing(string name)
    {
        using var reader = TraceFile.Open(SharedData.Shared(name));
        var histories = HistoryReading.Read(reader, default);
        AssertHistories(histories);
        if (!histories.HasScheduler) return;
        foreach (var comm in new[] { "*", "load*", "kworker*" })
            WorkloadBuilderTests.AssertAddsUp(WorkloadBuilder.Build(histories, new WorkloadSelection([comm], [], [])));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.02)]
    public void EverythingOfRandomEventsIsModelledOrSaidToBeMissing(double losses)
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var histories = MadeUpLoads.Read(RandomEvents(new Random(seed), losses));
            AssertHistories(histories);
            var workload = MadeUpLoads.Build(histories);
            WorkloadBuilderTests.AssertAddsUp(workload);
            // A run of it can be written whatever it is.
            KernelMagnifier.Workloads.Engines.RtAppWriter.Write(workload, new(), Stream.Null);
        }
    }

    private static void AssertHistories(TaskHistories histories)
    {
        Assert.All(histories.Tasks.Values, task =>
        {
            Assert.Equal(task.Run, task.NotKeptRun + task.Activations.Sum(one => one.Run));
            Assert.All(task.Activations, one => Assert.True(one.Run >= 0));
        });
        // No CPU runs two tasks at once.
        Assert.True(histories.Tasks.Values.Sum(task => task.Run) <= (histories.Last - histories.First) * Math.Max(1, histories.Cpus.Count));
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
                < 7 => recording.Waking(cpu, pid),
                7 => recording.Wakeup(cpu, pid, random.Next(3)),
                8 => recording.Migrate(cpu, pid, 0, random.Next(3)),
                9 => recording.Irq(cpu, 9, "x", random.Next(2) == 0),
                10 => recording.SoftIrq(cpu, 3, "NET_RX", random.Next(2) == 0),
                11 => recording.HrTimer(cpu, "hrtimer_wakeup", random.Next(2) == 0),
                12 => recording.Issue(cpu, random.Next(4) * 8),
                _ => recording.Complete(cpu, random.Next(4) * 8),
            };
        }
        return recording;
    }
}
