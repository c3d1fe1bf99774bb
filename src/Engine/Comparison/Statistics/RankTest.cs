namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// The Mann–Whitney test of two sets of recordings. The distribution is that of all ways to choose one side among the values as
/// they are, so that it is exact with ties too.
/// </summary>
internal sealed class RankTest
{
    /// <summary>The most recordings, of both sides, of which the distribution is exact; beyond, it is the normal one.</summary>
    public const int MostExact = 60;

    private readonly int _before, _after;
    private readonly RankDistribution? _untied;

    /// <summary>Creates the test.</summary>
    /// <param name="before">The number of recordings before, at least 1.</param>
    /// <param name="after">The number of recordings after, at least 1.</param>
    public RankTest(int before, int after)
    {
        (_before, _after) = (before, after);
        if (before + after > MostExact) return;
        var ranks = new int[before + after];
        for (var i = 0; i < ranks.Length; i++) ranks[i] = 2 * (i + 1);
        _untied = new RankDistribution(ranks, after);
    }

    /// <summary>Whether both sides have the same distribution.</summary>
    /// <param name="before">The values before; none is NaN.</param>
    /// <param name="after">The values after.</param>
    public RankResult Of(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        var (ranks, sum) = Ranks(before, after);
        if (_untied is null) return Normally(ranks, sum);
        var isTied = false;
        for (var i = 0; i < ranks.Length; i++) isTied |= ranks[i] != 2 * (i + 1);
        var distribution = isTied ? new RankDistribution(ranks, _after) : _untied;
        return new RankResult(Math.Min(1, 2 * Math.Min(distribution.AtMost(sum), distribution.AtLeast(sum))), distribution.LeastPValue);
    }

    /// <summary>
    /// The place of the lower end of a confidence interval among the ascending differences of all pairs, from 0 on; the upper end
    /// has the same place from the end. Null if there are too few recordings.
    /// </summary>
    /// <param name="confidence">The confidence, such as 0.95.</param>
    public int? IntervalPlace(double confidence)
    {
        var tail = (1 - confidence) / 2;
        if (_untied is null)
        {
            var deviation = Math.Sqrt((double)_before * _after * (_before + _after + 1) / 12);
            return (int)Math.Floor(((double)_before * _after / 2) + (Normal.Quantile(tail) * deviation) - 0.5);
        }
        // The rank sum is twice U and a constant more.
        var least = _after * (_after + 1);
        var place = -1;
        while (_untied.AtMost(least + (2 * (place + 1))) <= tail) place++;
        return place < 0 ? null : place;
    }

    /// <summary>The doubled ranks of all values in ascending order, and the sum of those after.</summary>
    private static (int[] Ranks, int Sum) Ranks(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        double[] values = [.. before, .. after];
        var isAfter = new bool[values.Length];
        isAfter.AsSpan(before.Count).Fill(true);
        Array.Sort(values, isAfter);
        var ranks = new int[values.Length];
        var sum = 0;
        for (int first = 0, next; first < values.Length; first = next)
        {
            for (next = first + 1; next < values.Length && values[next] == values[first];) next++;
            for (var i = first; i < next; i++)
            {
                ranks[i] = first + 1 + next;
                if (isAfter[i]) sum += ranks[i];
            }
        }
        return (ranks, sum);
    }

    private RankResult Normally(int[] ranks, int sum)
    {
        double all = ranks.Length;
        var mean = all + 1;
        var variance = 0.0;
        foreach (var rank in ranks) variance += (rank - mean) * (rank - mean);
        variance *= _before * (double)_after / (all * (all - 1));
        if (variance <= 0) return new RankResult(1, 1);
        // Half a rank is one of the doubled ones.
        var distance = Math.Max(0, Math.Abs(sum - (_after * mean)) - 1) / Math.Sqrt(variance);
        return new RankResult(Math.Min(1, 2 * Normal.AtMost(-distance)), 0);
    }
}
