using KernelMagnifier.Selection;

namespace KernelMagnifier.Engine.Tests.Selection;

public class GlobTests
{
    [Theory]
    [InlineData("tcp_*", "tcp_sendmsg", true)]
    [InlineData("tcp_*", "__tcp_sendmsg", false)]
    [InlineData("*tcp*", "__tcp_sendmsg", true)]
    [InlineData("t?p", "tcp", true)]
    [InlineData("t?p", "tp", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[]]x", "]x", true)]
    [InlineData("[abc", "[abc", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("`[x`]", "[x]", true)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("a*b*c", "aXXbYYc", true)]
    [InlineData("a*b*c", "aXXbYY", false)]
    [InlineData("TCP_*", "tcp_sendmsg", false)]
    public void Matches(string pattern, string text, bool expected) => Assert.Equal(expected, new Glob(pattern).IsMatch(text));

    [Fact]
    public void ManyStarsDoNotTakeExponentialTime()
        => Assert.False(new Glob(string.Concat(Enumerable.Repeat("*a", 40)) + "b").IsMatch(new string('a', 4000)));
}
