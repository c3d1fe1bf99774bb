using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// A percentile of one side. Lengths are spread evenly over their bucket, so that the width of the buckets, a sixteenth of the
/// length, does not decide.
/// </summary>
internal sealed class PercentileStatistic : BlockStatistic
{
    private readonly double _quantile;

    // The buckets that have a count, in ascending order, and how much of each block is in the buckets up to each of them.
    private readonly int[] _buckets;
    private readonly double[] _upTo;

    /// <summary>Creates the statistic.</summary>
    /// <param name="blocks">The counts of each block by bucket.</param>
    /// <param name="quantile">The percentile, from 0 to 1.</param>
    public PercentileStatistic(IReadOnlyList<IReadOnlyDictionary<int, long>> blocks, double quantile)
    {
        (Blocks, _quantile) = (blocks.Count, quantile);
        _buckets = [.. blocks.SelectMany(block => block.Keys).Distinct().Order()];
        _upTo = new double[_buckets.Length * Blocks];
        for (var i = 0; i < _buckets.Length; i++)
            for (var block = 0; block < Blocks; block++)
                _upTo[(i * Blocks) + block] = blocks[block].GetValueOrDefault(_buckets[i]) + (i == 0 ? 0 : _upTo[((i - 1) * Blocks) + block]);
    }

    /// <inheritdoc/>
    public override int Blocks { get; }

    /// <inheritdoc/>
    public override double LogOf(ReadOnlySpan<ushort> weights)
    {
        var wanted = _quantile * UpTo(_buckets.Length - 1, weights);
        var (bucket, below, inside) = Find(wanted, weights);
        var part = inside > 0 ? Math.Clamp((wanted - below) / inside, 0, 1) : 0.5;
        var low = (double)TimeHistogram.LowOf(_buckets[bucket]);
        // The last bucket has no end that is known, and the first one starts at 0.
        var high = _buckets[bucket] == TimeHistogram.Buckets - 1 ? 2 * low : TimeHistogram.HighOf(_buckets[bucket]);
        return Math.Log(Math.Max(1, low + (part * (high - low))));
    }

    /// <inheritdoc/>
    public override double[] Deviations()
    {
        var ones = new ushort[Blocks];
        Array.Fill(ones, (ushort)1);
        var wanted = _quantile * UpTo(_buckets.Length - 1, ones);
        var (bucket, below, inside) = Find(wanted, ones);
        var part = inside > 0 ? (wanted - below) / inside : 0;
        var deviations = new double[Blocks];
        for (var block = 0; block < Blocks; block++)
        {
            var before = bucket == 0 ? 0 : _upTo[((bucket - 1) * Blocks) + block];
            var upTo = _upTo[(bucket * Blocks) + block];
            deviations[block] = (_quantile * _upTo[((_buckets.Length - 1) * Blocks) + block]) - (before + (part * (upTo - before)));
        }
        return deviations;
    }

    /// <summary>The bucket that holds a place, how much is below it, and how much is in it.</summary>
    private (int Bucket, double Below, double Inside) Find(double wanted, ReadOnlySpan<ushort> weights)
    {
        var (low, high) = (0, _buckets.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (UpTo(middle, weights) >= wanted) high = middle;
            else low = middle + 1;
        }
        var below = low == 0 ? 0 : UpTo(low - 1, weights);
        return (low, below, UpTo(low, weights) - below);
    }

    private double UpTo(int bucket, ReadOnlySpan<ushort> weights)
    {
        var counts = _upTo.AsSpan(bucket * Blocks, Blocks);
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++) sum += weights[i] * counts[i];
        return sum;
    }
}
