using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>What is known of a share beside its time: the lock, the request, the functions, the name of a system call, the unit.</summary>
public sealed class CauseDetailTests
{
    [Theory]
    [InlineData("MUTEX", "mutex")]
    [InlineData("MUTEX|SPIN", "mutex")]
    [InlineData("READ", "rwsem")]
    [InlineData("WRITE|RT", "rt-rwlock")]
    [InlineData("RT", "rt-mutex")]
    [InlineData("PERCPU|WRITE", "percpu-rwsem")]
    public void ALockIsNamedByItsFlags(string flags, string name)
    {
        var call = Worst(new MadeUpRecording(2).Task(10, "waiter").Task(20, "holder")
            .At(100).Switch(0, "R", 10).At(150).Switch(1, "R", 20).At(200).Syscall(0, 0, true).At(250).Lock(0, flags, true)
            .At(300).Switch(0, "D", 0).At(5300).Wake(1, 10, 0).At(5400).Switch(0, "R", 10).At(5450).Lock(0, flags, false)
            .At(5500).Syscall(0, 0, false).At(5600).Switch(0, "S", 0), IntervalKind.Syscall);
        Assert.Equal(("Blocked", name, 5000, "holder"), (call.Shares[0].Category, call.Shares[0].Name, call.Shares[0].Nanoseconds, call.Shares[0].WakerComm));
        Assert.Equal($"blocked on {name}", call.TopCause);
    }

    [Fact]
    public void ALockThatWasTakenIsNoReasonForTheNextSleep()
    {
        var calls = Causes(new MadeUpRecording(2).Task(10, "waiter").Task(20, "holder")
            .At(100).Switch(0, "R", 10).At(150).Switch(1, "R", 20).At(200).Lock(0, "MUTEX", true).At(250).Lock(0, "MUTEX", false)
            .At(300).Syscall(0, 202, true).At(350).Switch(0, "S", 0).At(5300).Wake(1, 10, 0).At(5400).Switch(0, "R", 10)
            .At(5500).Syscall(0, 202, false).At(5600).Switch(0, "S", 0), IntervalKind.Syscall);
        Assert.DoesNotContain(calls.SelectMany(call => call.Shares), share => share.Name == "mutex");
    }

    /// <summary>Without events of interrupts, only context and time tell whether the waking belongs to the completion.</summary>
    [Theory]
    [InlineData(80_200, 'h', "I/O 254,0")]
    [InlineData(80_200, 's', "softirq")]
    [InlineData(1_200_000, 'h', "interrupt")]
    public void WithoutHandlersACompletionMustBeNear(int waking, char context, string expected)
    {
        var text = new MadeUpRecording(2).Task(10, "writer")
            .At(100).Switch(0, "R", 10).At(300).Issue(0, 4711).At(400).Switch(0, "D", 0)
            .At(80_100).Complete(1, 4711).At(waking).Waking(1, 10).At(1_300_000).Switch(0, "R", 10).At(1_400_000).Switch(0, "S", 0).ToString()
            .Split('\n').Select(line => line.Contains("block_rq_complete", StringComparison.Ordinal) ? line.Replace("d....", "d.h..", StringComparison.Ordinal)
                : line.Contains("sched_waking", StringComparison.Ordinal) ? line.Replace("d....", $"d.{context}..", StringComparison.Ordinal) : line);
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-made-up-").FullName, "made-up.txt");
        File.WriteAllText(path, string.Join('\n', text));
        using var reader = TraceFile.Open(path);
        var target = CauseTarget.Of("Syscall", null, 10, 0, 1.0000005, waking - 1000, ClockUnit.Nanoseconds)!;
        // Longer than the sleep, so that the waking is seen.
        var longer = CauseTarget.Of("Syscall", null, 10, 0, 1.0000005, 1_299_000, ClockUnit.Nanoseconds)!;
        var causes = CauseReading.Read(reader, [target, longer]);
        Assert.Equal(expected, causes[1].Shares.Single(share => share.Category == "Blocked").Name);
    }

    [Fact]
    public void FunctionsAreCountedInTheShareInWhichTheyAreEntered()
    {
        var cause = Worst(new MadeUpRecording(2).Task(10, "hog").Task(20, "victim").Task(30, "waker")
            .At(100).Switch(0, "R", 30).At(200).Switch(1, "R", 10).At(900).Call(1, "before", "hog_main")
            .At(1000).Wake(0, 20, 1).At(1100).Call(1, "hog_work", "hog_main").At(1200).Call(1, "hog_work", "hog_main").At(1250).Call(0, "elsewhere", "x")
            .At(1300).SoftIrq(1, 3, "NET_RX", true).At(1400).Call(1, "net_rx_action", "handle_softirqs").At(1500).Call(1, "napi_poll", "net_rx_action")
            .At(1600).SoftIrq(1, 3, "NET_RX", false).At(1700).Call(1, "hog_work", "hog_main").At(1800).Call(1, "hog_end", "hog_main")
            .At(3000).Switch(1, "S", 20).At(3100).Call(1, "after", "victim_main").At(4000).Switch(1, "S", 0), IntervalKind.Wakeup);
        Assert.Equal(["Task hog", "SoftIrq NET_RX"], cause.Shares.Select(share => $"{share.Category} {share.Name}"));
        Assert.Equal([("hog_work", 3L), ("hog_end", 1L)], Functions(cause.Shares[0]));
        Assert.Equal([("napi_poll", 1L), ("net_rx_action", 1L)], Functions(cause.Shares[1]).Order());
        Assert.All(cause.Shares.SelectMany(share => share.Functions), function => Assert.Null(function.SelfNanoseconds));
        Assert.Equal(Functions(cause.Shares[0]), Functions(CauseTotal.Of([cause]).Shares[0]));
    }

    [SharedDataTheory]
    [InlineData("latency/all-fg.dat")]
    [InlineData("dat/mix-fn-events.dat")]
    public void AllFunctionsOfAnIntervalAreThoseThatWereEnteredInIt(string name)
    {
        var path = SharedData.Shared(name);
        using var reader = TraceFile.Open(path);
        var all = CollectedCalls.Of(reader);
        var calls = all.List.Select(call => (call.Cpu, call.Time, all.Names.Functions[call.Function].Name)).ToLookup(call => call.Cpu);
        var slices = ChosenIntervals.Of(reader, IntervalKind.OnCpu).Where((_, i) => i % 7 == 0).Take(300).ToList();
        var checkedCalls = 0L;
        foreach (var (cause, slice) in CauseReading.Read(reader, slices).Zip(slices))
        {
            var entered = calls[slice.Cpu].Where(call => call.Time >= slice.Start && call.Time < slice.End)
                .GroupBy(call => call.Name).ToDictionary(group => group.Key, group => group.LongCount());
            var atStart = calls[slice.Cpu].Count(call => call.Time == slice.Start);
            var counted = cause.Shares.SelectMany(share => share.Functions).GroupBy(one => one.Function)
                .ToDictionary(group => group.Key, group => group.Sum(one => one.Calls));
            // Five of each share: none has more calls than were entered, and all are there if a share has fewer.
            Assert.All(counted, one => Assert.True(one.Value <= entered.GetValueOrDefault(one.Key), $"{one.Key}: {one.Value} of {entered.GetValueOrDefault(one.Key)} in {cause}"));
            if (cause.Shares.All(share => share.Functions.Count < 5)) Assert.InRange(entered.Values.Sum() - counted.Values.Sum(), 0, atStart);
            checkedCalls += counted.Values.Sum();
        }
        if (slices.Count > 0) Assert.True(checkedCalls > 0, $"no call in {slices.Count} slices");
    }

    [Fact]
    public void ATotalHasTheSameWordsOnce()
    {
        var recording = new MadeUpRecording(2).Task(10, "sh").Task(20, "one").Task(30, "two");
        for (var i = 0; i < 4; i++)
            recording.At((10_000 * i) + 100).Switch(0, "R", 10).At((10_000 * i) + 200).Syscall(0, 61, true).At((10_000 * i) + 300).Switch(0, "S", 0)
                .At((10_000 * i) + 400).Switch(1, "S", i % 2 == 0 ? 20 : 30).At((10_000 * i) + 5000).Wake(1, 10, 0)
                .At((10_000 * i) + 5100).Switch(0, "S", 10).At((10_000 * i) + 5200).Syscall(0, 61, false).At((10_000 * i) + 5300).Switch(0, "S", 0);
        var causes = Causes(recording, IntervalKind.Syscall);
        var total = CauseTotal.Of(causes);
        var blocked = Assert.Single(total.Shares, share => share.Category == "Blocked");
        Assert.Equal((18_800, null, null, "Task"), (blocked.Nanoseconds, blocked.Waker, blocked.WakerComm, blocked.WakerContext));
        Assert.Equal(total.Shares.Count, total.Shares.Select(CauseText.Of).Distinct().Count());
        Assert.StartsWith($"94 % of the time of 4 system calls: {total.TopCause}; ", total.Sentence, StringComparison.Ordinal);
        var one = CauseTotal.Of([.. causes.Where((_, i) => i % 2 == 0)]);
        Assert.Contains($"{one.TopCause} (woken by one/20); ", one.Sentence, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void SystemCallsHaveNames()
    {
        using var reader = TraceFile.Open(SharedData.Shared("latency/all.dat"));
        var outliers = new OutlierReading(new LatencyPlan { Kinds = [IntervalKind.Syscall] }, IntervalFloor.P99);
        var causes = CauseReading.Read(reader, [.. outliers.Read(reader, default).Select(CauseTarget.Of)]);
        Assert.NotEmpty(causes);
        Assert.All(causes, cause => Assert.Equal(cause.Interval!.Name, cause.Name));
        Assert.Contains(causes, cause => cause.Name is not null && cause.Sentence.StartsWith($"System call {cause.Name} of ", StringComparison.Ordinal));
        Assert.All(causes.GroupBy(cause => cause.Key), same => Assert.Equal(same.First().Name, CauseTotal.Of([.. same]).Name));
    }

    [SharedDataTheory]
    [InlineData("all-tsc.dat.zst", "Counts")]
    [InlineData("all.dat", "Nanoseconds")]
    public void SharesHaveTheUnitOfTheClock(string name, string unit)
    {
        using var reader = TraceFile.Open(SharedData.Shared($"latency/{name}"));
        var causes = CauseReading.Read(reader, [.. ChosenIntervals.Of(reader, IntervalKind.Wakeup).Take(20)]);
        Assert.All(causes.Append(CauseTotal.Of(causes)), cause => Assert.All(cause.Shares, share => Assert.Equal((unit, unit), (cause.Unit, share.Unit))));
    }

    private static IEnumerable<(string, long)> Functions(CauseShare share) => share.Functions.Select(one => (one.Function, one.Calls));

    private static LatencyCause Worst(MadeUpRecording recording, IntervalKind kind) => Causes(recording, kind).MaxBy(cause => cause.DurationNanoseconds)!;

    private static IReadOnlyList<LatencyCause> Causes(MadeUpRecording recording, IntervalKind kind)
    {
        using var reader = TraceFile.Open(recording.Save());
        return CauseReading.Read(reader, ChosenIntervals.Of(reader, kind));
    }
}
