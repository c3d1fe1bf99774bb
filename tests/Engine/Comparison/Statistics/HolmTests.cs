using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Engine.Tests.Comparison.Statistics;

public sealed class HolmTests
{
    // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") of R.
    [Fact]
    public void CorrectsAsRDoes()
    {
        double[] expected = [0.03, 0.06, 0.06, 0.02];
        foreach (var (found, wanted) in Holm.Correct([0.01, 0.04, 0.03, 0.005]).Zip(expected)) Assert.Equal(wanted, found, 1e-12);
    }

    [Fact]
    public void WhatIsNoProbabilityIsNoEvidence()
    {
        Assert.Empty(Holm.Correct([]));
        Assert.Equal([1.0, 1.0, 0.0], Holm.Correct([double.NaN, 7, -1]));
    }
}
