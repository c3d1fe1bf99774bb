namespace KernelMagnifier.Comparison.Statistics;

/// <summary>A number of one side, as a function of how often each block of time counts.</summary>
internal abstract class BlockStatistic
{
    /// <summary>The blocks.</summary>
    public abstract int Blocks { get; }

    /// <summary>The logarithm of the number.</summary>
    /// <param name="weights">How often each block counts.</param>
    public abstract double LogOf(ReadOnlySpan<ushort> weights);

    /// <summary>The logarithms of the number in all replicates of a bootstrap.</summary>
    /// <param name="draws">The replicates, of as many blocks.</param>
    /// <param name="logs">Receives a logarithm for each of the <see cref="BlockDraws.Replicates"/>.</param>
    public virtual void LogsOf(BlockDraws draws, Span<double> logs)
    {
        for (var replicate = 0; replicate < BlockDraws.Replicates; replicate++) logs[replicate] = LogOf(draws[replicate]);
    }

    /// <summary>
    /// What each block adds to the deviation of the number, in the order of time: the counts above the percentile, or the count,
    /// less what a block of its size has on average.
    /// </summary>
    public abstract double[] Deviations();
}
