using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelMagnifier.Comparison.Statistics;

/// <summary>A rate of one side: counts by exposure.</summary>
internal sealed class RateStatistic(BlockCount[] blocks) : BlockStatistic
{
    // Half a count keeps the logarithm finite where a choice of blocks has none.
    private const double Half = 0.5;

    private readonly double[] _exposures = [.. blocks.Select(block => block.Exposure)];

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
    public override void LogsOf(BlockDraws draws, Span<double> logs)
    {
        // A comparison of all functions and edges has thousands of rows, so that this is most of its statistics.
        logs.Fill(Half);
        for (var block = 0; block < blocks.Length; block++)
            // Most functions are called in some of the blocks only.
            if (blocks[block].Count != 0)
                BlockDraws.Add(draws.OfBlock(block), blocks[block].Count, logs);
        var results = MemoryMarshal.Cast<double, Vector128<double>>(logs);
        var divisors = MemoryMarshal.Cast<double, Vector128<double>>(draws.SumsOf(_exposures));
        for (var i = 0; i < results.Length; i++) results[i] = Vector128.Log(results[i] / divisors[i]);
    }

    /// <inheritdoc/>
    public override double[] Deviations()
    {
        var rate = Count / blocks.Sum(block => block.Exposure);
        return [.. blocks.Select(block => block.Count - (rate * block.Exposure))];
    }
}
