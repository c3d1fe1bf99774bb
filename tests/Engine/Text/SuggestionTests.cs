using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Text;

public class SuggestionTests
{
    [Theory]
    [InlineData("vfs_raed", "vfs_read", "vfs_read", "vcs_read", "vfs_readv")]
    [InlineData("tcp_xend", "tcp_rend tcp_send", "tcp_send", "tcp_rend", "tcp_recv", "udp_send")]
    [InlineData("schedule*", "schedule __schedule schedule_idle", "schedule_idle", "__schedule", "vfs_read", "schedule")]
    [InlineData("fun", "function exclude-function", "exclude-function", "format", "function", "top")]
    [InlineData("ov", "overwrite", "overwrite", "output")]
    [InlineData("tpo", "top", "top", "cpu")]
    [InlineData("TCP_SENDMSG", "tcp_sendmsg", "tcp_sendmsg_locked", "tcp_sendmsg", "do_tcp_sendmsg")]
    [InlineData("qqqq", "", "vfs_read")]
    [InlineData("x", "", "by", "top")]
    [InlineData("", "", "by", "top")]
    public void Suggests_the_closest_names(string mistyped, string expected, params string[] names)
        => Assert.Equal(expected, string.Join(' ', Suggestion.For(mistyped, names)));

    [Fact]
    public void Ignores_names_that_are_too_long_to_be_compared()
        => Assert.Empty(Suggestion.For(new string('a', 100_000), ["aa"]));

    [Theory]
    [InlineData("vfs_raed", "Did you mean vfs_read? Look it up.")]
    [InlineData("qqqq", "Look it up.")]
    public void Puts_the_question_before_the_recommended_action(string mistyped, string expected)
        => Assert.Equal(expected, Suggestion.Before(mistyped, ["vfs_read"], "Look it up."));
}
