using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Text;

public class SizesTests
{
    [Theory]
    [InlineData("64MB", 64L << 20)]
    [InlineData("1.5G", 3L << 29)]
    [InlineData("4096", 4096)]
    [InlineData("10 kb", 10240)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Parses_sizes(string text, long bytes)
    {
        Assert.True(Sizes.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1K")]
    [InlineData("5 apples")]
    [InlineData("99999999T")]
    [InlineData("9223372036854775808")]
    [InlineData("8388608T")]
    public void Rejects_what_is_no_size(string text) => Assert.False(Sizes.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KB")]
    [InlineData(64L << 20, "64 MB")]
    [InlineData(900L << 30, "900 GB")]
    public void Formats_with_the_largest_unit(long bytes, string expected) => Assert.Equal(expected, Sizes.Format(bytes));
}
