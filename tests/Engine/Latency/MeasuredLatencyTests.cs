using System.Text.Json;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>The latencies of real recordings as the user gets them, against those of an independent program.</summary>
public sealed class MeasuredLatencyTests
{
    private static readonly (LatencyGrouping By, string Group)[] Groups =
    [
        (LatencyGrouping.None, "total"), (LatencyGrouping.Cpu, "by_cpu"), (LatencyGrouping.Task, "by_task"),
        (LatencyGrouping.Task | LatencyGrouping.Syscall, "by_task_syscall"), (LatencyGrouping.Syscall, "by_syscall"), (LatencyGrouping.Irq, "by_irq"),
        (LatencyGrouping.Vector, "by_vector"), (LatencyGrouping.Vector, "by_vec"), (LatencyGrouping.Function, "by_function"),
    ];

    [SharedDataTheory]
    [InlineData("sched.dat", false)]
    [InlineData("all.dat", false)]
    [InlineData("all-lossy.dat", true)]
    public void CountsPercentilesAndAccountsAreThoseOfTheOtherProgram(string file, bool histogram)
    {
        var path = SharedData.Shared($"latency/expected/{file}.json.zst");
        using var document = JsonDocument.Parse(TestRecording.Bytes(path));
        var compared = 0;
        foreach (var (by, group) in Groups)
        {
            var latencies = Measure(SharedData.Shared($"latency/{file}"), new LatencyPlan { By = by }, new LengthStore(histogram ? 0 : long.MaxValue));
            foreach (var metric in document.RootElement.GetProperty("metrics").EnumerateObject())
            {
                if (!metric.Value.TryGetProperty(group, out var expected)) continue;
                if (ExpectedLatencies.KindOf(metric.Name) is not { } kind) continue;
                foreach (var (key, row) in Rows(expected, group))
                {
                    var latency = Assert.Single(latencies, latency => latency.Kind == kind.ToString() && latency.Key == key);
                    Compare(latency, row, histogram);
                    compared++;
                }
                if (by != LatencyGrouping.None) continue;
                var account = Assert.Single(latencies, latency => latency.Kind == kind.ToString()).Account!;
                foreach (var term in metric.Value.GetProperty("accounting").EnumerateObject())
                    Assert.Equal(term.Value.GetInt64(), account.GetValueOrDefault(term.Name));
            }
        }
        Assert.True(compared > 100, $"{compared}");
    }

    private static IReadOnlyList<KernelMagnifier.Latency.Latency> Measure(string path, LatencyPlan plan, LengthStore store)
    {
        var collector = new LatencyCollector(plan, store);
        var tally = new LatencyTally(collector);
        using var reader = TraceFile.Open(path);
        reader.ReadOnce(new IntervalBuilder(tally), null, null, default);
        collector.Add(tally);
        return collector.Latencies();
    }

    private static IEnumerable<(string? Key, JsonElement Row)> Rows(JsonElement expected, string group)
        => group == "total" ? [(null, expected)] : expected.EnumerateObject().Select(row => ((string?)row.Name, row.Value));

    private static void Compare(KernelMagnifier.Latency.Latency latency, JsonElement row, bool histogram)
    {
        long Of(string name) => row.GetProperty(name).GetInt64();
        Assert.Equal((Of("count"), Of("sum"), Of("min"), Of("max")), (latency.Count, latency.SumNanoseconds, latency.MinNanoseconds!.Value, latency.MaxNanoseconds!.Value));
        var worst = row.GetProperty("worst");
        Assert.Equal((worst.GetProperty("start").GetInt64(), worst.GetProperty("cpu").GetInt32()), (latency.Worst[0].Record.Start, latency.Worst[0].Record.Cpu));
        foreach (var (name, value) in new[] { ("p50", latency.P50Nanoseconds!.Value), ("p90", latency.P90Nanoseconds!.Value), ("p99", latency.P99Nanoseconds!.Value) })
        {
            if (!histogram) Assert.Equal(Of(name), value);
            else Assert.InRange(value, Of(name), Math.Max(LatencyHistogram.Least, Of(name) * 1.0625));
        }
        Assert.Equal(histogram ? "Histogram" : "Exact", latency.Method);
        Assert.Equal(latency.Count, latency.Histogram.Sum(bucket => bucket.Count));
        foreach (var percentile in latency.Percentiles.Where(percentile => percentile.Needs is null))
            Assert.InRange(percentile.Nanoseconds, percentile.LowNanoseconds!.Value, percentile.HighNanoseconds!.Value);
    }
}
