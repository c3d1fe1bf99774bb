using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    public override void LogsOf(BlockDraws draws, Span<double> logs)
    {
        // A comparison of all functions and edges has thousands of rows, so that this is most of its statistics.
        Span<double> exposures = stackalloc double[BlockDraws.Replicates];
        logs.Fill(Half);
        exposures.Clear();
        for (var block = 0; block < blocks.Length; block++)
        {
            var weights = draws.OfBlock(block);
            Add(weights, blocks[block].Count, logs);
            Add(weights, blocks[block].Exposure, exposures);
        }
        var results = Vectors(logs);
        var divisors = Vectors(exposures);
        for (var i = 0; i < results.Length; i++) results[i] = Vector128.Log(results[i] / divisors[i]);
    }

    private static void Add(ReadOnlySpan<double> weights, double factor, Span<double> sums)
    {
        var terms = MemoryMarshal.Cast<double, Vector128<double>>(weights);
        var results = Vectors(sums);
        for (var i = 0; i < results.Length; i++) results[i] += terms[i] * factor;
    }

    // The number of replicates is even.
    private static Span<Vector128<double>> Vectors(Span<double> numbers) => MemoryMarshal.Cast<double, Vector128<double>>(numbers);

    /// <inheritdoc/>
    public override double[] Deviations()
    {
        var rate = Count / blocks.Sum(block => block.Exposure);
        return [.. blocks.Select(block => block.Count - (rate * block.Exposure))];
    }
}
