using KernelMagnifier.Benchmarks.Generation;
using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Benchmarks;

/// <summary>The command <c>compare</c>: how often comparisons of a generated load see a change.</summary>
internal static class Simulation
{
    /// <summary>Compares, and prints the share of the comparisons that see a change.</summary>
    public static void Run(double comparisons, double recordings, double seconds, double shift, double threshold, ulong seed)
    {
        var result = new LoadComparisons((int)recordings, seconds, shift, threshold).Run((int)comparisons, seed);
        Console.WriteLine(result);
        Console.WriteLine(FormattableString.Invariant(
            $"{(shift == 1 ? result.ShareWithChange : (double)result.Regressed[DifferenceMetric.P99] / result.Count)}"));
    }
}
