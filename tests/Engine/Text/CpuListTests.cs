using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Text;

public class CpuListTests
{
    [Theory]
    [InlineData("1", "0")]
    [InlineData("3", "0-1")]
    [InlineData("f0", "4-7")]
    [InlineData("0xff", "0-7")]
    [InlineData("1,00000001", "0,32")]
    public void Parses_and_formats_masks(string mask, string list)
    {
        Assert.True(CpuList.TryParseMask(mask, out var cpus));
        Assert.Equal(list, CpuList.ToList(cpus));
        Assert.True(CpuList.TryParse(list, out var again));
        Assert.Equal(cpus, again);
        Assert.True(CpuList.TryParseMask(CpuList.ToMask(cpus), out again));
        Assert.Equal(cpus, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("g")]
    [InlineData("1,123456789")]
    public void Rejects_what_is_no_mask(string text) => Assert.False(CpuList.TryParseMask(text, out _));

    [Theory]
    [InlineData("0-65535", true)]
    [InlineData("65536", false)]
    [InlineData("-1", false)]
    public void Accepts_the_numbers_of_CPUs_only(string list, bool expected)
        => Assert.Equal(expected, CpuList.TryParse(list, out _));
}
