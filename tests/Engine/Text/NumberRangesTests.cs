using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Text;

public class NumberRangesTests
{
    [Theory]
    [InlineData("2", 0, "2")]
    [InlineData("0-3", 0, "0 1 2 3")]
    [InlineData("0, 2 , 4-6", 0, "0 2 4 5 6")]
    [InlineData("5,1,5", 0, "5 1 5")]
    [InlineData("-3--1,7", int.MinValue, "-3 -2 -1 7")]
    [InlineData("2147483646-2147483647", 0, "2147483646 2147483647")]
    public void Parses_numbers_and_ranges(string text, int least, string expected)
    {
        Assert.True(NumberRanges.TryParse(text, least, int.MaxValue, out var numbers));
        Assert.Equal(expected, string.Join(' ', numbers));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1,,2")]
    [InlineData("a")]
    [InlineData("3-1")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("0-65536")]
    [InlineData("0-2147483647")]
    [InlineData("2147483648")]
    public void Rejects_what_is_no_list(string text) => Assert.False(NumberRanges.TryParse(text, 0, int.MaxValue, out _));
}
