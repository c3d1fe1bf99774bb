namespace KernelMagnifier.Comparison.Statistics;

/// <summary>The blocks of one side, as long as they have to be to be independent of each other.</summary>
/// <param name="Statistic">The number as a function of the blocks.</param>
/// <param name="IsIndependent">Whether no correlation between adjacent blocks is left.</param>
/// <param name="Inflation">How many times the variance of independent blocks the variance is, by what correlation is left.</param>
internal sealed record SideBlocks(BlockStatistic Statistic, bool IsIndependent, double Inflation)
{
    /// <summary>The least number of blocks of a side.</summary>
    public const int Least = 8;

    /// <summary>The least seconds of a block: bursts of a load last as long.</summary>
    public const double LeastSeconds = 0.25;

    // With more blocks, the intervals are hardly narrower, and the blocks more alike.
    private const int Most = 16;

    // A correlation beyond so many standard errors is one; of ten that are none, one is beyond.
    private const double Significant = 1.28;

    private const double Second = 1e9;

    /// <summary>Finds the blocks of a side; null if there are too few.</summary>
    public static SideBlocks? Of(DifferenceMetric metric, IReadOnlyList<RecordingSample> recordings)
    {
        SideBlocks? last = null;
        for (var blocks = Most; blocks * recordings.Count >= Least && blocks > 0; blocks /= 2)
        {
            if (StatisticOf(metric, recordings, blocks) is not { } statistic) continue;
            var (correlation, error) = Correlation(statistic.Deviations(), blocks);
            // Of n values that are independent, the estimate is 1 / n too low.
            var left = Math.Max(0, correlation + (1.0 / statistic.Blocks));
            last = new SideBlocks(statistic, correlation <= Significant * error, 1 + (2 * left));
            if (last.IsIndependent) break;
        }
        return last;
    }

    private static BlockStatistic? StatisticOf(DifferenceMetric metric, IReadOnlyList<RecordingSample> recordings, int blocks)
        => metric == DifferenceMetric.Rate ? Rate(recordings, blocks) : Percentile(recordings, blocks, DifferenceMetrics.Quantile(metric));

    private static RateStatistic? Rate(IReadOnlyList<RecordingSample> recordings, int blocks)
    {
        var merged = new List<BlockCount>();
        foreach (var recording in recordings)
        {
            if (recording.Blocks.Count < blocks || recording.Seconds < blocks * LeastSeconds) return null;
            for (var block = 0; block < blocks; block++)
            {
                var (from, to) = Part(recording.Blocks.Count, block, blocks);
                var (count, exposure) = (0.0, 0.0);
                for (var i = from; i < to; i++)
                    (count, exposure) = (count + recording.Blocks[i].Count, exposure + recording.Blocks[i].Exposure);
                merged.Add(new BlockCount(count, exposure));
            }
        }
        return merged.Any(block => !double.IsFinite(block.Count) || !(block.Exposure > 0) || !double.IsFinite(block.Exposure)) ? null
            : new RateStatistic([.. merged]);
    }

    private static PercentileStatistic? Percentile(IReadOnlyList<RecordingSample> recordings, int blocks, double quantile)
    {
        var merged = new List<Dictionary<int, long>>();
        foreach (var recording in recordings)
        {
            if (recording.Times is not { } times || times.Columns < blocks
                || (double)times.Columns * times.Width < blocks * LeastSeconds * Second) return null;
            for (var block = 0; block < blocks; block++)
            {
                var (from, to) = Part(times.Columns, block, blocks);
                var counts = new Dictionary<int, long>();
                for (var i = from; i < to; i++)
                    foreach (var (bucket, count) in times[i])
                        counts[bucket] = counts.GetValueOrDefault(bucket) + count;
                merged.Add(counts);
            }
        }
        return merged.All(block => block.Count == 0) ? null : new PercentileStatistic(merged, quantile);
    }

    private static (int From, int To) Part(int columns, int block, int blocks)
        => ((int)((long)columns * block / blocks), (int)((long)columns * (block + 1) / blocks));

    /// <summary>The correlation of adjacent blocks within the recordings, and its standard error if there is none.</summary>
    /// <param name="deviations">The deviations of all blocks, whose sum is 0.</param>
    /// <param name="ofRecording">The blocks of each recording.</param>
    private static (double Value, double Error) Correlation(double[] deviations, int ofRecording)
    {
        var (products, squares, pairs) = (0.0, 0.0, 0);
        for (var i = 0; i < deviations.Length; i++)
        {
            squares += deviations[i] * deviations[i];
            if (i % ofRecording == 0) continue;
            products += deviations[i] * deviations[i - 1];
            pairs++;
        }
        return pairs == 0 || squares == 0 ? (0, 0) : (products / pairs / (squares / deviations.Length), 1 / Math.Sqrt(pairs));
    }
}
