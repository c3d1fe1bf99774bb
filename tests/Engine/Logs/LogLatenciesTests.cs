using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Latencies of many records are those of one over all of them.</summary>
public sealed class LogLatenciesTests
{
    private static readonly LatencyRow Row = new(IntervalKind.Wakeup, null, null, null, null, null, null, ClockUnit.Nanoseconds, null);

    [Theory]
    [InlineData(24, 0)]
    [InlineData(24, 1)]
    [InlineData(100_000, 2)]
    [InlineData(300_000, 3)]
    public void TwentyFourHoursAreTheDay(int count, int seed)
    {
        var random = new Random(seed);
        var lengths = MadeUpMeasurements.Lengths(random, count);
        var hours = lengths.Chunk((count / 24) + 1).Select((part, hour) => Hour(hour, [MadeUpMeasurements.Of(Row, part, random.Next(2) == 0)])).ToArray();
        AssertIsTheDay(MadeUpMeasurements.Of(Row, lengths, isHistogram: true), hours, random);
    }

    [Theory]
    [InlineData("tests/data/latency/sched.txt.zst")]
    public void ARecordingInTwentyFourPiecesIsTheRecording(string path)
    {
        var lengths = new Dictionary<IntervalKind, List<long>>();
        foreach (var interval in Intervals(path))
        {
            if (!lengths.TryGetValue(interval.Kind, out var of)) lengths.Add(interval.Kind, of = []);
            of.Add(interval.Length);
        }
        Assert.True(lengths.Count > 2 && lengths.Values.Sum(of => of.Count) > 1000);
        foreach (var (kind, of) in lengths)
        {
            var row = Row with { Kind = kind };
            var hours = of.Chunk((of.Count / 24) + 1).Select((part, hour) => Hour(hour, [MadeUpMeasurements.Of(row, part, false)])).ToArray();
            AssertIsTheDay(MadeUpMeasurements.Of(row, of, isHistogram: true), hours, new Random(7));
        }
    }

    [Fact]
    public void RangesAreByWallTime()
    {
        Measurement[] records = [Hour(0, [One(5)]), Hour(1, [One(7)]), Hour(1, [One(9)], minutes: 59), Hour(25, [One(11)])];
        var rows = LogLatencies.Merge(records, TimeSpan.FromHours(1));
        Assert.Equal([("00:00", 1L, 5L), ("01:00", 2L, 9L), ("01:00", 1L, 11L)],
            rows.Select(row => (row.StartTime!.Value.ToString("HH:mm", null), row.Count, row.MaxNanoseconds!.Value)));
        Assert.Equal(rows[0].From!.Value + 3600, rows[0].Until!.Value);
        Assert.Equal(["Exact", "Histogram", "Exact"], rows.Select(row => row.Method));
        Assert.All(LogLatencies.Merge(records, null), row => Assert.Null(row.StartTime));
    }

    [Fact]
    public void TimesBefore1970HaveRangesToo()
    {
        var early = Hour(0, [One(5)]) with { StartTime = new DateTimeOffset(1969, 12, 31, 23, 30, 0, TimeSpan.Zero) };
        Assert.Equal(new DateTimeOffset(1969, 12, 31, 23, 0, 0, TimeSpan.Zero), Assert.Single(LogLatencies.Merge([early], TimeSpan.FromHours(1))).StartTime);
    }

    [Fact]
    public void TasksOfSeveralBootsAreMergedByName()
    {
        KernelMagnifier.Latency.Latency Of(int pid, string comm) => MadeUpMeasurements.Of(Row with { Key = $"{pid}/0", Comm = comm, ProcessId = pid, Cpu = 0 }, [5], false);
        Measurement[] one = [Hour(0, [Of(7, "a"), Of(8, "a")]) with { BootId = "x" }, Hour(1, [Of(7, "a")]) with { BootId = "x" }];
        Assert.Equal([("7/0", 2L), ("8/0", 1L)], LogLatencies.Merge(one, null).Select(row => (row.Key!, row.Count)));
        Measurement[] renamed = [.. one, Hour(2, [Of(7, "c")]) with { BootId = "x" }];
        Assert.Equal([("7/0", 3L, null), ("8/0", 1L, (string?)"a")], LogLatencies.Merge(renamed, null).Select(row => (row.Key!, row.Count, row.Comm)));
        Measurement[] two = [.. one, Hour(2, [Of(7, "b")]) with { BootId = "y" }];
        Assert.Equal([("a/0", 3L, null), ("b/0", 1L, (int?)null)], LogLatencies.Merge(two, null).Select(row => (row.Key!, row.Count, row.ProcessId)));
    }

    [Fact]
    public void AccountsAddUp()
    {
        var merged = Assert.Single(LogLatencies.Merge([Hour(0, [One(5)]), Hour(1, [One(6)])], null));
        Assert.Equal((2L, 2L), (merged.Account!["starts"], merged.Account["count"]));
    }

    [Fact]
    public void RangesOfTheKernelMergeWithThemselvesExactly()
    {
        var (one, other) = (RangedLatency.Of(Row, [new(1, 2, 3), new(257, 513, 4)]), RangedLatency.Of(Row, [new(2, 3, 1), new(257, 513, 5), new(1 << 20, null, 1)]));
        foreach (var order in new[] { (KernelMagnifier.Latency.Latency[])[one, other], [other, one] })
        {
            var merged = Assert.Single(LogLatencies.Merge([.. order.Select((part, hour) => Hour(hour, [part]))], null));
            Assert.Equal([new(1, 2, 3), new(2, 3, 1), new(257, 513, 9), new LatencyBucket(1 << 20, null, 1)], merged.Histogram);
            Assert.Equal(("Ranges", one.SumNanoseconds + other.SumNanoseconds), (merged.Method, merged.SumNanoseconds));
        }
    }

    [Fact]
    public void AnyRangesTakeBoundedMemory()
    {
        var random = new Random(3);
        var parts = Enumerable.Range(0, 300).Select(i => RangedLatency.Of(Row,
            Enumerable.Range(0, 100).Select(j => new LatencyBucket(((i * 100) + j) * 1000L, (((i * 100) + j) * 1000L) + 1 + random.Next(999), 1))));
        var merged = Assert.Single(LogLatencies.Merge([.. parts.Select((part, hour) => Hour(hour, [part]))], null));
        Assert.Equal(30_000, merged.Count);
        Assert.True(merged.Histogram.Count < 5000);
        Assert.Equal(30_000, merged.Histogram.Sum(range => range.Count));
    }

    /// <summary>Whatever the order of the parts, and whether they are merged at once or in two steps.</summary>
    private static void AssertIsTheDay(KernelMagnifier.Latency.Latency day, Measurement[] hours, Random random)
    {
        Assert.InRange(hours.Length, 2, 24);
        var expected = Numbers(day);
        Assert.Equal(expected, Numbers(Assert.Single(LogLatencies.Merge(hours, null))));
        random.Shuffle(hours);
        Assert.Equal(expected, Numbers(Assert.Single(LogLatencies.Merge(hours, null))));
        var halves = hours.Chunk((hours.Length / 2) + 1).Select(half => Hour(0, LogLatencies.Merge(half, null)));
        // What is written and read back merges alike.
        var read = halves.Select(half => MeasurementJson.Read(MeasurementJson.ToLine(half)).Record!);
        Assert.Equal(expected, Numbers(Assert.Single(LogLatencies.Merge(read, null))));
    }

    private static string Numbers(KernelMagnifier.Latency.Latency latency) => MadeUpMeasurements.Numbers(latency);

    private static KernelMagnifier.Latency.Latency One(long length) => MadeUpMeasurements.Of(Row, [length], false);

    private static Measurement Hour(int hour, IReadOnlyList<KernelMagnifier.Latency.Latency> latencies, int minutes = 0)
        => MadeUpMeasurements.Run(hour + 1) with { Latencies = latencies, BootId = "x", StartTime = new DateTimeOffset(2026, 11, 30, 0, minutes, 0, TimeSpan.Zero).AddHours(hour) };

    private static List<IntervalRecord> Intervals(string path)
    {
        var sink = new CollectedRecords();
        using var reader = KernelMagnifier.Traces.TraceFile.Open(Path.Combine(SharedData.RepositoryRoot, path));
        reader.ReadOnce(new IntervalBuilder(sink), null, null, default);
        return sink.Records;
    }

    private sealed class CollectedRecords : IntervalSink
    {
        public List<IntervalRecord> Records { get; } = [];

        public override void Begin(TraceContext context, LatencyNames names) { }

        public override void Accept(in IntervalRecord interval) => Records.Add(interval);

        public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts) { }
    }
}
