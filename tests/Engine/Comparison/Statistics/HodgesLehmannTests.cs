using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Engine.Tests.Comparison.Statistics;

public sealed class HodgesLehmannTests
{
    [Fact]
    public void IsTheMedianOfAllRatios()
    {
        var estimate = HodgesLehmann.Ratio([1, 2, 4, 8], [2, 4, 8, 16], 0.95);
        Assert.Equal(2, estimate.Ratio, 1e-12);
        Assert.Equal((2 / 8.0, 16 / 1.0), (estimate.Low, estimate.High));
    }

    [Fact]
    public void IsPragmastatsForAnOddNumberOfRatios()
    {
        var random = new Random(5);
        double[] first = [.. Enumerable.Range(0, 5).Select(_ => 1 + random.NextDouble())];
        double[] second = [.. Enumerable.Range(0, 7).Select(_ => 1 + random.NextDouble())];
        var expected = Pragmastat.Toolkit.Ratio(new Pragmastat.Sample(second), new Pragmastat.Sample(first)).NominalValue;
        Assert.Equal(expected, HodgesLehmann.Ratio(first, second, 0.95).Ratio, 1e-12);
    }

    [Fact]
    public void ZerosAreNewOrGone()
    {
        Assert.Equal(double.PositiveInfinity, HodgesLehmann.Ratio([0, 0, 0, 0], [1, 2, 3, 4], 0.95).Ratio);
        Assert.Equal(0, HodgesLehmann.Ratio([1, 2, 3, 4], [0, 0, 0, 0], 0.95).Ratio);
        Assert.Equal(new RatioEstimate(1, 1, 1), HodgesLehmann.Ratio([0, 0, 0, 0], [0, 0, 0, 0], 0.95));
    }

    [Fact]
    public void FewRecordingsHaveNoInterval()
        => Assert.Equal(new RatioEstimate(2, 0, double.PositiveInfinity), HodgesLehmann.Ratio([1, 1, 1], [2, 2, 2], 0.95));

    [Theory]
    [InlineData(4, 4), InlineData(5, 5), InlineData(6, 9)]
    public void IntervalsHoldTheRatioAsOftenAsTheySay(int before, int after)
    {
        const int rounds = 4000;
        var random = new Random(11);
        double Value() => Math.Exp(Math.Tan(Math.PI * (random.NextDouble() - 0.5)) / 10);
        var held = 0;
        for (var i = 0; i < rounds; i++)
        {
            var estimate = HodgesLehmann.Ratio([.. Enumerable.Range(0, before).Select(_ => Value())],
                [.. Enumerable.Range(0, after).Select(_ => 1.3 * Value())], 0.95);
            if (estimate.Low <= 1.3 && estimate.High >= 1.3) held++;
        }
        Assert.InRange(held, 0.943 * rounds, 0.985 * rounds);
    }
}
