using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Lengths that are kept, and histograms of them.</summary>
public sealed class LengthDistributionTests
{
    private static readonly double[] Quantiles = [0.0001, 0.5, 0.9, 0.99, 0.999, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(5_000)]
    [InlineData(200_000)]
    public void LengthsAtPlacesAreThoseOfASort(int count)
    {
        foreach (var values in Samples(count))
        {
            var lengths = Of(values, new LengthStore());
            var sorted = values.Order().ToArray();
            long[] places = [.. Quantiles.Select(q => (long)Math.Ceiling(q * count) - 1).Distinct()];
            Assert.Equal(places.Select(place => sorted[place]), lengths.At(places).Select(found => found.From));
            Assert.True(lengths.IsExact);
            Assert.Equal((values.Length, values.Min(), values.Max()), ((int)lengths.Count, lengths.Min, lengths.Max));
            Assert.Equal(values.Aggregate(UInt128.Zero, (sum, value) => sum + (UInt128)value), lengths.Sum);
        }
    }

    [Fact]
    public void TheSumOfManyLongLengthsIsExact()
    {
        var lengths = new LengthDistribution(new LengthStore());
        for (var i = 0; i < 5; i++) lengths.Add(long.MaxValue - 1);
        Assert.Equal((UInt128)(long.MaxValue - 1) * 5, lengths.Sum);
    }

    [Fact]
    public void AHistogramHasTheRangesOfBpftraceAndIsAtMostOneSixteenthHigh()
    {
        foreach (var values in Samples(20_000))
        {
            var lengths = Of(values, new LengthStore());
            lengths.ToHistogram();
            Assert.False(lengths.IsExact);
            var sorted = values.Order().ToArray();
            long[] places = [.. Quantiles.Select(q => (long)Math.Ceiling(q * sorted.Length) - 1)];
            var found = lengths.At(places);
            for (var i = 0; i < places.Length; i++)
            {
                var value = sorted[places[i]];
                Assert.InRange(value, found[i].From, found[i].Until - 1 ?? long.MaxValue);
                if (value is >= LatencyHistogram.Least and < LatencyHistogram.Most) Assert.True(found[i].Until <= value * 1.0625);
            }
            // bpftrace's hist(x, 4) has 16 ranges of equal size between two powers of two.
            foreach (var bucket in lengths.Buckets())
            {
                Assert.Equal(values.Count(value => value >= bucket.From && value < (bucket.Until ?? long.MaxValue)), bucket.Count);
                if (bucket.From is < LatencyHistogram.Least or >= LatencyHistogram.Most) continue;
                var octave = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bucket.From + 1) / 2;
                Assert.Equal((octave / 16, 0), (bucket.Until - bucket.From, (bucket.From - octave) % (octave / 16)));
            }
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(60_000)]
    [InlineData(0)]
    public void PartsAddUpToTheWhole(long room)
    {
        var values = Samples(50_000).Last();
        var store = new LengthStore(room);
        var whole = Of(values, new LengthStore());
        var sum = new LengthDistribution(store);
        foreach (var part in values.Chunk(7_001)) sum.Add(Of(part, store));
        Assert.Equal((whole.Count, whole.Sum, whole.Min, whole.Max), (sum.Count, sum.Sum, sum.Min, sum.Max));
        Assert.Equal(room == long.MaxValue, sum.IsExact);
        Assert.Equal(whole.Buckets(), sum.Buckets());
        long[] places = [0, 25_000, 49_999];
        if (sum.IsExact) Assert.Equal(whole.At(places), sum.At(places));
    }

    [Fact]
    public void TheLargestRowsBecomeHistogramsWhenThereIsNoMoreRoom()
    {
        var store = new LengthStore(100_000);
        var small = Of([.. Enumerable.Range(0, 100).Select(i => (long)i)], store);
        var large = Of([.. Enumerable.Range(0, 300_000).Select(i => (long)i * 1000)], store);
        Assert.Equal((true, false, 300_000), (small.IsExact, large.IsExact, large.Count));
        Assert.Equal(300_000, large.Buckets().Sum(bucket => bucket.Count));
    }

    private static LengthDistribution Of(long[] values, LengthStore store)
    {
        var lengths = new LengthDistribution(store);
        foreach (var value in values) lengths.Add(value);
        return lengths;
    }

    /// <summary>Equal values, values of all sizes, and such that are long mostly.</summary>
    private static IEnumerable<long[]> Samples(int count)
    {
        var random = new Random(count);
        yield return [.. Enumerable.Repeat(4096L, count)];
        yield return [.. Enumerable.Range(0, count).Select(_ => (long)Math.Exp(random.NextDouble() * 32))];
        yield return [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(0, 1L << random.Next(1, 45)))];
    }
}
