using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Engine.Tests.Fidelities;

/// <summary>The distance of two samples, against its definition.</summary>
public class KolmogorovSmirnovTests
{
    [Fact]
    public void ItIsTheLargestDifferenceOfTheDistributionFunctions()
    {
        var random = new Random(20);
        for (var round = 0; round < 400; round++)
        {
            // Few values, so that many are equal.
            var values = random.Next(1, 30);
            long[] a = Sample(random, values), b = Sample(random, values);
            var expected = a.Concat(b).Max(x => Math.Abs(Share(a, x) - Share(b, x)));
            Assert.Equal(expected, KolmogorovSmirnov.Distance(a, b)!.Value, 12);
            Assert.Equal(KolmogorovSmirnov.Distance(a, b), KolmogorovSmirnov.Distance(b, a));
            Assert.Equal(0.0, KolmogorovSmirnov.Distance(a, a));
        }
    }

    [Fact]
    public void TheEndsAreExact()
    {
        Assert.Equal(1.0, KolmogorovSmirnov.Distance([1, 2], [3]));
        Assert.Equal(0.5, KolmogorovSmirnov.Distance([1, 2], [2, 2]));
        Assert.Equal(0.0, KolmogorovSmirnov.Distance([1, 2], [1, 1, 2, 2]));
        Assert.Null(KolmogorovSmirnov.Distance([], [1]));
        Assert.Null(KolmogorovSmirnov.Distance([1], []));
    }

    private static long[] Sample(Random random, int values)
        => [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (long)random.Next(values)).Order()];

    private static double Share(long[] sample, long upTo) => sample.Count(value => value <= upTo) / (double)sample.Length;
}
