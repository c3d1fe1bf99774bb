namespace KernelMagnifier.Cli.Tests;

/// <summary>The profile command.</summary>
public class ProfileTests
{
    [Fact]
    public void StacksHaveTheCountsOfTheCalls()
    {
        using var folder = Tool.Folder();
        var message = Tool.Run("profile", Tool.Echo, "-o", folder["p.folded"]).Succeeds().Error;
        Assert.Contains("rebuilt from callers", message, StringComparison.Ordinal);
        var leaves = File.ReadLines(folder["p.folded"]).Select(l => (Stack: l[..l.LastIndexOf(' ')], Calls: long.Parse(l[(l.LastIndexOf(' ') + 1)..])))
            .GroupBy(s => s.Stack[(s.Stack.LastIndexOf(';') + 1)..]).Select(g => $"{g.Key} {g.Sum(s => s.Calls)}").Order(StringComparer.Ordinal);
        Assert.Equal(Tool.Run("calls", Tool.Echo, "--csv").Succeeds().Csv().Select(r => $"{r["function"]} {r["calls"]}").Order(StringComparer.Ordinal), leaves);
    }

    [Theory]
    [InlineData("p.speedscope.json")]
    [InlineData("p.pb.gz")]
    [InlineData("p.json")]
    [InlineData("p.perfetto-trace")]
    [InlineData("p.gv")]
    [InlineData("p.graphml")]
    [InlineData("p.mmd")]
    public void EveryFormatIsWritten(string name)
    {
        using var folder = Tool.Folder();
        Tool.Run("profile", Tool.Echo, "--function", "tcp_*", "-o", folder[name]).Succeeds();
        Assert.True(new FileInfo(folder[name]).Length > 500);
    }

    [Fact]
    public void MistakesAreReported()
    {
        using var folder = Tool.Folder();
        Assert.Equal(ExitCode.Usage, Tool.Run("profile", Tool.Echo).Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("profile", Tool.Echo, "-o", folder["p.txt"]).Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("profile", Tool.Echo, "--function", "no_such", "-o", folder["p.folded"]).Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("profile", Tool.Echo, "--weight", "time", "-o", folder["p.folded"]).Exit);
        Assert.Empty(Directory.GetFileSystemEntries(folder["."]));
    }
}
