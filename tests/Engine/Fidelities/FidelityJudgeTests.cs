using KernelMagnifier.Comparison;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Fidelities;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Engine.Tests.Fidelities;

/// <summary>Verdicts on loads that are made up.</summary>
public class FidelityJudgeTests
{
    private const long Ms = MadeUpLoad.Millisecond;

    [Fact]
    public void TheSameLoadIsFaithful()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var load = AnyLoad(random);
            var fidelity = Judge(load.Done(), [load.Done(), load.Done()]);
            Assert.Equal("Faithful", fidelity.Verdict);
            Assert.All(fidelity.Tasks, task =>
            {
                Assert.Equal("Faithful", task.Verdict);
                Assert.Null(task.Note);
                Assert.True(task.ArrivalDistance is null or 0);
            });
        }
    }

    [Fact]
    public void TheRecorderIsComparedOnlyIfItIsNamed()
    {
        var load = new MadeUpLoad().Periodic("periodic", 10, 20 * Ms, 2 * Ms).Periodic("km cpu0", 11, 10 * Ms, Ms).Periodic("script", 12, 15 * Ms, Ms)
            .Periodic(".NET SigHandler", 13, 10 * Ms, Ms).Periodic("kernel-magnifie", 14, 10 * Ms, Ms);
        Assert.Equal(["periodic"], Judge(load.Done(), [load.Done()]).Tasks.Select(task => task.Comm));
        Assert.Equal(["km cpu0"], Judge(load.Done(), [load.Done()], new FidelityPlan { Comm = ["km*"] }).Tasks.Select(task => task.Comm));
    }

    [Theory]
    [InlineData(1.05, "Faithful")]
    [InlineData(1.15, "Partial")]
    [InlineData(0.85, "Partial")]
    [InlineData(1.5, "NotReproduced")]
    [InlineData(2, "NotReproduced")]
    [InlineData(0.5, "NotReproduced")]
    public void AnotherPeriodIsFoundAndNamed(double scale, string verdict)
    {
        var original = new MadeUpLoad().Periodic("periodic", 10, 10 * Ms, 2 * Ms).Periodic("other", 11, 15 * Ms, Ms);
        var run = new MadeUpLoad("run.dat").Periodic("periodic", 20, (long)(10 * Ms * scale), (long)(2 * Ms * scale)).Periodic("other", 21, 15 * Ms, Ms);
        foreach (var isStructureOnly in new[] { false, true })
        {
            var fidelity = Judge(original.Done(), [run.Done()], new FidelityPlan { IsStructureOnly = isStructureOnly });
            Assert.Equal(verdict, fidelity.Verdict);
            Assert.Equal(isStructureOnly, fidelity.IsStructureOnly);
            Assert.Equal(verdict, Assert.Single(fidelity.Tasks, task => task.Comm == "periodic").Verdict);
            Assert.Equal("Faithful", Assert.Single(fidelity.Tasks, task => task.Comm == "other").Verdict);
            if (verdict != "Faithful") Assert.StartsWith("periodic ", fidelity.Reasons[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void JitterDoesNotMatterAndAnotherDistributionDoes()
    {
        var original = new MadeUpLoad().Periodic("a", 10, 10 * Ms, Ms);
        var jitter = new MadeUpLoad("jitter.dat").Periodic("a", 10, 10 * Ms, Ms, seed: 1, jitter: Ms / 2);
        Assert.Equal("Faithful", Judge(original.Done(), [jitter.Done()]).Verdict);
        var random = new MadeUpLoad("random.dat").Random("a", 10, (long)(10 * Ms / Math.Log(2)), Ms, seed: 2);
        Assert.NotEqual("Faithful", Judge(original.Done(), [random.Done()]).Verdict);
        var (one, two) = (new MadeUpLoad { Length = 20 * MadeUpLoad.Second }.Random("a", 10, 10 * Ms, Ms, seed: 3),
            new MadeUpLoad { Length = 20 * MadeUpLoad.Second }.Random("a", 10, 10 * Ms, Ms, seed: 4));
        Assert.Equal("Faithful", Judge(one.Done(), [two.Done()]).Verdict);
    }

    [Fact]
    public void AMissingStageIsNotReproduced()
    {
        var original = Stages().Done();
        var without = new MadeUpLoad("run.dat").Periodic("stage1", 10, 10 * Ms, Ms).Woken("stage2", 11, 10, Ms).Done();
        var fidelity = Judge(original, [without]);
        Assert.Equal("NotReproduced", fidelity.Verdict);
        Assert.Contains("stage3 did not run in 1 of 1 runs.", fidelity.Reasons);
        Assert.Equal(["stage2 → stage3"], fidelity.MissingEdges);
        Assert.Equal(0.5, fidelity.EdgeCoverage!.Value, 2);
        Assert.Equal("Faithful", Judge(original, [Stages().Done(), Stages().Done(), without], new FidelityPlan()).Tasks[0].Verdict);
        Assert.Equal("Partial", Judge(original, [Stages().Done(), Stages().Done(), without]).Verdict);
    }

    [Fact]
    public void AnotherWakerIsFound()
    {
        var run = new MadeUpLoad("run.dat").Periodic("stage1", 10, 10 * Ms, Ms).Woken("stage2", 11, 10, Ms).Woken("stage3", 12, 10, Ms);
        foreach (var isStructureOnly in new[] { false, true })
        {
            var fidelity = Judge(Stages().Done(), [run.Done()], new FidelityPlan { IsStructureOnly = isStructureOnly });
            Assert.Equal("NotReproduced", fidelity.Verdict);
            Assert.Contains("stage2 does not wake stage3 as in the original: 50 % of the wake-ups between tasks are missing.", fidelity.Reasons);
            Assert.Equal(["stage1 → stage3"], fidelity.ExtraEdges);
        }
    }

    [Fact]
    public void LongerRunsMatterUnlessTheCpusAreEmulated()
    {
        var original = new MadeUpLoad().Periodic("a", 10, 10 * Ms, Ms);
        var run = new MadeUpLoad("run.dat").Periodic("a", 10, 10 * Ms, 5 * Ms);
        var fidelity = Judge(original.Done(), [run.Done()]);
        Assert.Equal("Partial", fidelity.Verdict);
        Assert.Equal(5, fidelity.Tasks[0].RunP50Ratio!.Value, 3);
        Assert.Contains("a takes 50.1 % of a CPU instead of 10 %.", fidelity.Reasons);
        var emulated = FidelityJudge.Judge(new FidelityPlan(), original.Done(), [new FidelityRun { Histories = run.Done(), IsEmulated = true }]);
        Assert.Equal("Faithful", emulated.Verdict);
        Assert.True(emulated.IsStructureOnly);
        Assert.Contains(emulated.Reasons, reason => reason.Contains("emulated", StringComparison.Ordinal));
        // Both are emulated: their times can be compared.
        var both = FidelityJudge.Judge(new FidelityPlan { IsEmulated = true }, original.Done(), [new FidelityRun { Histories = run.Done(), IsEmulated = true }]);
        Assert.Equal("Partial", both.Verdict);
        Assert.False(both.IsStructureOnly);
    }

    [Fact]
    public void UncertainDataIsNeverFaithful()
    {
        var original = new MadeUpLoad().Periodic("a", 10, 10 * Ms, Ms);
        var lossy = new MadeUpLoad("lossy.dat") { Lost = 5000 }.Periodic("a", 10, 10 * Ms, Ms);
        var fidelity = Judge(original.Done(), [lossy.Done()]);
        Assert.Equal(("Partial", "lossy.dat lost 5,000 events, so its counts are uncertain."), (fidelity.Verdict, fidelity.Reasons[0]));
        var few = new MadeUpLoad { Length = 100 * Ms }.Periodic("a", 10, 10 * Ms, Ms / 1000);
        var short1 = Judge(few.Done(), [few.Done()], new FidelityPlan { Comm = ["a"] });
        Assert.Equal("Partial", short1.Verdict);
        Assert.Contains("too few to compare", short1.Reasons[0], StringComparison.Ordinal);
        var nothing = FidelityJudge.Judge(new FidelityPlan(), original.Done(), [new FidelityRun { Problem = "Run 1 panicked." }]);
        Assert.Equal(("NotReproduced", 0), (nothing.Verdict, nothing.Runs));
        Assert.Contains("Run 1 panicked.", nothing.Reasons);
        Assert.Equal("Partial", FidelityJudge.Judge(new FidelityPlan(), original.Done(),
            [new FidelityRun { Problem = "Run 1 panicked." }, new FidelityRun { Histories = original.Done() }]).Verdict);
    }

    [Fact]
    public void ABusyTaskIsComparedByItsCpuTime()
    {
        static MadeUpLoad Load(long run) => new MadeUpLoad().Busy("hog", 10, run).Periodic("a", 11, 10 * Ms, Ms);
        Assert.Equal("Faithful", Judge(Load(1900 * Ms).Done(), [Load(1700 * Ms).Done()]).Verdict);
        var half = Judge(Load(1900 * Ms).Done(), [Load(900 * Ms).Done()]);
        Assert.Equal("Partial", half.Verdict);
        Assert.StartsWith("hog takes 45", half.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 2, 0, "Faithful")]
    [InlineData(5, 1, 0, "NotReproduced")]
    [InlineData(5, 1, 1, "Partial")]
    [InlineData(1, 1, 0, "Faithful")]
    [InlineData(1, 0, 0, "NotReproduced")]
    [InlineData(10, 4, 0, "Faithful")]
    [InlineData(10, 3, 0, "NotReproduced")]
    [InlineData(3, 2, 0, "Faithful")]
    [InlineData(3, 1, 0, "NotReproduced")]
    public void TheSymptomMustComeBackInTwoOfFive(int runs, int failed, int undecided, string verdict)
    {
        var load = new MadeUpLoad().Periodic("a", 10, 10 * Ms, Ms).Done();
        var all = Enumerable.Range(0, runs).Select(i => new FidelityRun
        {
            Histories = load, Symptom = [Outcome(i < failed ? "Failed" : i < failed + undecided ? "Undecided" : "Passed")],
        }).ToArray();
        var fidelity = FidelityJudge.Judge(new FidelityPlan(), load, all, [Outcome("Failed")]);
        Assert.Equal((verdict, failed), (fidelity.Verdict, fidelity.SymptomRuns!.Value));
        var none = FidelityJudge.Judge(new FidelityPlan(), load, all, [Outcome("Passed")]);
        Assert.Equal("Partial", none.Verdict);
        Assert.Null(none.SymptomRuns);
        Assert.StartsWith("The original does not show the symptom", none.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void ThreadsOfTheLoadGeneratorAreTheGroupsOfTheWorkload()
    {
        var original = new MadeUpLoad().Periodic("a long task name", 10, 10 * Ms, Ms).Periodic("worker", 11, 10 * Ms, Ms).Periodic("worker", 12, 30 * Ms, Ms)
            .Periodic("sshd", 13, 10 * Ms, Ms);
        var workload = WorkloadOf(("a long task name", "a long task name", 10), ("worker", "worker", 11), ("worker.2", "worker", 12));
        var run = new MadeUpLoad("run.dat").Periodic("a long task nam", 100, 10 * Ms, Ms).Periodic("worker~2", 101, 10 * Ms, Ms)
            .Periodic("worker.2", 102, 30 * Ms, Ms).Periodic("rt-app", 103, 5 * Ms, Ms).Periodic("kworker/0:1", 104, 5 * Ms, Ms);
        var fidelity = Judge(original.Done(), [run.Done()], new FidelityPlan { Workload = workload });
        Assert.Equal("Faithful", fidelity.Verdict);
        Assert.Equal(["a long task name", "worker", "worker.2"], fidelity.Tasks.Select(task => task.Comm));
    }

    [Theory]
    [InlineData(50, 2, "Faithful")]
    [InlineData(50, 1, "Faithful")]
    [InlineData(200, 1, "NotReproduced")]
    public void ThreadsStandForTasksThatBeginAndEnd(int period, int threads, string verdict)
    {
        var original = new MadeUpLoad { Length = 6 * MadeUpLoad.Second }.Storm("stormling", 100, 50 * Ms, 5 * Ms).Done();
        var workload = WorkloadOf(("stormling", "stormling", 100));
        workload = workload with { Tasks = [workload.Tasks[0] with { Loop = "Once", ProcessIds = [.. original.Tasks.Keys], Instances = threads }] };
        var run = new MadeUpLoad("run.dat") { Length = 6 * MadeUpLoad.Second };
        for (var i = 0; i < threads; i++) run.Periodic(i == 0 ? "stormling" : $"stormling~{i + 1}", 10 + i, threads * period * Ms, 5 * Ms, offset: i * period * Ms);
        foreach (var isStructureOnly in new[] { false, true })
        {
            var fidelity = Judge(original, [run.Done()], new FidelityPlan { Workload = workload, IsStructureOnly = isStructureOnly });
            Assert.Equal(verdict, fidelity.Verdict);
            Assert.Equal(50 * Ms, fidelity.Tasks[0].IntervalNanoseconds);
            Assert.Equal(period * Ms, fidelity.Tasks[0].RunIntervalNanoseconds);
            Assert.Equal(1, fidelity.Tasks[0].RunP50Ratio!.Value, 3);
            Assert.Contains("The load generator cannot create tasks: of stormling, the number, the times and the run time were compared, not who creates them.",
                fidelity.Reasons);
        }
    }

    [Theory]
    [InlineData(1, true, "Faithful")]
    [InlineData(3, true, "Faithful")]
    [InlineData(20, true, "NotReproduced")]
    [InlineData(20, false, "Faithful")]
    public void OfAWorkloadALoopOfOtherSpeedIsAnotherLoad(int run, bool hasWorkload, string verdict)
    {
        var (original, again) = (new MadeUpLoad().PingPong(10, Ms).Done(), new MadeUpLoad("run.dat").PingPong(20, run * Ms).Done());
        var fidelity = Judge(original, [again], new FidelityPlan
        { IsStructureOnly = true, Workload = hasWorkload ? WorkloadOf(("ping", "ping", 10), ("pong", "pong", 11)) : null });
        Assert.Equal(verdict, fidelity.Verdict);
        if (verdict != "Faithful")
            Assert.Equal("ping has another rate: the median time between its wake-ups is 40.00 ms instead of 2.000 ms, more than the speed of CPUs explains.",
                fidelity.Reasons[0]);
        Assert.Equal(verdict, Judge(again, [original], new FidelityPlan
        { IsStructureOnly = true, Workload = hasWorkload ? WorkloadOf(("ping", "ping", 20), ("pong", "pong", 21)) : null }).Verdict);
    }

    [Theory]
    [InlineData(50, 16384, "Faithful", null)]
    [InlineData(200, 16384, "NotReproduced", "writer writes 83,626 bytes a second instead of ")]
    [InlineData(50, 24576, "Partial", "writer writes 493,997 bytes a second instead of ")]
    [InlineData(200, 65536, "NotReproduced", "writer writes 5 times a second instead of 20.")]
    public void OfFioTheRequestsAreCompared(int period, long bytes, string verdict, string? reason)
    {
        var length = 10 * MadeUpLoad.Second;
        var original = new MadeUpLoad { HasBlock = true, Length = length }.Writer("writer", 10, 50 * Ms, 16384).Done();
        var workload = WorkloadOf(("writer", "writer", 10));
        workload = workload with { Tasks = [workload.Tasks[0] with { Io = [new WorkloadIo { Device = "8,0", Operation = "Write", Requests = 200, Bytes = 1, Bursts = 200 }] }] };
        // The process that starts the jobs wakes up all the time.
        var run = new MadeUpLoad("run.dat") { HasBlock = true, Length = length }.Periodic("fio", 20, 10 * Ms, Ms).Writer("fio", 21, period * Ms, bytes).Done();
        var fidelity = Judge(original, [run], new FidelityPlan { Workload = workload });
        Assert.Equal(verdict, fidelity.Verdict);
        Assert.Contains(fidelity.Reasons, text => text.StartsWith(reason ?? "The task reads and writes as in the original in 1 run.", StringComparison.Ordinal));
        Assert.Contains("fio makes the block requests of writer: these were compared, not its wake-ups and run lengths.", fidelity.Reasons);
    }

    [Fact]
    public void NothingToCompareIsAnError()
    {
        var load = new MadeUpLoad().Periodic("a", 10, 10 * Ms, Ms).Done();
        Assert.Equal(ErrorCode.TaskNotFound, Assert.Throws<KernelMagnifierException>(() => Judge(load, [load], new FidelityPlan { Comm = ["b"] })).Code);
        var empty = new TaskHistories { Tasks = load.Tasks, Info = load.Info, Cpus = [] };
        Assert.Equal(ErrorCode.EventsNotRecorded, Assert.Throws<KernelMagnifierException>(() => Judge(empty, [load])).Code);
    }

    private static MadeUpLoad Stages() => new MadeUpLoad().Periodic("stage1", 10, 10 * Ms, Ms).Woken("stage2", 11, 10, Ms).Woken("stage3", 12, 11, Ms);

    private static MadeUpLoad AnyLoad(Random random)
    {
        var load = new MadeUpLoad();
        for (var i = 0; i < random.Next(1, 4); i++) load.Periodic($"t{i}", 10 + i, random.Next(3, 40) * Ms, random.Next(1, 2000) * 1000);
        load.Woken("w", 30, 10, Ms / 4).Woken("v", 31, 30, Ms / 8).Random("r", 32, random.Next(5, 30) * Ms, Ms, random.Next());
        return load;
    }

    private static Fidelity Judge(TaskHistories original, TaskHistories[] runs, FidelityPlan? plan = null)
        => FidelityJudge.Judge(plan ?? new FidelityPlan(), original, [.. runs.Select(run => new FidelityRun { Recording = run.Info.Path, Histories = run })]);

    private static TraceAssertion Outcome(string outcome) => new() { Subject = "Wakeup@a P99", Expected = "less than 5 ms", Found = "9 ms", Outcome = outcome };

    private static Workload WorkloadOf(params (string Name, string Comm, int Pid)[] tasks) => new()
    {
        Source = new WorkloadSource(), Edges = [], Coverage = new WorkloadCoverage(),
        Tasks = [.. tasks.Select(task => new WorkloadTask { Name = task.Name, Comm = task.Comm, ProcessIds = [task.Pid], Loop = "Open" })],
    };
}
