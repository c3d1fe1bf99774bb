using KernelMagnifier.Engine.Tests.Live;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Replay;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Live;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Replay;

/// <summary>The same events give the same ranges of time at each speed, and live; each range comes when its time is over.</summary>
public sealed class WindowTests
{
    private static readonly LatencyPlan Plan = new()
    {
        Every = 50_000_000, ByEnd = true, By = LatencyGrouping.Key, Worst = 0,
    };

    [SharedDataTheory]
    [InlineData("latency/sched.dat")]
    [InlineData("latency/irq.dat")]
    [InlineData("latency/rawsys.dat")]
    public void AreTheSameAtEachSpeedAndLive(string file)
    {
        var path = SharedData.Shared(file);
        using var unpaced = TraceFile.Open(path);
        var rows = Rows(unpaced, null);
        Assert.True(rows.Count > 20, $"{rows.Count} rows");
        // A task can be renamed after a range is over.
        Assert.Equal(Batch(path), rows.Select(TextWithoutName).Order(StringComparer.Ordinal));
        List<string> expected = [.. rows.Select(Text)];
        foreach (var speed in new[] { 1.0, 250 })
        {
            using var reader = TraceFile.Open(path);
            Assert.Equal(expected, Rows(reader, new ReplayClock(speed, new FakeTime(), default)).Select(Text));
        }
        var (pages, metadata) = StoredPages.Open(path, 3);
        using var live = new LiveTraceReader(pages, metadata, "", new());
        Assert.Equal(expected, Rows(live, null).Select(Text));
    }

    [SharedDataFact]
    public void ComeWhenTheirTimeIsOver()
    {
        var time = new FakeTime();
        var start = time.Now;
        var seen = new List<(double Until, double At)>();
        var windows = new LatencyWindows(new LatencyCollector(Plan), rows => seen.Add((rows[0].Until!.Value, (time.Now - start) / 1e9)));
        using var reader = TraceFile.Open(SharedData.Shared("latency/sched.dat"));
        var info = reader.ReadOnce(ReplayPace.Of(windows, new ReplayClock(1, time, default)), null, null, default);
        Assert.True(seen.Count > 20, $"{seen.Count} ranges");
        // Within one range of its end, at the next event; the last one at the end.
        foreach (var (until, at) in seen.SkipLast(1)) Assert.InRange(at - (until - (info.FirstTime!.Value / 1e9)), 0, 0.05);
    }

    [SharedDataFact]
    public void CountsAreThoseOfTheRecording()
    {
        var path = SharedData.Shared("dat/mix-fn-events.dat");
        var counts = new List<WindowCount>();
        using var reader = TraceFile.Open(path);
        var info = reader.ReadOnce(new CountWindows(10_000_000, true, counts.AddRange), null, null, default);
        Assert.Equal(info.Calls, counts.Where(c => c.IsCall).Sum(c => c.Count));
        Assert.Equal(info.Events, counts.Where(c => !c.IsCall).Sum(c => c.Count));
        Assert.Equal(counts.Select(c => c.From).Order(), counts.Select(c => c.From));
        Assert.Equal(counts.Count, counts.Select(c => (c.From, c.IsCall, c.Name)).Distinct().Count());
    }

    [Fact]
    public void NothingOfARangeIsKept()
    {
        var collector = new LatencyCollector(Plan);
        var tally = new LatencyTally(collector);
        tally.Begin(new TraceContext(new TraceSource("test"), new CallNames()), new LatencyNames());
        tally.Accept(new IntervalRecord { Kind = IntervalKind.Wakeup, Start = 40_000_000, End = 60_000_000 });
        var row = Assert.Single(collector.Take(tally));
        Assert.Equal((0.05, 1L), (row.From!.Value, row.Count));
        Assert.Empty(collector.Latencies());
        Assert.Equal(1, collector.Count);
        Assert.True(collector.Store.TryTake(new LengthDistribution(collector.Store), (int)LengthStore.DefaultMost));
    }

    private static List<string> Batch(string path)
    {
        var collector = new LatencyCollector(Plan);
        var tally = new LatencyTally(collector);
        using var reader = TraceFile.Open(path);
        reader.ReadOnce(new IntervalBuilder(tally, withCalls: false), null, null, default);
        collector.Add(tally);
        return [.. collector.Latencies().Select(TextWithoutName).Order(StringComparer.Ordinal)];
    }

    private static List<KernelMagnifier.Latency.Latency> Rows(TraceReader reader, ReplayClock? clock)
    {
        var rows = new List<KernelMagnifier.Latency.Latency>();
        reader.ReadOnce(ReplayPace.Of(new LatencyWindows(new LatencyCollector(Plan), rows.AddRange), clock), null, null, default);
        Assert.Equal(rows.Select(row => row.From).Order(), rows.Select(row => row.From));
        return rows;
    }

    private static string Text(KernelMagnifier.Latency.Latency row) => $"{row.Name} {TextWithoutName(row)}";

    private static string TextWithoutName(KernelMagnifier.Latency.Latency row)
        => $"{row.From} {row.Until} {row.Kind} {row.Key} {row.Count} {row.SumNanoseconds} {row.P50Nanoseconds} {row.MaxNanoseconds}";
}
