using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Text;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("5ms", 5_000_000)]
    [InlineData("200us", 200_000)]
    [InlineData("200 µs", 200_000)]
    [InlineData("200μs", 200_000)]
    [InlineData("1.5s", 1_500_000_000)]
    [InlineData("2", 2_000_000_000)]
    [InlineData("0.25", 250_000_000)]
    [InlineData("7ns", 7)]
    [InlineData("1.9ns", 1)]
    [InlineData("2min", 120_000_000_000)]
    [InlineData("1h", 3_600_000_000_000)]
    public void DurationsHaveUnits(string text, long nanoseconds)
    {
        Assert.True(DurationText.TryParse(text, out var parsed));
        Assert.Equal(nanoseconds, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ms")]
    [InlineData("-1ms")]
    [InlineData("5 parsecs")]
    [InlineData("1e3s")]
    [InlineData("9999999999999h")]
    [InlineData("NaN")]
    public void OtherTextIsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(999, "999 ns")]
    [InlineData(1000, "1.000 µs")]
    [InlineData(12_345, "12.35 µs")]
    [InlineData(999_949, "999.9 µs")]
    [InlineData(999_950, "1.000 ms")]
    [InlineData(16_926_423, "16.93 ms")]
    [InlineData(2_725_491_229, "2.725 s")]
    [InlineData(12_345_678_901_234, "12,346 s")]
    public void LengthsAreShownInTheUnitThatFits(long nanoseconds, string shown) => Assert.Equal(shown, DurationText.Of(nanoseconds));

    [Theory]
    [InlineData(999_999, "999,999")]
    [InlineData(5_590_747, "5.591 M")]
    [InlineData(15_383_230_000, "15.38 G")]
    public void CountsAreShownWithFourDigits(long counts, string shown) => Assert.Equal(shown, DurationText.OfCounts(counts));
}
