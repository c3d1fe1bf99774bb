using KernelMagnifier.Rendering.Graphs;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The visualize command against the Python tool, and the graph command.</summary>
public partial class VisualizeTests
{
    // The output of kernel-magnifier.py (78f032e) for km-small, without its last line, which is not readable.
    private const string Summary = """
        Visualization mode - now generating visualization...
        parsing completed, found 47748 events
        2197330 events missed during capturing process (97.87%)
        kernel-function-calls-sorted.png generated
        {0} generated

        """;

    [ProgramFact("dot", "gnuplot")]
    public void DefaultsEqualThoseOfThePythonTool()
    {
        using var folder = Tool.Folder();
        File.Copy(Tool.Small, folder["kernel-magnifier.data"]);
        var outcome = Tool.Bash("kernel-magnifier visualize --filter-execution-no 100", folder.Path).Succeeds();
        Assert.Equal(Summary.Replace("{0}", "kernel-magnifier.pdf", StringComparison.Ordinal), outcome.Out);
        Assert.Equal(["kernel-function-calls-sorted.png", "kernel-magnifier.data", "kernel-magnifier.pdf"],
            Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("%PDF"u8.ToArray(), File.ReadAllBytes(folder["kernel-magnifier.pdf"])[..4]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder["kernel-function-calls-sorted.png"])[..4]);
    }

    [ProgramFact("dot", "gnuplot")]
    public void TheDefaultSymbolMapIsUsed()
    {
        using var folder = Tool.Folder();
        File.Copy(Tool.Map, folder["symbol-filepath.map"]);
        var outcome = Tool.Bash(
            $"kernel-magnifier visualize '{Tool.Small}' --filter-filepath net,/drivers/net/ --image-name net.dot --debug-kernel-path /boot/vmlinux",
            folder.Path).Succeeds();
        Assert.Equal(Summary.Replace("{0}", "net.dot", StringComparison.Ordinal), outcome.Out);
        var dot = File.ReadAllText(folder["net.dot"]);
        Assert.Contains("tcp_sendmsg", dot, StringComparison.Ordinal);
        Assert.DoesNotContain("kallsyms_lookup", dot, StringComparison.Ordinal);
    }

    /// <summary>
    /// The Python tool does not strip suffixes of the compiler: it does not find finish_task_switch.isra.0 in the map.
    /// </summary>
    [ProgramFact("dot", "gnuplot")]
    public void EdgesOfAFilteredGraphEqualThoseOfThePythonTool()
    {
        using var folder = Tool.Folder();
        Tool.Bash(
            $"kernel-magnifier visualize '{Tool.Small}' --filter-filepath kernel/sched --symbol-file-path '{Tool.Map}' --image-name sched.dot",
            folder.Path).Succeeds();
        var inside = Tool.Bash($"zstd -dc '{Tool.Map}'").Lines.Select(l => l.Split('|')).Where(l => l[1].Contains("kernel/sched", StringComparison.Ordinal)).Select(l => l[0]).ToHashSet();
        var expected = Tool.Run("edges", Tool.Small, "--csv").Succeeds().Csv().Where(e => inside.Contains(e["caller"]) || inside.Contains(e["callee"])).Select(e => $"{e["caller"]} {e["callee"]} {e["count"]}");
        var drawn = Edge.Matches(File.ReadAllText(folder["sched.dot"])).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[3].Value}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), drawn.Order(StringComparer.Ordinal));
        Assert.Contains(
            Tool.Run("edges", Tool.Small, "--csv", "--symbol-map", Tool.Map, "--source-path", "kernel/sched").Succeeds().Csv(),
            e => e["caller"] == "finish_task_switch.isra.0");
    }

    [System.Text.RegularExpressions.GeneratedRegex(
        @"^\s*""?([^\s""]+)""? -> ""?([^\s""]+)""? \[.*\bcalls=""?(\d+)", System.Text.RegularExpressions.RegexOptions.Multiline)]
    private static partial System.Text.RegularExpressions.Regex Edge { get; }

    [ProgramFact("dot", "gnuplot")]
    public void FilterExecutionNoExcludesExactlyN()
    {
        using var folder = Tool.Folder();
        var edges = Tool.Run("edges", Tool.Small, "--csv").Succeeds().Csv();
        var some = edges[5];
        Tool.Bash(
            $"kernel-magnifier visualize '{Tool.Small}' --filter-execution-no {int.Parse(some["count"], System.Globalization.CultureInfo.InvariantCulture) - 1} --image-name a.dot",
            folder.Path).Succeeds();
        Tool.Bash(
            $"kernel-magnifier visualize '{Tool.Small}' --filter-execution-no {some["count"]} --image-name b.dot",
            folder.Path).Succeeds();
        var pair = edges.FindIndex(e => e["count"] == some["count"]);
        Assert.NotEqual(-1, pair);
        Assert.True(
            File.ReadAllText(folder["a.dot"]).Length > File.ReadAllText(folder["b.dot"]).Length,
            "an edge with exactly N calls is not drawn");
    }

    [Theory]
    [InlineData("visualize nothing.data", 1, "nothing.data: there is no such file.")]
    [InlineData("visualize --image-name picture.bmp", 2, "--image-name: the extension of 'picture.bmp' selects no format")]
    [InlineData(
        "visualize --filter-filepath net", 1, "--filter-filepath needs a symbol map, and there is no symbol-filepath.map.")]
    [InlineData("visualize --symbol-file-path other.map", 1, "other.map: there is no such file.")]
    [InlineData("visualize a b", 2, "name one recording")]
    public void Mistakes(string line, int exit, string message)
    {
        using var folder = Tool.Folder();
        var outcome = Tool.Bash($"kernel-magnifier {line}", folder.Path);
        Assert.Equal(exit, outcome.Exit);
        Assert.Contains($"kernel-magnifier: {message}", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [ProgramFact("dot")]
    public void GraphWritesEveryFormat()
    {
        using var folder = Tool.Folder();
        foreach (var extension in GraphExporter.Formats)
        {
            var outcome = Tool.Run(
                "graph", Tool.Echo, "--symbol-map", Tool.Map, "--source-path", "net/ipv4/", "--strict", "--min-count", "3",
                "--time-limit", "300", "-o", folder["g" + extension]);
            // A build without npm has no page and reports it.
            if (extension == ".html" && outcome.Error.Contains("This build cannot write .html graphs", StringComparison.Ordinal))
                continue;
            outcome.Succeeds();
            Assert.True(new FileInfo(folder["g" + extension]).Length > 1000);
        }
    }

    [ProgramFact("dot")]
    public void GraphWithNoClobberKeepsAnExistingFile()
    {
        using var folder = Tool.Folder();
        var file = folder.Write("g.dot", "before");
        Assert.Equal(ExitCode.BadOutput, Tool.Run("graph", Tool.Echo, "-o", file, "--no-clobber").Exit);
        Assert.Equal("before", File.ReadAllText(file));
        Tool.Run("graph", Tool.Echo, "--root", "tcp_sendmsg", "-o", file).Succeeds();
        Assert.Contains("tcp_sendmsg", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void GraphAppliesItsOptions()
    {
        using var folder = Tool.Folder();
        var file = folder["g.dot"];
        var outcome = Tool.Run(
            "graph", Tool.Echo, "--symbol-map", Tool.Map, "--from", "__x64_sys_sendto", "--to", "dev_hard_start_xmit",
            "--hot-path", "--cluster-by", "context", "--theme", "dark", "-o", file).Succeeds();
        Assert.Equal("", outcome.Error);
        var dot = File.ReadAllText(file);
        Assert.Contains("Only paths from __x64_sys_sendto to dev_hard_start_xmit", dot, StringComparison.Ordinal);
        Assert.Contains("the kernel enters softirq context here", dot, StringComparison.Ordinal);
        Assert.Contains("<b>softirq</b>", dot, StringComparison.Ordinal);
        Assert.DoesNotContain("do_user_addr_fault", dot, StringComparison.Ordinal);
        // What the user requested is not reported.
        Assert.Equal("", Tool.Run("graph", Tool.Echo, "--top", "10", "--highlight", "tcp_sendmsg", "-o", file).Succeeds().Error);
        Assert.Contains("folded=", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Contains(
            "--from): no function in these calls is called nothing_such",
            Tool.Run("graph", Tool.Echo, "--from", "nothing_such", "-o", file).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadOutput, Tool.Run("graph", Tool.Echo, "--cluster-by", "directory", "-o", file).Exit);
    }

    [Fact]
    public void AnEmptyGraphIsReported()
    {
        using var folder = Tool.Folder();
        var outcome = Tool.Run("graph", Tool.Echo, "--function", "no_such_function", "-o", folder["g.svg"]);
        Assert.Equal(ExitCode.BadInput, outcome.Exit);
        Assert.Contains("there is nothing to draw", outcome.Error, StringComparison.Ordinal);
    }
}
