namespace KernelMagnifier.Comparison.Statistics;

/// <summary>The blocks of one side, as long as they have to be to be independent of each other.</summary>
/// <param name="Statistic">The number as a function of the blocks.</param>
/// <param name="IsIndependent">Whether no correlation between adjacent blocks is left.</param>
internal sealed record SideBlocks(BlockStatistic Statistic, bool IsIndependent)
{
    /// <summary>The least number of blocks of a side.</summary>
    public const int Least = 8;

    // With more blocks than these, the intervals are no narrower.
    private const int Most = 32;

    // A correlation beyond so many standard deviations is one.
    private const double Significant = 1.28;

    /// <summary>Finds the blocks of a side; null if there are too few.</summary>
    public static SideBlocks? Of(DifferenceMetric metric, IReadOnlyList<RecordingSample> recordings)
    {
        SideBlocks? last = null;
        for (var blocks = Most; blocks * recordings.Count >= Least && blocks > 0; blocks /= 2)
        {
            if (StatisticOf(metric, recordings, blocks) is not { } statistic) continue;
            last = new SideBlocks(statistic, !IsCorrelated(statistic.Deviations(), blocks));
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
            if (recording.Blocks.Count < blocks) return null;
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
            if (recording.Times is not { } times || times.Columns < blocks) return null;
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

    /// <summary>Whether adjacent blocks are correlated, within the recordings.</summary>
    /// <param name="deviations">The deviations of all blocks, whose sum is 0.</param>
    /// <param name="ofRecording">The blocks of each recording.</param>
    private static bool IsCorrelated(double[] deviations, int ofRecording)
    {
        var (products, squares, pairs) = (0.0, 0.0, 0);
        for (var i = 0; i < deviations.Length; i++)
        {
            squares += deviations[i] * deviations[i];
            if (i % ofRecording == 0) continue;
            products += deviations[i] * deviations[i - 1];
            pairs++;
        }
        return pairs > 0 && products > squares * Significant * Math.Sqrt(pairs) / deviations.Length;
    }
}
