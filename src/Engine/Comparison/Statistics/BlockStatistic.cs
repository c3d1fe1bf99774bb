namespace KernelMagnifier.Comparison.Statistics;

/// <summary>A number of one side, as a function of how often each block of time counts.</summary>
internal abstract class BlockStatistic
{
    /// <summary>The blocks.</summary>
    public abstract int Blocks { get; }

    /// <summary>The logarithm of the number.</summary>
    /// <param name="weights">How often each block counts.</param>
    public abstract double LogOf(ReadOnlySpan<ushort> weights);

    /// <summary>
    /// What each block adds to the deviation of the number, in the order of time: the counts above the percentile, or the count,
    /// less what a block of its size has on average.
    /// </summary>
    public abstract double[] Deviations();
}
