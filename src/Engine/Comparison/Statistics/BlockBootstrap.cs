namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// A bootstrap over blocks of time: how far the ratio of two sides varies if the blocks of each side are drawn again. The blocks
/// are so long that they are independent, and so few that the interval is one of Student's t distribution.
/// </summary>
internal sealed class BlockBootstrap
{
    // Of fewer counts, the variance is at least that of independent ones: a bootstrap of few does not see it.
    private const double FewCounts = 30;

    private readonly Dictionary<(int Blocks, bool IsAfter), BlockDraws> _draws = [];

    /// <summary>Estimates a ratio; null if a side has too few blocks.</summary>
    /// <param name="row">The row: a rate or a percentile.</param>
    /// <param name="confidence">The confidence of the interval.</param>
    /// <param name="exact">The ratio itself, if it is known better than from the blocks; 0 or infinite if it is gone or new.</param>
    public BootstrapResult? Ratio(RowSamples row, double confidence, double? exact)
    {
        if (SideBlocks.Of(row.Metric, row.Before) is not { } before || SideBlocks.Of(row.Metric, row.After) is not { } after) return null;
        var (first, firstVariance) = Estimate(before, false);
        var (second, secondVariance) = Estimate(after, true);
        var logRatio = exact is > 0 and < double.PositiveInfinity ? Math.Log(exact.Value) : second - first;
        var variance = firstVariance + secondVariance;
        var (firstFree, secondFree) = (before.Statistic.Blocks - 1, after.Statistic.Blocks - 1);
        // Welch and Satterthwaite.
        var freedom = variance > 0 ? variance * variance
            / ((firstVariance * firstVariance / firstFree) + (secondVariance * secondVariance / secondFree)) : firstFree + secondFree;
        var error = Math.Sqrt(variance);
        var reach = StudentT.Quantile(1 - confidence, freedom) * error;
        var evidence = error > 0 ? StudentT.Beyond(logRatio / error, freedom) : logRatio == 0 ? 1 : 0;
        var estimate = new RatioEstimate(exact ?? Math.Exp(logRatio), Math.Exp(logRatio - reach), Math.Exp(logRatio + reach));
        return new BootstrapResult(estimate, evidence, before.IsIndependent && after.IsIndependent);
    }

    /// <summary>The logarithm of the number of a side, and its variance.</summary>
    private (double Log, double Variance) Estimate(SideBlocks side, bool isAfter)
    {
        var statistic = side.Statistic;
        var draws = Draws(statistic.Blocks, isAfter);
        var (sum, squares) = (0.0, 0.0);
        var ones = new ushort[statistic.Blocks];
        Array.Fill(ones, (ushort)1);
        var log = statistic.LogOf(ones);
        Span<double> logs = stackalloc double[BlockDraws.Replicates];
        statistic.LogsOf(draws, logs);
        foreach (var replicate in logs)
        {
            var distance = replicate - log;
            sum += distance;
            squares += distance * distance;
        }
        var variance = Math.Max(0, squares - (sum * sum / BlockDraws.Replicates)) / (BlockDraws.Replicates - 1);
        // The variance of a mean of n blocks that are drawn is (n - 1) / n of that of the mean.
        variance *= side.Inflation * statistic.Blocks / (statistic.Blocks - 1.0);
        if (statistic is RateStatistic { Count: < FewCounts } rate) variance = Math.Max(variance, 1 / (rate.Count + 0.5));
        return (log, variance);
    }

    private BlockDraws Draws(int blocks, bool isAfter)
    {
        if (!_draws.TryGetValue((blocks, isAfter), out var draws))
            _draws.Add((blocks, isAfter), draws = new BlockDraws(blocks, isAfter ? 2UL : 1UL));
        return draws;
    }
}
