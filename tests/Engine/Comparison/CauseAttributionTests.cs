using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Comparison.Tails;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Comparison;

/// <summary>Comparisons of made-up recordings: what keeps a task waiting is named.</summary>
public sealed class CauseAttributionTests
{
    private static readonly SamplePlan Plan = SamplePlan.Of([IntervalKind.Wakeup]);
    private static readonly ComparisonPlan Comparison = new()
    { Sample = Plan, ComparesCalls = false, Metrics = [DifferenceMetric.P50, DifferenceMetric.Rate] };

    [Fact]
    public void TheHogIsNamedFirst()
    {
        var row = Compare(Side(5, seed => Recording(seed, 0)), Side(5, seed => Recording(seed, 40_000)), Again)
            .Single(row => row.Metric == "P50");
        Assert.Equal(("Regressed", "RankTest", true), (row.Verdict, row.Method, row.IsSignificant!.Value));
        var hog = row.Attribution[0];
        Assert.Equal(("Task", "hog"), (hog.What, hog.Name));
        Assert.InRange(hog.Percent!.Value, 99, 100.01);
        // 400 waits for 42.033 microseconds on average in 399.1 milliseconds of each of two CPUs.
        Assert.Null(hog.Before);
        Assert.InRange(hog.After!.Value, 21_050_000, 21_080_000);
        Assert.Equal(["Waiter", "Waker"], row.Attribution.Skip(1).Select(share => share.What).Order(StringComparer.Ordinal));
        Assert.Empty(row.Reasons);
        Assert.Contains("moved by Task hog: 100 %", row.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatHasGoneIsNamedToo()
    {
        var row = Compare(Side(5, seed => Recording(seed, 40_000)), Side(5, seed => Recording(seed, 0)), Again)
            .Single(row => row.Metric == "P50");
        Assert.Equal(("Improved", "Task", "hog", null),
            (row.Verdict, row.Attribution[0].What, row.Attribution[0].Name, row.Attribution[0].After));
    }

    [Fact]
    public void WithoutAnotherReadingTheReasonIsSaid()
    {
        var (before, after) = (Side(5, seed => Recording(seed, 0)), Side(5, seed => Recording(seed, 40_000)));
        void Check(IReadOnlyList<TraceSample> side, RecordingRereader? reread, string reason)
        {
            var row = Compare(side, after, reread).Single(row => row.Metric == "P50");
            Assert.Equal("Regressed", row.Verdict);
            Assert.Contains(row.Reasons, text => text.Contains(reason, StringComparison.Ordinal));
            Assert.Equal(["Waiter", "Waker"], row.Attribution.Select(share => share.What).Order(StringComparer.Ordinal));
        }
        Check(before, null, "cannot be read again");
        Check(Samples.Saved(before).Samples, Again, "baseline");
        Check(before, (path, read) => throw new KernelMagnifierException(ErrorCode.TraceNotFound, path, "it is gone.", "Look for it."), "it is gone");
    }

    [Fact]
    public void NothingIsReadAgainIfNothingHasChanged()
    {
        var side = Side(5, seed => Recording(seed, 0));
        var rows = Compare(side, side, (_, _) => Assert.Fail("A recording is read again."));
        Assert.All(rows, row => Assert.Empty(row.Attribution));
        Assert.All(rows, row => Assert.Empty(row.Comparison!.Drift));
    }

    [Fact]
    public void RowsByTaskHaveTheirOwnCauses()
    {
        var plan = Plan with { By = LatencyGrouping.Task };
        var row = Compare(Side(5, seed => Recording(seed, 0), plan), Side(5, seed => Recording(seed, 40_000), plan), Again,
            Comparison with { Sample = plan }).Single(row => row is { Metric: "P50", Key: "victim" });
        Assert.Equal(("Regressed", "hog"), (row.Verdict, row.Attribution.Single().Name));
    }

    [Fact]
    public void TailsHaveNoMoreIntervalsThanAreExplained()
    {
        var times = new TimeHistogram(0);
        for (var i = 1; i <= 1000; i++) times.Add(i, i * 1000);
        var least = TailReading.Least(times, 100);
        Assert.InRange(least, 899_999, 970_000);
        Assert.Equal(0, TailReading.Least(times, 1000));
    }

    private static IReadOnlyList<TraceDifference> Compare(IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after,
        RecordingRereader? reread, ComparisonPlan? plan = null)
        => TraceComparer.Compare(plan ?? Comparison, before, after, reread);

    private static void Again(string path, Action<TraceReader, CancellationToken> read)
    {
        using var reader = TraceFile.Open(path);
        read(reader, default);
    }

    private static TraceSample[] Side(int count, Func<int, string> recording, SamplePlan? plan = null)
        => [.. Enumerable.Range(1, count).Select(seed => Samples.Of(recording(seed), plan ?? Plan))];

    /// <summary>A task is woken 400 times in 400 milliseconds, and waits for a hog if there is one.</summary>
    private static string Recording(int seed, long hog)
    {
        var made = new MadeUpRecording(2).Task(10, "hog").Task(20, "victim").Task(30, "waker");
        for (var i = 0; i < 400; i++)
        {
            var at = 1_000_000L * i;
            var idle = 2000 + (10 * seed) + (i % 7);
            made.At(at).Switch(0, "R", 30);
            if (hog > 0) made.At(at + 500).Switch(1, "R", 10);
            made.At(at + 1000).Wake(0, 20, 1).At(at + 1000 + idle + hog).Switch(1, hog > 0 ? "R+" : "R", 20)
                .At(at + 100_000).Switch(1, "S", 0).At(at + 100_100).Switch(0, "S", 0);
        }
        return made.Save();
    }
}
