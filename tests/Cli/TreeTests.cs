namespace KernelMagnifier.Cli.Tests;

/// <summary>The tree command.</summary>
public class TreeTests
{
    [Fact]
    public void ATreeHasTheCountsOfTheEdges()
    {
        var lines = Tool.Run("tree", "tcp_sendmsg", Tool.Echo, "--depth", "1", "--charset", "ascii", "--top", "1000").Succeeds().Out.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);
        var edges = Tool.Run("edges", Tool.Echo, "--caller", "tcp_sendmsg", "--csv").Succeeds().Csv();
        Assert.Equal(
            edges.Select(e => $"{e["callee"]} {e["count"]}").Order(),
            lines.Skip(2).Select(l => $"{l[(l.IndexOf("- ") + 2)..].Split("  ")[0]} {l.Trim().Split(' ')[0].Replace(",", "")}").Order());
        Assert.Contains(
            "Callers", Tool.Run("tree", "tcp_sendmsg", Tool.Echo, "--callers").Succeeds().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void MistakesAreReported()
    {
        Assert.Equal(ExitCode.Usage, Tool.Run("tree").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("tree", "tcp_sendmsg").Exit);
        var none = Tool.Run("tree", "tcp_sendmsgs", Tool.Echo);
        Assert.Equal(ExitCode.BadInput, none.Exit);
        Assert.Contains("Did you mean tcp_sendmsg?", none.Error, StringComparison.Ordinal);
    }
}
