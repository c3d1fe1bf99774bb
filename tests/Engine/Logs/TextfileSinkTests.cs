using System.Globalization;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Engine.Tests.Logs;

public sealed class TextfileSinkTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void CountersGrowOverRunsAndARecordCountsOnce()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"textfile:{place["km.prom"]}");
        foreach (var number in (int[])[1, 2, 2]) place.Delivery().Deliver(SinkRecords.Make(number), [target], Long, default);
        const string Labels = "{schedule=\"hourly\",kind=\"Wakeup\",key=\"42\",name=\"sshd\"";
        Assert.Equal(12, Value(target, "kernel_magnifier_latency_seconds_count" + Labels + "}"));
        // 100, 300 and 1000 ns are below 1.024 µs, a length of exactly that is in the next range.
        Assert.Equal(6, Value(target, "kernel_magnifier_latency_seconds_bucket" + Labels + ",le=\"1.024e-06\"}"));
        Assert.Equal(8, Value(target, "kernel_magnifier_latency_seconds_bucket" + Labels + ",le=\"2.048e-06\"}"));
        Assert.Equal(10, Value(target, "kernel_magnifier_latency_seconds_bucket" + Labels + ",le=\"17.179869184\"}"));
        Assert.Equal(12, Value(target, "kernel_magnifier_latency_seconds_bucket" + Labels + ",le=\"+Inf\"}"));
        Assert.Equal(2 * ((1L << 35) + 72_424) / 1e9, Value(target, "kernel_magnifier_latency_seconds_sum" + Labels + "}"), 1e-12);
        Assert.Equal(2, Value(target, "kernel_magnifier_runs_total{schedule=\"hourly\",status=\"Completed\"}"));
        Assert.Equal(4, Value(target, "kernel_magnifier_events_lost_total{schedule=\"hourly\"}"));
        Assert.Equal(0.1, Value(target, "kernel_magnifier_run_cpu_seconds_total{schedule=\"hourly\"}"), 1e-12);
        Assert.Equal(25, Value(target, "kernel_magnifier_system_cpu_time_seconds_total{schedule=\"hourly\",cpu_mode=\"user\",attribute_le=\"sshd\"}"));
        Assert.Equal(0.25, Value(target, "kernel_magnifier_system_linux_pressure_ratio{schedule=\"hourly\"}"));
        Assert.Equal(SinkRecords.Start.AddHours(2).AddSeconds(10).ToUnixTimeSeconds(), Value(target, "kernel_magnifier_last_run_timestamp_seconds{schedule=\"hourly\"}"));
    }

    [Fact]
    public void SeriesAreBoundedAndTheOldestAreForgotten()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"textfile:{place["km.prom"]}");
        for (var i = 1; i <= 3; i++)
            place.Delivery().Deliver(SinkRecords.Make(i) with
            {
                Latencies = [.. Enumerable.Range(0, 60).Select(n => SinkRecords.Latency($"task-{i}-{n}", 500))],
            }, [target], Long, default);
        var counts = File.ReadAllLines(target.Address).Where(l => l.StartsWith("kernel_magnifier_latency_seconds_count", StringComparison.Ordinal)).ToList();
        Assert.Equal(100, counts.Count);
        Assert.Equal(60, counts.Count(l => l.Contains("task-3-", StringComparison.Ordinal)));
        Assert.Equal(80, Value(target, "kernel_magnifier_series_forgotten_total"));
    }

    [Fact]
    public void ADamagedStateIsSetAsideAndSaid()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"textfile:{place["km.prom"]}");
        place.Delivery().Deliver(SinkRecords.Make(1), [target], Long, default);
        File.WriteAllText(Path.Combine(place.Delivery().DirectoryOf(target), "state"), "{\"run\":");
        var result = place.Delivery().Deliver(SinkRecords.Make(2), [target], Long, default)[0];
        Assert.Equal(1, result.Delivered);
        Assert.Contains("begin at 0 again", result.Problem, StringComparison.Ordinal);
        Assert.Equal(1, Value(target, "kernel_magnifier_runs_total{schedule=\"hourly\",status=\"Completed\"}"));
    }

    [Fact]
    public void NothingElseIsLeftInTheDirectory()
    {
        using var place = new TemporaryDirectory();
        Directory.CreateDirectory(place["node"]);
        place.Delivery().Deliver(SinkRecords.Make(1), [LogTarget.Parse($"textfile:{place["node/km.prom"]}")], Long, default);
        Assert.Equal([place["node/km.prom"]], Directory.GetFiles(place["node"]));
    }

    private static double Value(LogTarget target, string series)
        => double.Parse(Assert.Single(File.ReadAllLines(target.Address), line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..],
            CultureInfo.InvariantCulture);
}
