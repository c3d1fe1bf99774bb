using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Comparison.Statistics;

public sealed class BlockBootstrapTests
{
    private const double Confidence = 0.95;

    [Fact]
    public void IntervalsOfIndependentRatesHoldTheRatioAsOftenAsTheySay()
    {
        const int rounds = 1000;
        var random = new Random(1);
        var bootstrap = new BlockBootstrap();
        var held = 0;
        for (var i = 0; i < rounds; i++)
        {
            var estimate = bootstrap.Ratio(Rates(Counts(random, 100), Counts(random, 150)), Confidence, null)!.Value.Estimate;
            if (estimate.Low <= 1.5 && estimate.High >= 1.5) held++;
        }
        // What is left of a correlation by chance makes the intervals wider.
        Assert.InRange(held, 0.94 * rounds, 0.995 * rounds);
    }

    [Fact]
    public void PercentilesAreFinerThanTheirBuckets()
    {
        // The buckets of 64 to 68 and 68 to 72 microseconds.
        var row = Lengths(100, 65_000, 67_000, 0, 1);
        var estimate = new BlockBootstrap().Ratio(row, Confidence, null)!.Value.Estimate;
        Assert.InRange(estimate.Ratio, 0.94, 1.06);
        var random = new Random(2);
        var spread = Lengths(3000, 0, 0, 100_000, 1, random);
        var shifted = Lengths(3000, 0, 0, 100_000, 1.03, random);
        estimate = new BlockBootstrap().Ratio(spread with { After = shifted.After }, Confidence, null)!.Value.Estimate;
        Assert.InRange(estimate.Ratio, 1.025, 1.035);
    }

    [Fact]
    public void TheAnswerIsTheSameEachTime()
    {
        var row = Rates(Counts(new Random(3), 30), Counts(new Random(4), 40));
        var first = new BlockBootstrap().Ratio(row, Confidence, null);
        var used = new BlockBootstrap();
        used.Ratio(Rates(Counts(new Random(5), 30), Counts(new Random(6), 40)), Confidence, null);
        Assert.Equal(first, used.Ratio(row, Confidence, null));
        Assert.NotNull(first);
    }

    [Fact]
    public void ADriftIsNoEvidence()
    {
        var random = new Random(7);
        double[] drifting = [.. Enumerable.Range(0, 64).Select(i => 100.0 + (5 * i) + random.Next(20))];
        var result = new BlockBootstrap().Ratio(Rates(drifting, Counts(random, 500)), Confidence, null)!.Value;
        Assert.False(result.IsIndependent);
        var row = DifferenceJudge.Judge([Rates(drifting, Counts(random, 900))], 0.1)[0];
        Assert.Equal(DifferenceVerdict.Inconclusive, row.Verdict);
        Assert.Contains("depend on their neighbours", Assert.Single(row.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void OnePairIsNeverSignificant()
    {
        var random = new Random(8);
        var row = DifferenceJudge.Judge([Rates(Counts(random, 100), Counts(random, 200))], 0.1)[0];
        Assert.Equal((DifferenceVerdict.Regressed, DifferenceMethod.SinglePair), (row.Verdict, row.Method));
        Assert.Equal((null, null), (row.IsSignificant, row.PValue));
        Assert.InRange(row.Ratio!.Value, 1.9, 2.1);
    }

    [Theory]
    [InlineData(0, 3, DifferenceVerdict.Inconclusive)]
    [InlineData(0, 400, DifferenceVerdict.Regressed)]
    [InlineData(400, 0, DifferenceVerdict.Improved)]
    [InlineData(0, 0, DifferenceVerdict.Inconclusive)]
    public void WhatIsNewNeedsMoreThanAFewCounts(int before, int after, object verdict)
    {
        var row = DifferenceJudge.Judge([Rates(Spread(before), Spread(after))], 0.1)[0];
        Assert.Equal(verdict, row.Verdict);
        Assert.Null(row.Ratio);

        static double[] Spread(int count) => [.. Enumerable.Range(0, 64).Select(i => (double)(count * (i + 1) / 64) - (count * i / 64))];
    }

    [Fact]
    public void OneBurstOfWhatIsNewIsNoEvidence()
    {
        var burst = new double[64];
        burst[20] = 500;
        Assert.Equal(DifferenceVerdict.Inconclusive, DifferenceJudge.Judge([Rates(new double[64], burst)], 0.1)[0].Verdict);
    }

    [Fact]
    public void ShortRecordingsAndHostileOnesHaveNoInterval()
    {
        var bootstrap = new BlockBootstrap();
        Assert.Null(bootstrap.Ratio(Rates(Counts(new Random(9), 9), Counts(new Random(9), 9), 1.9), Confidence, null));
        Assert.NotNull(bootstrap.Ratio(Rates(Counts(new Random(9), 9), Counts(new Random(9), 9), 2.1), Confidence, null));
        Assert.Null(bootstrap.Ratio(Rates([1, 2, 3], [1, 2, 3]), Confidence, null));
        Assert.Null(bootstrap.Ratio(Rates([.. Enumerable.Repeat(double.NaN, 64)], Counts(new Random(9), 9)), Confidence, null));
        Assert.Null(bootstrap.Ratio(Rates([.. Enumerable.Repeat(double.PositiveInfinity, 64)], Counts(new Random(9), 9)), Confidence, null));
        var empty = new RecordingSample { Value = 1, Count = 1000, Times = new TimeHistogram(0) };
        Assert.Null(bootstrap.Ratio(new RowSamples(DifferenceMetric.P50, [empty], [empty]), Confidence, null));
    }

    [Fact]
    public void HugeCountsAndLengthsAreNumbers()
    {
        var times = new TimeHistogram(0, 1_000_000_000);
        for (var second = 0L; second < 64; second++) times.Add(second * 1_000_000_000, long.MaxValue, 1L << 39);
        var sample = new RecordingSample { Value = long.MaxValue, Count = 1L << 45, Times = times };
        var row = DifferenceJudge.Judge([new RowSamples(DifferenceMetric.P99, [sample], [sample])], 0.1)[0];
        Assert.Equal((DifferenceVerdict.NoDifference, 1.0), (row.Verdict, row.Ratio));
    }

    private static double[] Counts(Random random, int mean)
        => [.. Enumerable.Range(0, 64).Select(_ => (double)Enumerable.Range(0, 2 * mean).Count(_ => random.Next(2) == 0))];

    private static RowSamples Rates(double[] before, double[] after, double seconds = 64)
        => new(DifferenceMetric.Rate, [Rate(before, seconds)], [Rate(after, seconds)]);

    private static RecordingSample Rate(double[] counts, double seconds) => new()
    {
        Value = counts.All(double.IsFinite) ? counts.Sum() / seconds : 1,
        Count = 1000,
        Blocks = [.. counts.Select(count => new BlockCount(count, seconds / counts.Length))],
        Seconds = seconds,
    };

    /// <summary>The median of one length on each side, or of lengths that are spread over a range.</summary>
    private static RowSamples Lengths(int perSecond, long before, long after, int range, double shift, Random? random = null)
    {
        RecordingSample Side(long length)
        {
            var times = new TimeHistogram(0, 1_000_000_000);
            for (var second = 0L; second < 64; second++)
                for (var i = 0; i < perSecond; i++)
                    times.Add(second * 1_000_000_000, length + (long)(shift * (range == 0 ? 0 : 1000 + random!.Next(range))));
            return new RecordingSample { Value = 1, Count = times.Total, Times = times };
        }
        return new RowSamples(DifferenceMetric.P50, [Side(before)], [Side(after)]);
    }
}
