using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Confidence intervals by order statistics.</summary>
public sealed class ConfidenceRanksTests
{
    [Theory]
    [InlineData(0.5, 6)]
    [InlineData(0.9, 36)]
    [InlineData(0.99, 368)]
    [InlineData(0.999, 3688)]
    public void AnIntervalNeedsSoManyValues(double quantile, long needed)
    {
        Assert.Equal(needed, ConfidenceRanks.Needed(quantile));
        Assert.Null(ConfidenceRanks.Of(needed - 1, quantile));
        Assert.Equal(needed - 1, ConfidenceRanks.Of(needed, quantile)!.Value.High);
    }

    /// <summary>Against the binomial distribution with logarithms of factorials.</summary>
    [Theory]
    [InlineData(6, 0.5)]
    [InlineData(100, 0.5)]
    [InlineData(101, 0.9)]
    [InlineData(5_000, 0.99)]
    [InlineData(20_000, 0.999)]
    public void TheRanksAreTheNarrowestWithHalfOfTheRestOnEachSide(int count, double quantile)
    {
        var logFactorials = new double[count + 1];
        for (var i = 1; i <= count; i++) logFactorials[i] = logFactorials[i - 1] + Math.Log(i);
        double Of(int k) => Math.Exp(logFactorials[count] - logFactorials[k] - logFactorials[count - k]
            + k * Math.Log(quantile) + (count - k) * Math.Log(1 - quantile));
        var (low, high) = ConfidenceRanks.Of(count, quantile)!.Value;
        double AtMost(long k) => Enumerable.Range(0, (int)k + 1).Sum(Of);
        double AtLeast(long k) => Enumerable.Range((int)k, count - (int)k + 1).Sum(Of);
        Assert.True(AtMost(low) <= 0.025 && AtMost(low + 1) > 0.025);
        Assert.True(AtLeast(high + 1) <= 0.025 && AtLeast(high) > 0.025);
    }

    [Theory]
    [InlineData(400, 0.99)]
    [InlineData(1000, 0.5)]
    public void TheIntervalHoldsTheQuantileInNineteenOfTwentyCases(int count, double quantile)
    {
        var random = new Random(1);
        var (low, high) = ConfidenceRanks.Of(count, quantile)!.Value;
        var held = 0;
        const int Rounds = 4000;
        var values = new double[count];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < count; i++) values[i] = random.NextDouble();
            Array.Sort(values);
            if (values[low] <= quantile && quantile <= values[high]) held++;
        }
        Assert.InRange(held / (double)Rounds, 0.94, 0.99);
    }

    [Fact]
    public void LargeNumbersTakeTheNormalDistribution()
    {
        var exact = ConfidenceRanks.Of(10_000_000, 0.99)!.Value;
        var normal = ConfidenceRanks.Of(10_000_001, 0.99)!.Value;
        Assert.InRange(normal.Low - exact.Low, -2, 2);
        Assert.InRange(normal.High - exact.High, -2, 2);
        Assert.InRange(ConfidenceRanks.Of(1_000_000_000_000, 0.999)!.Value.High, 999_000_000_000, 999_999_999_999);
    }
}
