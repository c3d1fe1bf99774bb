using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Rows of latencies from intervals that a test makes.</summary>
public sealed class LatencyTallyTests
{
    [Fact]
    public void RowsAreByKindAndHaveTheLongestIntervals()
    {
        var latencies = Measure(new LatencyPlan { Worst = 2 }, [(1, 10), (2, 30), (3, 30), (4, 5)]);
        var latency = Assert.Single(latencies);
        Assert.Equal(("Wakeup", 4L, 75L, 5L, 10L, 30L), (latency.Kind, latency.Count, latency.SumNanoseconds, latency.MinNanoseconds!.Value, latency.P50Nanoseconds!.Value, latency.MaxNanoseconds!.Value));
        Assert.Equal([2, 3], latency.Worst.Select(worst => worst.ProcessId!.Value));
        Assert.Equal("P50 needs n ≥ 6", latency.Note);
        Assert.Equal((7L, 4L), (latency.Account!["starts"], latency.Account["count"]));
        Assert.Equal(3, latency.Account["raced"]);
    }

    [Fact]
    public void RowsByTaskHaveItsLastName()
    {
        var latencies = Measure(new LatencyPlan { By = LatencyGrouping.Task }, [(1, 10), (2, 30), (1, 50)]);
        Assert.Equal(["1 task1 2", "2 task2 1"], latencies.Select(latency => $"{latency.Key} {latency.Comm} {latency.Count}"));
        Assert.All(latencies, latency => Assert.Null(latency.Account));
    }

    [Fact]
    public void AFilterByNameIsByTheLastName()
    {
        var latency = Assert.Single(Measure(new LatencyPlan { Filter = new LatencyFilter { Comm = ["task1"] } }, [(1, 10), (2, 30), (1, 50)]));
        Assert.Equal((2L, 60L, null), (latency.Count, latency.SumNanoseconds, latency.Key));
        Assert.Empty(Measure(new LatencyPlan { Filter = new LatencyFilter { ExcludeComm = ["task?"] } }, [(1, 10)]));
    }

    [Fact]
    public void LimitsAreExclusive()
        => Assert.Equal(1, Assert.Single(Measure(new LatencyPlan { Filter = new LatencyFilter { Above = 10, Below = 50 } }, [(1, 10), (2, 30), (1, 50)])).Count);

    [Fact]
    public void TimeRangesBeginAtMultiples()
    {
        var latencies = Measure(new LatencyPlan { Every = 1000 }, [(1, 10), (1, 20), (1, 30)]);
        Assert.Equal([(0L, 1L), (1000L, 2L)], latencies.Select(latency => (latency.Row.From!.Value, latency.Count)));
    }

    [Fact]
    public void RecordingsAreOneRowUnlessRowsAreByRecording()
    {
        foreach (var by in new[] { LatencyGrouping.None, LatencyGrouping.Recording })
        {
            var collector = new LatencyCollector(new LatencyPlan { By = by });
            foreach (var path in new[] { "a", "b" }) Add(collector, path, [(1, 10), (2, path == "a" ? 20 : 90)]);
            var latencies = collector.Latencies();
            if (by == LatencyGrouping.None)
            {
                var latency = Assert.Single(latencies);
                Assert.Equal((4L, 90L, 10L, null), (latency.Count, latency.MaxNanoseconds!.Value, latency.Account!["starts"], latency.Recording));
                Assert.Equal(["b", "a", "a"], latency.Worst.Select(worst => worst.Recording));
            }
            else Assert.Equal(["a 20 5", "b 90 5"], latencies.Select(latency => $"{latency.Recording} {latency.MaxNanoseconds} {latency.Account!["starts"]}"));
        }
    }

    [Fact]
    public void KindsThatAreNotAskedForAreLeftOut()
        => Assert.Empty(Measure(new LatencyPlan { Kinds = [IntervalKind.Irq] }, [(1, 10)]));

    [Fact]
    public void ARecordingWithTooManyRowsCountsTheOthersTogether()
    {
        var collector = new LatencyCollector(new LatencyPlan { By = LatencyGrouping.Task });
        Add(collector, "a", [.. Enumerable.Range(1, 70_000).Select(pid => (pid, 10L))]);
        var latencies = collector.Latencies();
        Assert.Equal((65_537, 70_000), (latencies.Count, latencies.Sum(latency => latency.Count)));
        Assert.Contains(collector.Warnings(), warning => warning.Contains("more rows", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("6.1.0-56-amd64", "0", "read")]
    [InlineData("6.12.0-arm64", "63", "read")]
    [InlineData("5.14.0-503.el9.x86_64", "202", "futex")]
    [InlineData("6.12.0-arm64", "98", "futex")]
    [InlineData("6.1.0-56-amd64", "462", "mseal")]
    [InlineData("6.1.0-riscv64", "0", null)]
    [InlineData(null, "0", null)]
    public void SystemCallsHaveTheNamesOfTheMachine(string? release, string number, string? name)
        => Assert.Equal(name, SyscallNames.Of(release).Name(number));

    private static IReadOnlyList<KernelMagnifier.Latency.Latency> Measure(LatencyPlan plan, (int ProcessId, long Length)[] intervals)
    {
        var collector = new LatencyCollector(plan);
        Add(collector, "test", intervals);
        return collector.Latencies();
    }

    private static void Add(LatencyCollector collector, string path, (int ProcessId, long Length)[] intervals)
    {
        var tally = new LatencyTally(collector);
        var names = new LatencyNames();
        var info = new TraceInfo(path) { KernelRelease = "6.1.0-56-amd64" };
        tally.Begin(new TraceContext(new TraceSource(info), new CallNames()), names);
        for (var i = 0; i < intervals.Length; i++)
        {
            var (pid, length) = intervals[i];
            names.Name(pid, Encoding.UTF8.GetBytes($"early{pid}"));
            tally.Accept(new IntervalRecord
            {
                Kind = IntervalKind.Wakeup, Basis = IntervalBasis.Waking, ProcessId = pid, Start = 600 * (i + 1), End = 600 * (i + 1) + length, Cpu = 1, StartCpu = 0, PreviousCpu = 1,
                Waker = 0, OnCpu = -1, Placement = length / 2,
            });
        }
        foreach (var (pid, _) in intervals) names.Name(pid, Encoding.UTF8.GetBytes($"task{pid}"));
        var account = new IntervalAccount { Starts = intervals.Length + 3, Ends = intervals.Length, Count = intervals.Length, OpenAtEnd = 3 };
        account.Parts["raced"] = 3;
        tally.End(info, new Dictionary<IntervalKind, IntervalAccount> { [IntervalKind.Wakeup] = account });
        collector.Add(tally);
    }
}
