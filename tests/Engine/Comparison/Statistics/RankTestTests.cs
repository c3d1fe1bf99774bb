using System.Numerics;
using KernelMagnifier.Comparison.Statistics;
using Perfolizer.Mathematics.SignificanceTesting.MannWhitney;

namespace KernelMagnifier.Engine.Tests.Comparison.Statistics;

/// <summary>The rank test against all choices of a side, one by one, and against Perfolizer where nothing ties.</summary>
public sealed class RankTestTests
{
    [Theory]
    [InlineData(4, 4), InlineData(5, 5), InlineData(4, 7), InlineData(1, 9), InlineData(6, 3)]
    public void IsExactWithTies(int before, int after)
    {
        var random = new Random(before * 100 + after);
        for (var round = 0; round < 100; round++)
        {
            // Few distinct values, some of them 0.
            double[] first = [.. Enumerable.Range(0, before).Select(_ => (double)random.Next(1 + (round / 8)))];
            double[] second = [.. Enumerable.Range(0, after).Select(_ => (double)random.Next(1 + (round / 8)))];
            var (expected, least) = ByEnumeration(first, second);
            var found = new RankTest(before, after).Of(first, second);
            Assert.Equal(expected, found.PValue, 1e-12);
            Assert.Equal(least, found.Least, 1e-12);
        }
    }

    [Theory]
    [InlineData(5, 5), InlineData(4, 9), InlineData(12, 10), InlineData(30, 30)]
    public void IsPerfolizersWithoutTies(int before, int after)
    {
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            double[] first = [.. Enumerable.Range(0, before).Select(_ => random.NextDouble())];
            double[] second = [.. Enumerable.Range(0, after).Select(_ => random.NextDouble() + (round / 40.0))];
            var wins = second.Sum(s => first.Count(f => f < s));
            var expected = Math.Min(1, 2 * Math.Min(AtMost(before, after, wins), AtMost(before, after, (before * after) - wins)));
            Assert.Equal(expected, new RankTest(before, after).Of(first, second).PValue, 1e-9);
        }
    }

    // wilcox.test(c(1, 2, 3, 4), c(5, 6, 7, 8)) of R.
    [Fact]
    public void FourAgainstFourCanBeSignificant()
        => Assert.Equal(2 / 70.0, new RankTest(4, 4).Of([1, 2, 3, 4], [5, 6, 7, 8]).PValue, 1e-12);

    [Fact]
    public void ManyRecordingsAreNearlyExact()
    {
        var random = new Random(3);
        double[] first = [.. Enumerable.Range(0, 31).Select(_ => random.NextDouble())];
        double[] second = [.. Enumerable.Range(0, 30).Select(_ => random.NextDouble() + 0.15)];
        var wins = second.Sum(s => first.Count(f => f < s));
        var exact = 2 * AtMost(31, 30, (31 * 30) - wins);
        Assert.True(first.Length + second.Length > RankTest.MostExact);
        Assert.InRange(new RankTest(31, 30).Of(first, second).PValue / exact, 0.97, 1.03);
        Assert.Equal(1, new RankTest(31, 30).Of(new double[31], new double[30]).PValue);
    }

    // qwilcox of R: 0.025 of 4 and 4 is 1, of 5 and 5 is 3, of 10 and 10 is 24; the place is one less.
    [Theory]
    [InlineData(4, 4, 0), InlineData(5, 5, 2), InlineData(10, 10, 23), InlineData(3, 3, null), InlineData(31, 30, 328)]
    public void IntervalsHavePlaces(int before, int after, int? place)
    {
        var found = new RankTest(before, after).IntervalPlace(0.95);
        if (before + after <= RankTest.MostExact) Assert.Equal(place, found);
        else Assert.InRange(found!.Value, place!.Value - 3, place.Value + 3);
    }

    /// <summary>Perfolizer has the probability of fewer wins than its argument.</summary>
    private static double AtMost(int before, int after, int wins) => MannWhitneyLoefflerExactCdf.Instance.Cdf(before, after, wins + 1);

    private static (double PValue, double Least) ByEnumeration(double[] before, double[] after)
    {
        double[] all = [.. before, .. after];
        var ranks = all.Select(value => all.Count(other => other < value) + ((all.Count(other => other == value) + 1) / 2.0)).ToArray();
        var sums = Enumerable.Range(0, 1 << all.Length).Where(choice => BitOperations.PopCount((uint)choice) == after.Length)
            .Select(choice => ranks.Where((_, i) => (choice >> i & 1) != 0).Sum()).ToArray();
        double P(double sum)
            => Math.Min(1, 2 * Math.Min(sums.Count(s => s <= sum), sums.Count(s => s >= sum)) / (double)sums.Length);
        return (P(ranks.Skip(before.Length).Sum()), sums.Distinct().Min(P));
    }
}
