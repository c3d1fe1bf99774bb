using System.Globalization;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Tests the counts of lengths by time against counts that are made one interval at a time.</summary>
public class TimeHistogramTests
{
    private static readonly (string What, string Text)[] NotHistograms =
    [
        ("nothing", ""), ("no width", "0"), ("three numbers", "0 1 2"), ("no columns of this width", "0 0"), ("a negative width", "0 -5"),
        ("a width beyond the limit", $"0 {(1L << 55) + 1}"), ("an end beyond time", $"{long.MaxValue} 1000"), ("no number", "x 1000;1:1"),
        ("no colon", "0 1000;5"), ("no count", "0 1000;5:"), ("no bucket", "0 1000;:5"), ("a negative bucket", "0 1000;-1:5"),
        ("an unknown bucket", $"0 1000;{TimeHistogram.Buckets}:5"), ("a count of zero", "0 1000;5:0"), ("a negative count", "0 1000;5:-1"),
        ("a count beyond the limit", "0 1000;5:99999999999999999999"), ("a sum beyond the limit", $"0 1000;5:{long.MaxValue};5:{long.MaxValue}"),
        ("a bucket twice", "0 1000;5:1 5:2"), ("too many columns", "0 1000" + new string(';', TimeHistogram.MostColumns + 1)),
        ("a long text", "0 1000;" + new string(' ', 10_000_000)), ("markup", "<script>alert(1)</script>"), ("digits of other scripts", "0 1000;٥:١"),
    ];

    /// <summary>The lengths of each column, by the definition.</summary>
    private static SortedDictionary<int, long>[] Expected(TimeHistogram histogram, IEnumerable<(long Time, long Length)> intervals)
    {
        var columns = new SortedDictionary<int, long>[histogram.Columns];
        for (var i = 0; i < columns.Length; i++) columns[i] = [];
        foreach (var (time, length) in intervals)
        {
            var column = columns[(int)Math.Clamp((time - histogram.Origin) / histogram.Width, 0, TimeHistogram.MostColumns - 1)];
            // The bucket is found by its bounds, not by the bits of the length.
            var bucket = 0;
            while (bucket < TimeHistogram.Buckets - 1 && length >= TimeHistogram.HighOf(bucket)) bucket++;
            column[bucket] = column.GetValueOrDefault(bucket) + 1;
        }
        return columns;
    }

    private static void AssertIs(IEnumerable<(long Time, long Length)> intervals, TimeHistogram histogram)
    {
        var expected = Expected(histogram, intervals);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i].Select(pair => (pair.Key, pair.Value)), histogram[i]);
    }

    private static List<(long Time, long Length)> Intervals(int seed, int count, long from, long span)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (from + random.NextInt64(span), (long)Math.Pow(2, random.NextDouble() * 43)))];
    }

    [Fact]
    public void Buckets_have_no_gaps_and_are_at_most_a_sixteenth_wide()
    {
        for (var bucket = 0; bucket < TimeHistogram.Buckets; bucket++)
        {
            var (low, high) = (TimeHistogram.LowOf(bucket), TimeHistogram.HighOf(bucket));
            Assert.Equal(bucket, TimeHistogram.BucketOf(low));
            Assert.Equal(bucket, TimeHistogram.BucketOf(high - 1));
            if (bucket is 0 or TimeHistogram.Buckets - 1) continue;
            Assert.Equal(TimeHistogram.HighOf(bucket - 1), low);
            Assert.True((high - low) * TimeHistogram.PerOctave <= low);
        }
        Assert.Equal(0, TimeHistogram.BucketOf(-5));
        Assert.Equal(1L << 40, TimeHistogram.LowOf(TimeHistogram.Buckets - 1));
    }

    [Theory]
    [InlineData(1, 100, 1_000_000, false)]
    [InlineData(2, 3000, 500_000_000, false)]
    [InlineData(3, 3000, 90_000_000_000, true)]
    [InlineData(4, 3000, 4_000_000_000_000_000_000, true)]
    public void Counts_are_those_of_each_interval(int seed, int count, long span, bool isInOrder)
    {
        var intervals = Intervals(seed, count, 5_000, span);
        if (isInOrder) intervals.Sort();
        var histogram = new TimeHistogram(5_000);
        foreach (var (time, length) in intervals) histogram.Add(time, length);
        Assert.InRange(histogram.Columns, 1, TimeHistogram.MostColumns);
        Assert.True(histogram.Width == 1_000_000 || histogram.Columns > TimeHistogram.MostColumns / 2, "No wider than necessary");
        AssertIs(intervals, histogram);
        var read = TimeHistogram.Parse(histogram.ToString());
        Assert.NotNull(read);
        AssertIs(intervals, read);
        Assert.Equal(histogram.ToString(), read.ToString());
    }

    [Theory]
    [InlineData(1, 0, 2_000_000, 0, 2_000_000)]
    [InlineData(2, 0, 100_000_000, 3_000_000, 60_000_000_000)]
    [InlineData(3, 900_000_000, 50_000_000, 0, 70_000_000)]
    [InlineData(4, 5_000_000_000, 10_000_000_000, 0, 1_000_000)]
    public void Merging_loses_no_interval_and_moves_none_by_more_than_a_column(int seed, long from, long span, long otherFrom, long otherSpan)
    {
        var (first, second) = (Intervals(seed, 500, from, span), Intervals(seed + 100, 700, otherFrom, otherSpan));
        var (histogram, other) = (new TimeHistogram(from), new TimeHistogram(otherFrom));
        foreach (var (time, length) in first) histogram.Add(time, length);
        foreach (var (time, length) in second) other.Add(time, length);
        var unmerged = other.ToString();
        histogram.Add(other);
        Assert.Equal(unmerged, other.ToString());
        Assert.InRange(histogram.Columns, 1, TimeHistogram.MostColumns);
        Assert.True(histogram.Origin <= Math.Min(from, otherFrom));
        List<(long Time, long Length)> all = [.. first, .. second];
        var expected = Expected(histogram, all);
        // A part of a column is counted where the column starts.
        long passed = 0, passedExpected = 0;
        for (var i = 0; i < histogram.Columns; i++)
        {
            var before = passedExpected;
            passed += histogram[i].Sum(pair => pair.Count);
            passedExpected = all.Count(interval => interval.Time < histogram.Origin + ((i + 1) * histogram.Width));
            var next = all.Count(interval => interval.Time < histogram.Origin + ((i + 2) * histogram.Width));
            Assert.InRange(passed, before, next);
        }
        Assert.Equal(all.Count, passed);
        Assert.Equal(expected.SelectMany(c => c).GroupBy(c => c.Key).Select(g => (g.Key, g.Sum(c => c.Value))).Order(),
            Enumerable.Range(0, histogram.Columns).SelectMany(i => histogram[i]).GroupBy(c => c.Bucket).Select(g => (g.Key, g.Sum(c => c.Count))).Order());
    }

    [Fact]
    public void Times_outside_the_columns_count_in_the_first_and_the_last()
    {
        var histogram = new TimeHistogram(0);
        histogram.Add(long.MaxValue, 300);
        histogram.Add(long.MinValue, 300);
        histogram.Add(long.MaxValue, 300);
        Assert.InRange(histogram.Columns, 1, TimeHistogram.MostColumns);
        Assert.Equal(1, histogram[0].Single().Count);
        Assert.Equal(2, histogram[histogram.Columns - 1].Single().Count);
        var early = new TimeHistogram(long.MinValue);
        early.Add(long.MinValue, 300);
        histogram.Add(early);
        Assert.Equal(4, Enumerable.Range(0, histogram.Columns).Sum(i => histogram[i].Sum(pair => pair.Count)));
    }

    [Fact]
    public void Reads_only_what_it_writes()
    {
        Assert.Null(TimeHistogram.Parse(null));
        foreach (var (what, text) in NotHistograms) Assert.True(TimeHistogram.Parse(text) is null, $"Read {what} as a histogram");
        var random = new Random(7);
        var histogram = new TimeHistogram(100);
        foreach (var (time, length) in Intervals(8, 200, 100, 1_000_000_000)) histogram.Add(time, length);
        var valid = histogram.ToString();
        for (var i = 0; i < 3000; i++)
        {
            var mutated = valid.ToCharArray();
            for (var n = random.Next(1, 4); n > 0; n--) mutated[random.Next(mutated.Length)] = "0123456789-:; x\0"[random.Next(16)];
            if (TimeHistogram.Parse(new string(mutated)) is not { } read) continue;
            Assert.InRange(read.Columns, 0, TimeHistogram.MostColumns);
            Assert.True(Enumerable.Range(0, read.Columns).Sum(c => read[c].Sum(pair => pair.Count)) > 0);
        }
    }

    [Fact]
    public void Does_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NegativeSign = "\u2212" } };
            var histogram = new TimeHistogram(-5_000_000);
            histogram.Add(0, 1000);
            Assert.StartsWith("-5000000 1000000;", histogram.ToString(), StringComparison.Ordinal);
            Assert.NotNull(TimeHistogram.Parse(histogram.ToString()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
