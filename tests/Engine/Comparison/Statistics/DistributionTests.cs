using KernelMagnifier.Comparison.Statistics;
using Oracle = MathNet.Numerics.Distributions;

namespace KernelMagnifier.Engine.Tests.Comparison.Statistics;

/// <summary>The distributions against MathNet.Numerics.</summary>
public sealed class DistributionTests
{
    [Theory]
    [InlineData(0.0), InlineData(-0.3), InlineData(1.0), InlineData(-1.959964), InlineData(2.999), InlineData(-3.001), InlineData(-8.0)]
    [InlineData(-20.0), InlineData(5.0)]
    public void NormalProbabilitiesAreThoseOfTheOracle(double value)
    {
        var expected = Oracle.Normal.CDF(0, 1, value);
        Assert.InRange(Normal.AtMost(value) / expected, 1 - 1e-9, 1 + 1e-9);
    }

    [Theory]
    [InlineData(0.025, -1.959963984540054), InlineData(0.5, 0.0), InlineData(0.995, 2.5758293035489)]
    public void NormalQuantilesAreKnown(double probability, double expected)
        => Assert.Equal(expected, Normal.Quantile(probability), 1e-9);

    [Theory]
    [InlineData(0.1, 1), InlineData(2.0, 7), InlineData(-2.5, 14.3), InlineData(12.0, 3), InlineData(1.0, 0.7), InlineData(4.0, 500)]
    [InlineData(3.0, 9e5)]
    public void StudentProbabilitiesAreThoseOfTheOracle(double value, double freedom)
    {
        var expected = 2 * Oracle.StudentT.CDF(0, 1, freedom, -Math.Abs(value));
        Assert.InRange(StudentT.Beyond(value, freedom) / expected, 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    public void ManyDegreesOfFreedomAreNormal()
        => Assert.InRange(StudentT.Beyond(3, 1.1e6) / StudentT.Beyond(3, 0.9e6), 1 - 1e-4, 1);

    [Theory]
    [InlineData(0.05, 7, 2.364624251592785), InlineData(0.01, 14, 2.976842734370834), InlineData(0.01, 1, 63.65674116287158)]
    public void StudentQuantilesAreKnown(double probability, double freedom, double expected)
        => Assert.Equal(expected, StudentT.Quantile(probability, freedom), 1e-8);

    [Fact]
    public void WhatIsNoNumberHasNoProbability()
    {
        Assert.True(double.IsNaN(Normal.AtMost(double.NaN)));
        Assert.True(double.IsNaN(StudentT.Beyond(double.NaN, 3)));
        Assert.True(double.IsNaN(StudentT.Beyond(1, double.NaN)));
        Assert.Equal(0, StudentT.Beyond(double.PositiveInfinity, 3));
        Assert.Equal((0, 1), (Normal.AtMost(double.NegativeInfinity), Normal.AtMost(double.PositiveInfinity)));
    }
}
