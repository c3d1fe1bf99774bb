using KernelMagnifier.Benchmarks.Generation;
using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Engine.Tests.Comparison.Statistics;

/// <summary>
/// How often comparisons of recordings of one generated load see a change. The rows <c>false-positives</c> and <c>power</c> of the
/// benchmark do the same with more and longer recordings.
/// </summary>
public sealed class SimulatedComparisonTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(5)]
    public void ComparisonsOfOneLoadRarelySeeAChange(int recordings)
    {
        var result = new LoadComparisons(recordings, 8, 1, 0.05).Run(60, 1);
        Assert.True(result.ShareWithChange <= 0.05, result.ToString());
        // Single latencies are not independent: a test over them sees one nearly always.
        Assert.True(result.NaivelySignificant > 30, result.ToString());
    }

    [Fact]
    public void FiveAgainstFiveSeeAShift()
    {
        var result = new LoadComparisons(5, 60, 1.3, 0.05).Run(10, 2);
        Assert.True(result.Regressed[DifferenceMetric.P99] >= 8, result.ToString());
    }
}
