namespace KernelMagnifier.Comparison.Statistics;

/// <summary>A rate of one side: counts by exposure.</summary>
internal sealed class RateStatistic(BlockCount[] blocks) : BlockStatistic
{
    // Half a count keeps the logarithm finite where a choice of blocks has none.
    private const double Half = 0.5;

    /// <inheritdoc/>
    public override int Blocks => blocks.Length;

    /// <summary>The count of all blocks.</summary>
    public double Count => blocks.Sum(block => block.Count);

    /// <inheritdoc/>
    public override double LogOf(ReadOnlySpan<ushort> weights)
    {
        var (count, exposure) = (0.0, 0.0);
        for (var i = 0; i < blocks.Length; i++)
        {
            count += weights[i] * blocks[i].Count;
            exposure += weights[i] * blocks[i].Exposure;
        }
        return Math.Log((count + Half) / exposure);
    }

    /// <inheritdoc/>
    public override double[] Deviations()
    {
        var rate = Count / blocks.Sum(block => block.Exposure);
        return [.. blocks.Select(block => block.Count - (rate * block.Exposure))];
    }
}
