using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Building;
using KernelMagnifier.Workloads.Histories;
using static KernelMagnifier.Engine.Tests.Workloads.MadeUpLoads;

namespace KernelMagnifier.Engine.Tests.Workloads;

/// <summary>Loads whose numbers are known: the workload has the numbers that were written.</summary>
public sealed class WorkloadBuilderTests
{
    [Fact]
    public void APeriodicTaskIsOneStep()
    {
        var workload = Build(Periodic(20 * Ms, 2 * Ms, 100));
        var task = Assert.Single(workload.Tasks);
        Assert.Equal(("periodic", "Open", 1, 100L, "Other", 0), (task.Name, task.Loop, task.Instances, task.Activations, task.Policy, task.Nice));
        var step = Assert.Single(task.Steps);
        // The interrupt in the middle is not the task's.
        Assert.Equal((20 * Ms, 2 * Ms, "Timer", "Timer"), (step.IntervalNanoseconds, step.RunNanoseconds, step.Trigger, step.Block));
        Assert.Equal((100 * 2 * Ms, 100L), (workload.Coverage.ModelledRunNanoseconds, workload.Coverage.ModelledWakeups));
        Assert.Empty(workload.Coverage.Gaps);
        Assert.Equal([new WorkloadEdge("(timer)", "periodic", 100, true)], workload.Edges);
    }

    [Theory]
    [InlineData(20, "RealTime", 79, null)]
    [InlineData(98, "RealTime", 1, null)]
    [InlineData(110, "Other", null, -10)]
    [InlineData(139, "Other", null, 19)]
    public void TheKernelsPriorityIsToldAsThatOfAPolicy(int kernel, string policy, int? priority, int? nice)
    {
        var task = Assert.Single(Build(Periodic(10 * Ms, Ms, 10, priority: kernel)).Tasks);
        Assert.Equal((policy, priority, nice), (task.Policy, task.Priority, task.Nice));
    }

    [Fact]
    public void RunLengthsAreScaledAndNothingElse()
    {
        var task = Assert.Single(Build(Periodic(20 * Ms, 2 * Ms, 100), scale: 2.5).Tasks);
        Assert.Equal((20 * Ms, 5 * Ms, 2 * Ms), (task.Steps[0].IntervalNanoseconds, task.Steps[0].RunNanoseconds, task.RunLengths!.P50Nanoseconds));
    }

    [Fact]
    public void APeriodOfSeveralStepsIsFound()
    {
        var recording = new MadeUpRecording(1).Task(10, "abc");
        for (var (i, at) = (0, 10 * Ms); i < 90; at += (10 + (i % 3 * 5)) * Ms, i++)
            recording.At(at).HrTimer(0, "hrtimer_wakeup", true).Wake(0, 10, 0).HrTimer(0, "hrtimer_wakeup", false).Switch(0, "R", 10)
                .At(at + ((1 + (i % 3)) * Ms)).Switch(0, "S", 0);
        var steps = Assert.Single(Build(recording).Tasks).Steps;
        Assert.Equal(3, steps.Count);
        Assert.Equal([Ms, 2 * Ms, 3 * Ms], steps.Select(step => step.RunNanoseconds).Order());
        Assert.Equal([10 * Ms, 15 * Ms, 20 * Ms], steps.Select(step => step.IntervalNanoseconds).Order());
    }

    [Fact]
    public void TasksThatWaitForEachOtherAreARing()
    {
        var workload = Build(PingPong(300 * Us, 200));
        Assert.Equal(["Closed", "Closed"], workload.Tasks.Select(task => task.Loop));
        foreach (var (task, other) in new[] { ("ping", "pong"), ("pong", "ping") })
        {
            var step = Assert.Single(workload.Tasks.Single(one => one.Name == task).Steps);
            Assert.Equal(("Task", other), (step.Trigger, step.By));
            var wake = Assert.Single(step.Wakes);
            Assert.Equal(other, wake.Task);
            Assert.InRange(wake.AfterNanoseconds, 300 * Us, 301 * Us);
        }
        Assert.Contains(new WorkloadEdge("ping", "pong", 200, true), workload.Edges);
        Assert.Contains(new WorkloadEdge("pong", "ping", 200, true), workload.Edges);
        AssertAddsUp(workload);
    }

    [Fact]
    public void StagesAreAChain()
    {
        var workload = Build(Stages(30 * Ms, 2 * Ms, 100));
        Assert.Equal(["Closed stage2 4000000", "Closed producer 2000000", "Open  2001000"], workload.Tasks
            .OrderByDescending(task => task.Name).Select(task => $"{task.Loop} {task.Steps[0].By} {task.Steps[0].RunNanoseconds}"));
        Assert.Equal(1.0, (double)workload.Coverage.ModelledWakeups / workload.Coverage.Wakeups);
        Assert.Equal(2, workload.Edges.Count(edge => edge.IsModelled && edge.Waker != "(timer)" && edge.Count == 100));
        Assert.DoesNotContain(Build(Stages(30 * Ms, 2 * Ms, 100, withThird: false)).Tasks, task => task.Name == "stage3");
    }

    [Fact]
    public void AForkStormIsTasksThatBeginAndEnd()
    {
        var workload = Build(ForkStorm(50 * Ms, 3 * Ms, 60));
        var task = workload.Tasks.Single(one => one.Name == "stormling");
        Assert.Equal(("Once", "storm", 60, 1), (task.Loop, task.Parent, task.ProcessIds.Count, task.Instances));
        var step = Assert.Single(task.Steps);
        Assert.Equal(("Start", 50 * Ms, 3 * Ms, "Exit"), (step.Trigger, step.IntervalNanoseconds, step.RunNanoseconds, step.Block));
        AssertAddsUp(workload);
    }

    [Fact]
    public void AWriterHasItsRequests()
    {
        var workload = Build(FsyncWriter(25 * Ms, 32, 80));
        var task = Assert.Single(workload.Tasks);
        var write = task.Io.Single(io => io.Operation == "Write");
        Assert.Equal(("254,0", 80L, 80L * 16384, 80L, 80L, 25 * Ms, true),
            (write.Device, write.Requests, write.Bytes, write.Flushes, write.Bursts, write.IntervalNanoseconds, write.IsSequential));
        Assert.Equal(80, task.Io.Single(io => io.Operation == "Flush").Requests);
        Assert.Equal(3, task.Steps.Count);
        Assert.Equal((160L, 160L), (workload.Coverage.IoRequests, workload.Coverage.ModelledIoRequests));
        AssertAddsUp(workload);
    }

    [Fact]
    public void WakersThatAreNotSelectedBecomeTimers()
    {
        var workload = Build(Stages(30 * Ms, 2 * Ms, 100), 1, "stage2");
        var task = Assert.Single(workload.Tasks);
        Assert.Equal(("Open", null, 30 * Ms), (task.Loop, task.Steps[0].By, task.Steps[0].IntervalNanoseconds));
        var gap = Assert.Single(workload.Coverage.Gaps);
        Assert.Equal(("OutsideSelection", 0L, 100L), (gap.Reason, gap.RunNanoseconds, gap.Wakeups));
        Assert.Equal([new WorkloadEdge("(other)", "stage2", 100, false)], workload.Edges);
    }

    [Fact]
    public void ATaskThatNeverSleepsIsBusy()
    {
        var recording = new MadeUpRecording(1).Task(10, "hog").At(100).Switch(0, "R", 10);
        for (var i = 1; i < 20; i++) recording.At(i * Ms).HrTimer(0, "tick_sched_timer", true).HrTimer(0, "tick_sched_timer", false);
        var task = Assert.Single(Build(recording.Wake(0, 20, 0)).Tasks, one => one.Comm == "hog");
        Assert.Equal(("Busy", "Unknown"), (task.Loop, task.Steps[0].Block));
    }

    [Fact]
    public void APoolOfWorkersIsOneGroup()
    {
        var task = Assert.Single(Build(Pool()).Tasks);
        Assert.Equal(("worker", 4, "Open"), (task.Name, task.Instances, task.Loop));
    }

    [Fact]
    public void TheSampleOfManyStepsKeepsMeanAndQuantiles()
    {
        var random = new Random(7);
        var (recording, total) = (new MadeUpRecording(1).Task(10, "irregular"), 0L);
        var runs = new List<long>();
        for (var (i, at) = (0, 10 * Ms); i < 1000; i++)
        {
            var run = 10 * Us + (long)(Math.Pow(random.NextDouble(), 4) * Ms);
            runs.Add(run);
            recording.At(at).HrTimer(0, "hrtimer_wakeup", true).Wake(0, 10, 0).HrTimer(0, "hrtimer_wakeup", false).Switch(0, "R", 10)
                .At(at + run).Switch(0, "S", 0);
            total += run;
            at += (2 * Ms) + (random.Next(8) * Ms);
        }
        var steps = Assert.Single(Build(recording).Tasks).Steps;
        Assert.Equal(StepBuilder.Most, steps.Count);
        Assert.Equal(total / 1000.0, steps.Average(step => step.RunNanoseconds), 1.0);
        var (sorted, sample) = (runs.Order().ToArray(), steps.Select(step => step.RunNanoseconds).Order().ToArray());
        foreach (var quantile in new[] { 0.1, 0.5, 0.9 })
            Assert.InRange((double)sample[(int)(quantile * 64)] / sorted[(int)(quantile * 1000)], 0.9, 1.1);
    }

    [Theory]
    [InlineData("km")]
    [InlineData("km cpu0")]
    [InlineData("km recording")]
    [InlineData("km command")]
    [InlineData("km-beat")]
    [InlineData("load-guest.sh")]
    [InlineData("script")]
    [InlineData("kernel-magnifie")]
    [InlineData(".NET SigHandler")]
    public void TheRecorderIsNotTheLoadUnlessItIsNamed(string comm)
    {
        var workload = Build(Periodic(20 * Ms, 2 * Ms, 100, comm));
        Assert.Empty(workload.Tasks);
        var gap = Assert.Single(workload.Coverage.Gaps);
        Assert.Equal(("Recorder", 100 * 2 * Ms, 100L), (gap.Reason, gap.RunNanoseconds, gap.Wakeups));
        AssertAddsUp(workload);
        Assert.Equal(comm, Assert.Single(Build(Periodic(20 * Ms, 2 * Ms, 100, comm), 1, comm).Tasks).Comm);
    }

    [Theory]
    [InlineData("kmod")]
    [InlineData("scripts")]
    [InlineData(".NET TP Worker")]
    public void OtherNamesAreTheLoad(string comm) => Assert.Equal(comm, Assert.Single(Build(Periodic(20 * Ms, 2 * Ms, 100, comm)).Tasks).Comm);

    [Theory]
    [InlineData("km", 0)]
    [InlineData("server", 1)]
    public void AThreadOfARuntimeBelongsToItsCreator(string creator, int tasks)
    {
        var recording = new MadeUpRecording(1).Task(9, creator).Task(10, ".NET TP Worker").At(Ms).Wake(0, 9, 0).Switch(0, "R", 9)
            .Event(0, "sched_process_fork", $"comm={creator} pid=9 child_comm={creator} child_pid=10").Event(0, "sched_wakeup_new", $"comm={creator} pid=10 prio=120 target_cpu=000")
            .At(2 * Ms).Switch(0, "S", 10).At(3 * Ms).Switch(0, "S", 0);
        for (var i = 0; i < 20; i++)
            recording.At((10 + (i * 10)) * Ms).Wake(0, 10, 0).Switch(0, "R", 10).At((11 + (i * 10)) * Ms).Switch(0, "S", 0);
        Assert.Equal(tasks, Build(recording).Tasks.Count(task => task.Comm == ".NET TP Worker"));
    }

    [Theory]
    [InlineData(40)] // all steps
    [InlineData(400)] // one step, or a sample
    public void AFewOutliersDoNotChangeAPeriod(int count)
    {
        var random = new Random(3);
        foreach (var isIrregular in new[] { false, true })
        {
            var recording = new MadeUpRecording(1).Task(10, "hog");
            for (var (i, at) = (0, 10 * Ms); i < count; i++)
            {
                var run = isIrregular ? (1 + random.Next(10)) * Ms : 20 * Ms;
                recording.At(at).HrTimer(0, "hrtimer_wakeup", true).Wake(0, 10, 0).HrTimer(0, "hrtimer_wakeup", false).Switch(0, "R", 10)
                    .At(at + run).Switch(0, "S", 0);
                at += i == 0 ? 30 * Ms : i == 20 ? 190 * Ms : 100 * Ms;
            }
            var steps = Assert.Single(Build(recording).Tasks).Steps;
            Assert.All(steps, step => Assert.Equal(100 * Ms, step.IntervalNanoseconds));
            Assert.Equal(isIrregular, steps.Count > 1);
            if (!isIrregular) Assert.Equal(20 * Ms, steps[0].RunNanoseconds);
        }
    }

    [Fact]
    public void OnlyTheSpanThatIsAskedForCounts()
    {
        using var reader = KernelMagnifier.Traces.TraceFile.Open(Periodic(20 * Ms, 2 * Ms, 100).Save());
        var workload = Build(HistoryReading.Read(reader, 1.5, 2.5, default));
        Assert.InRange(workload.Source.DurationNanoseconds, 960 * Ms, 1000 * Ms);
        Assert.InRange(workload.Coverage.RunNanoseconds, 98 * Ms, 102 * Ms);
        AssertAddsUp(workload);
    }

    internal static void AssertAddsUp(Workload workload)
    {
        var coverage = workload.Coverage;
        Assert.Equal(coverage.RunNanoseconds, coverage.ModelledRunNanoseconds + coverage.Gaps.Sum(gap => gap.RunNanoseconds));
        Assert.Equal(coverage.Wakeups, coverage.ModelledWakeups + coverage.Gaps.Sum(gap => gap.Wakeups));
        Assert.Equal(coverage.IoRequests ?? 0, (coverage.ModelledIoRequests ?? 0) + coverage.Gaps.Sum(gap => gap.IoRequests));
        Assert.All(coverage.Gaps, gap => Assert.True(gap.RunNanoseconds >= 0 && gap.Wakeups >= 0 && gap.IoRequests >= 0));
    }

    private static MadeUpRecording Pool()
    {
        var recording = new MadeUpRecording(4);
        for (var w = 0; w < 4; w++) recording.Task(10 + w, $"worker-{w}");
        for (var (i, at) = (0, 10 * Ms); i < 40; i++, at += 8 * Ms)
        {
            for (var w = 0; w < 4; w++)
                recording.At(at + (w * Us)).HrTimer(w, "hrtimer_wakeup", true).Wake(w, 10 + w, w).HrTimer(w, "hrtimer_wakeup", false).Switch(w, "R", 10 + w);
            for (var w = 0; w < 4; w++) recording.At(at + Ms + (w * Us)).Switch(w, "S", 0);
        }
        return recording;
    }
}
