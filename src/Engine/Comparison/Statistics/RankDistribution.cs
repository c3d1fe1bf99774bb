namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// The exact distribution of a sum of ranks if each choice of some of the ranks is equally likely. Ranks are doubled, so that the
/// ranks of ties are whole numbers.
/// </summary>
internal sealed class RankDistribution
{
    // The probabilities of a sum that is at most, and at least, the least sum plus the index.
    private readonly double[] _atMost, _atLeast;
    private readonly int _least;

    /// <summary>Finds the distribution.</summary>
    /// <param name="doubledRanks">The ranks times two, in ascending order.</param>
    /// <param name="chosen">How many of them are summed.</param>
    public RankDistribution(ReadOnlySpan<int> doubledRanks, int chosen)
    {
        foreach (var rank in doubledRanks[..chosen]) _least += rank;
        var most = 0;
        foreach (var rank in doubledRanks[^chosen..]) most += rank;
        // ways[k][s]: in how many ways k of the ranks so far have the sum s.
        var ways = new double[chosen + 1][];
        for (var k = 0; k <= chosen; k++) ways[k] = new double[most + 1];
        ways[0][0] = 1;
        for (var i = 0; i < doubledRanks.Length; i++)
            for (var k = Math.Min(chosen, i + 1); k > 0; k--)
                for (var sum = most; sum >= doubledRanks[i]; sum--)
                    ways[k][sum] += ways[k - 1][sum - doubledRanks[i]];
        var counts = ways[chosen].AsSpan(_least);
        var all = 0.0;
        foreach (var count in counts) all += count;
        (_atMost, _atLeast) = (new double[counts.Length], new double[counts.Length]);
        var (below, above) = (0.0, 0.0);
        for (var i = 0; i < counts.Length; i++)
        {
            _atMost[i] = (below += counts[i]) / all;
            _atLeast[^(i + 1)] = (above += counts[^(i + 1)]) / all;
        }
    }

    /// <summary>The probability of a sum that is at most this.</summary>
    public double AtMost(int sum) => sum < _least ? 0 : _atMost[Math.Min(sum - _least, _atMost.Length - 1)];

    /// <summary>The probability of a sum that is at least this.</summary>
    public double AtLeast(int sum) => sum <= _least ? 1 : sum - _least < _atLeast.Length ? _atLeast[sum - _least] : 0;

    /// <summary>The least two-sided p-value that a choice has.</summary>
    public double LeastPValue => Math.Min(1, 2 * Math.Min(_atMost[0], _atLeast[^1]));
}
