using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Drifts;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Counting;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Comparison;

/// <summary>Comparisons of real recordings.</summary>
public sealed class TraceComparerTests
{
    [SharedDataTheory]
    [InlineData("latency/all.dat")]
    [InlineData("latency/sched-odd.dat.zst")]
    [InlineData("latency/trace-sched-odd.txt.zst")]
    [InlineData("latency/all-tsc.dat.zst")]
    public void ARecordingDoesNotDifferFromItself(string file)
    {
        var sample = Samples.Shared(file);
        var rows = Samples.Compare([sample], [sample]);
        Assert.True(rows.Count >= 15);
        Assert.All(rows, row => Assert.Contains(row.Verdict, new[] { "NoDifference", "Inconclusive" }));
        Assert.All(rows.Where(row => row.Ratio is not null), row => Assert.Equal(1, row.Ratio!.Value, 9));
        Assert.Empty(rows[0].Comparison!.Drift);
    }

    [SharedDataTheory]
    [InlineData("latency/sched.dat")]
    [InlineData("latency/all.dat")]
    [InlineData("latency/trace-default.txt.zst")]
    public void TheNumbersAreThoseOfAMeasurement(string file)
    {
        var sample = Samples.Shared(file);
        var collector = new LatencyCollector(new LatencyPlan());
        var tally = new LatencyTally(collector);
        using (var reader = TraceFile.Open(SharedData.Shared(file))) reader.Read(new IntervalBuilder(tally));
        collector.Add(tally);
        var expected = collector.Latencies().Where(l => l.Count > 0 && l.Kind != "Call")
            .Select(l => (l.Kind, l.Count, l.P50Nanoseconds!.Value, l.P90Nanoseconds!.Value, l.P99Nanoseconds!.Value, l.MaxNanoseconds!.Value));
        Assert.Equal(expected, sample.Latencies.Select(l => (l.Kind.ToString(), l.Count, l.P50, l.P90, l.P99, l.Max)));
        Assert.All(sample.Latencies, l => Assert.Equal(l.Count, l.Times.Total));
        Assert.All(sample.Latencies.Where(l => l.Kind == IntervalKind.Wakeup),
            l => Assert.Equal(l.Count, sample.Contributions.Where(c => c is { Kind: IntervalKind.Wakeup, What: "Task" }).Sum(c => c.Count)));
    }

    [SharedDataFact]
    public void CallsAreThoseOfTheEdges()
    {
        var path = SharedData.Shared("latency/all-fg.dat");
        var sample = Samples.Of(path, SamplePlan.Of([IntervalKind.Call]));
        using var reader = TraceFile.Open(path);
        var edges = reader.ReadGraph(new CallTally(CallGrouping.Edge)).Edges
            .GroupBy(edge => (edge.CallerSymbol.KnownName is null ? null : edge.CallerSymbol.ToString(), edge.CalleeSymbol.ToString()))
            .ToDictionary(edge => edge.Key, edge => edge.Sum(e => e.Count));
        Assert.NotEmpty(edges);
        Assert.Equal(edges, sample.Calls.ToDictionary(call => (call.Caller, call.Callee), call => call.Count));
        Assert.All(sample.Calls, call => Assert.Equal(0, call.Untimed));
        Assert.Contains(sample.Latencies, l => l is { Kind: IntervalKind.Call, Key: "tcp_sendmsg" });
    }

    [SharedDataFact]
    public void ABaselineGivesTheSameRowsAsItsRecording()
    {
        TraceSample one = Samples.Shared("latency/all.dat"), other = Samples.Shared("latency/sched.dat");
        TraceSample calls = Samples.Shared("latency/all-fg.dat");
        var plan = new ComparisonPlan { AllowedDrift = Enum.GetValues<DriftKind>().ToHashSet() };
        foreach (var (before, after) in new[] { (one, other), (other, one), (calls, one), (calls, calls) })
        {
            var expected = Samples.Compare([before], [after], plan).Select(Samples.Text).ToList();
            Assert.Equal(expected, Samples.Compare(Samples.Saved(before).Samples, [after], plan).Select(Samples.Text));
            Assert.Equal(expected, Samples.Compare(Samples.Saved(before).Samples, Samples.Saved(after).Samples, plan).Select(Samples.Text));
            if (ReferenceEquals(before, one)) Assert.Contains(expected, row => row.Contains("Regressed", StringComparison.Ordinal) || row.Contains("Improved", StringComparison.Ordinal));
        }
    }

    [SharedDataFact]
    public void AnotherUnitOfTheClockIsNeverComparable()
    {
        TraceSample one = Samples.Shared("latency/all.dat"), other = Samples.Shared("latency/all-tsc.dat.zst");
        var rows = Samples.Compare([one], [other], new ComparisonPlan { AllowedDrift = Enum.GetValues<DriftKind>().ToHashSet() });
        Assert.All(rows, row => Assert.Equal(("NotComparable", "None"), (row.Verdict, row.Method)));
        Assert.All(rows, row => Assert.Contains(row.Reasons, reason => reason.Contains("unit of the trace clock", StringComparison.Ordinal)));
    }

    [SharedDataFact]
    public void LossesAreNotComparableUnlessAllowed()
    {
        TraceSample one = Samples.Shared("latency/all.dat"), lossy = Samples.Shared("latency/all-lossy.dat");
        var rows = Samples.Compare([one], [lossy]);
        Assert.All(rows, row => Assert.Equal("NotComparable", row.Verdict));
        Assert.Contains(rows[0].Reasons, reason => reason.StartsWith("Loss: ", StringComparison.Ordinal) && reason.Contains("all-lossy.dat has lost ", StringComparison.Ordinal));
        rows = Samples.Compare([one], [lossy], new ComparisonPlan { AllowedDrift = new HashSet<DriftKind> { DriftKind.Loss, DriftKind.Clock, DriftKind.Duration } });
        Assert.Contains(rows, row => row.Verdict != "NotComparable");
        Assert.Contains(rows[0].Comparison!.Drift, text => text.StartsWith("Loss: ", StringComparison.Ordinal));
    }

    [SharedDataFact]
    public void KindsThatOneSideCannotTellAreNeitherNewNorGone()
    {
        TraceSample one = Samples.Shared("latency/all.dat"), sched = Samples.Shared("latency/sched.dat");
        var rows = Samples.Compare([one], [sched], new ComparisonPlan { AllowedDrift = new HashSet<DriftKind> { DriftKind.Clock } });
        Assert.All(rows.Where(row => row.Kind == "Syscall"), row =>
        {
            Assert.Equal(("NotComparable", "Unknown", null), (row.Verdict, row.Presence, row.After));
            Assert.Contains(row.Reasons, reason => reason.Contains("cannot tell Syscall", StringComparison.Ordinal));
        });
        Assert.All(rows.Where(row => row.Kind == "Wakeup"), row => Assert.NotEqual("NotComparable", row.Verdict));
    }

    [SharedDataFact]
    public void AnotherFormatIsNotComparable()
    {
        TraceSample one = Samples.Shared("latency/all.dat"), text = Samples.Shared("latency/trace-default.txt.zst");
        var rows = Samples.Compare([one], [text]);
        Assert.All(rows, row => Assert.Equal("NotComparable", row.Verdict));
        Assert.Contains(rows[0].Reasons, reason => reason.StartsWith("Format: ", StringComparison.Ordinal));
    }

    [SharedDataFact]
    public void RatesCanBePerOperation()
    {
        var one = Samples.Shared("latency/all.dat");
        var rows = Samples.Compare([one], [one], new ComparisonPlan { Per = "sys_enter" });
        var row = rows.First(r => r is { Kind: "Wakeup", Metric: "Rate" });
        Assert.Equal("1/sys_enter", row.Unit);
        Assert.Equal(row.BeforeCount / (double)one.Info.EventKinds["sys_enter"], row.Before!.Value, 12);
        var error = Assert.Throws<KernelMagnifierException>(() => Samples.Compare([one], [one], new ComparisonPlan { Per = "no_such_event" }));
        Assert.Equal(ErrorCode.BadRequest, error.Code);
    }

    [SharedDataFact]
    public void ByTaskIsByNameAndNamesAreEscaped()
    {
        var plan = new SamplePlan { By = LatencyGrouping.Key };
        var one = Samples.Shared("latency/sched-odd.dat.zst", plan);
        var rows = Samples.Compare([one], [one]);
        Assert.True(rows.Count(row => row is { Kind: "Wakeup", Metric: "P50" }) > 3);
        Assert.All(rows, row => Assert.DoesNotContain(row.ToString(), char.IsControl));
        var error = Assert.Throws<KernelMagnifierException>(() => Samples.Compare([one], [Samples.Shared("latency/sched.dat")], new ComparisonPlan { Sample = plan }));
        Assert.Equal(ErrorCode.BadRequest, error.Code);
    }

    [SharedDataFact]
    public void ARecordingThatIsNamedTwiceIsNoFurtherEvidence()
    {
        var (one, other) = (Samples.Shared("latency/sched.dat"), Samples.Shared("latency/all.dat"));
        var error = Assert.Throws<KernelMagnifierException>(() => Samples.Compare([one, one], [other]));
        Assert.Equal(ErrorCode.BadRequest, error.Code);
        Assert.Contains("named twice", error.Message, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void AnotherFilterOfFunctionsIsDrift()
    {
        var (all, few) = (Samples.Shared("dat/fn-small.dat"), Samples.Shared("dat/fn-stack.dat"));
        var rows = Samples.Compare([few], [all]);
        Assert.Contains(rows, row => row.Kind == "Call");
        Assert.All(rows.Where(row => row.Kind == "Call"), row => Assert.Equal("NotComparable", row.Verdict));
    }

    [SharedDataFact]
    public void EventsOfPerfAreKnownByTheirNames()
    {
        var sample = Samples.Shared("latency/perf-sched.script.txt.zst");
        Assert.Contains(sample.Latencies, latency => latency.Kind == IntervalKind.Wakeup);
        var rows = Samples.Compare([sample], [Samples.Shared("latency/sched.dat")]);
        Assert.DoesNotContain(rows[0].Comparison!.Drift, drift => drift.Contains("sched_switch", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("10%", 0.1)]
    [InlineData("0.1", 0.1)]
    [InlineData("1.1x", 0.1)]
    [InlineData(" 5 % ", 0.05)]
    [InlineData("0", 0.0)]
    [InlineData("0.9x", null)]
    [InlineData("ten", null)]
    [InlineData("", null)]
    [InlineData("-3%", null)]
    [InlineData("5", null)]
    public void AThresholdHasThreeSpellings(string text, double? expected) => Assert.Equal(expected, ComparisonPlan.ParseThreshold(text));

    [Fact]
    public void EmptySidesOfAKindAreNewAndGone()
    {
        var info = new TraceInfo("a") { FirstTime = 0, LastTime = 1_000_000_000, ObservedTime = 1_000_000_000, EventKinds = new Dictionary<string, long> { ["block_rq_issue"] = 9, ["block_rq_complete"] = 9 } };
        var times = new TimeHistogram(0);
        for (var i = 0; i < 900; i++) times.Add(i * 1_000_000, 5000);
        var full = new TraceSample
        {
            Info = info, Plan = new SamplePlan(),
            Latencies = [new LatencySample(IntervalKind.Block, null) { Count = 900, Sum = 4_500_000, Min = 5000, Max = 5000, P50 = 5000, P90 = 5000, P99 = 5000, Times = times }],
            Calls = [new CallSample("a", "b", [10, 10, 10, 10, 10, 10, 10, 10], 0)],
        };
        var empty = new TraceSample { Info = info, Plan = new SamplePlan() };
        var gone = Samples.Compare([full], [empty]);
        Assert.All(gone, row => Assert.Equal(("Gone", null), (row.Presence, row.Ratio)));
        Assert.Contains(gone, row => row is { Kind: "Call", Key: "a → b", Before: 80, After: 0 });
        Assert.All(Samples.Compare([empty], [full]), row => Assert.Equal("New", row.Presence));
        Assert.Empty(Samples.Compare([empty], [empty]));
    }
}
