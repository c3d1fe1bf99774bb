using System.Text.RegularExpressions;

namespace KernelMagnifier.Cli.Tests;

/// <summary>Runs the command lines of the documents.</summary>
public partial class ReadmeTests
{
    [GeneratedRegex(@"^```sh\n(?<block>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    public static TheoryData<string, string> Lines()
    {
        var data = new TheoryData<string, string>();
        foreach (var document in new[] { "README.md", "docs/cli.md", "docs/recipes.md", "docs/tables.md" })
            foreach (Match block in Block().Matches(File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, document))))
                foreach (var line in block.Groups["block"].Value.Split('\n'))
                    if (CanRun(line.Trim()))
                        data.Add(document, line.Trim());
        return data;
    }

    /// <summary>
    /// Whether a line can be run by a test: it needs no root, no library or log of the machine, no shell start-up file and no recording of
    /// another program.
    /// </summary>
    private static bool CanRun(string line)
        => line.Contains("kernel-magnifier ", StringComparison.Ordinal) && !line.StartsWith('#') && !line.StartsWith(
            "sudo ", StringComparison.Ordinal)
        && !line.Contains("probe list", StringComparison.Ordinal) && !line.Contains("~/", StringComparison.Ordinal) && !line.Contains("ssh ", StringComparison.Ordinal) && !line.Contains(
            "perf ", StringComparison.Ordinal)
        && !line.Contains("/var/", StringComparison.Ordinal) && !line.Contains("trace-cmd ", StringComparison.Ordinal) && !line.Contains("record", StringComparison.Ordinal) && !line.Contains(
            "generate-symbol-map", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Lines))]
    public void ExamplesInTheDocumentsRun(string document, string line)
    {
        if (NeedsDrawing().IsMatch(line) && !(HasProgram("dot") && HasProgram("gnuplot"))) return;
        using var folder = Tool.Folder();
        // The format is detected from the content, so one recording can have every name that the documents use.
        foreach (var name in new[] { "trace.dat", "trace.txt", "kernel-magnifier.data", "before.dat", "after.dat", "monday.dat", "tuesday.dat" })
            File.Copy(name == "after.dat" ? Tool.Small : Tool.Echo, folder[name]);
        File.Copy(Tool.Map, folder["symbol-filepath.map"]);
        File.Copy(SharedData.Local("latency/sched.txt.zst"), folder["slow.dat"]);
        // Lines may name the recordings of the repository.
        Directory.CreateDirectory(folder["tests"]);
        File.CreateSymbolicLink(folder["tests/data"], Path.Combine(SharedData.RepositoryRoot, "tests/data"));
        var outcome = Tool.Bash($"set -o pipefail; {line}", folder.Path);
        Assert.True(outcome.Exit == 0, $"{document}: {line}\n{outcome.Error}");
        Assert.True(
            outcome.Out.Length > 0 || Directory.EnumerateFiles(folder.Path).Count() > 9, $"{document}: {line}: no output");
        Assert.DoesNotContain("no call passes the filter", outcome.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Recipes() => Lines().Where(row => (string)row[0] == "docs/recipes.md").Select(row => (string)row[1]);

    /// <summary>What the recipes promise is in their results: functions that appear, and functions that do not.</summary>
    [Theory]
    [InlineData("--root tcp_sendmsg", "tcp_sendmsg_locked tcp_push __tcp_push_pending_frames tcp_write_xmit __tcp_transmit_skb", "_raw_spin_lock __rcu_read_lock")]
    [InlineData("--source-path net/ipv4/", "tcp_sendmsg_locked tcp_write_xmit ip_queue_xmit ip_rcv tcp_v4_rcv", "do_sys_openat2 vfs_read")]
    [InlineData("--root net_rx_action", "process_backlog ip_rcv ip_local_deliver", "try_to_wake_up")]
    [InlineData("--function 'tcp_*,__tcp_*", "tcp_sendmsg_locked tcp_recvmsg", "SoftIrq HardIrq")]
    [InlineData("--context softirq --by caller", "tcp_rcv_established process_backlog", "do_sys_openat2")]
    [InlineData("--function kfree --sort", "skb_release_data", "kmalloc")]
    [InlineData("--function kfree --by task", "echo-client echo-server", "kfree")]
    [InlineData("--cpu 0 --by task,context", "echo-client Task SoftIrq", "?")]
    public void TheRecipesShowWhatTheyPromise(string part, string present, string absent)
    {
        var line = Recipes().Single(text => text.Contains(part, StringComparison.Ordinal));
        using var folder = Tool.Folder();
        File.Copy(Tool.Echo, folder["trace.dat"]);
        File.Copy(Tool.Map, folder["symbol-filepath.map"]);
        // The text of a picture has the names that the picture shows.
        var outcome = Tool.Bash("set -o pipefail; " + Regex.Replace(line, @"-o (\w+)\.svg", "-o $1.dot; cat $1.dot"), folder.Path);
        Assert.Equal(0, outcome.Exit);
        var words = Regex.Matches(outcome.Out, @"[\w.?-]+").Select(m => m.Value).ToHashSet();
        Assert.All(present.Split(' '), name => Assert.Contains(name, words));
        Assert.All(absent.Split(' '), name => Assert.DoesNotContain(name, words));
    }

    [Fact]
    public void TheRecipeOfTheLostEventsPrintsOneNumber()
    {
        var line = Recipes().Single(text => text.Contains("lostEvents", StringComparison.Ordinal));
        using var folder = Tool.Folder();
        File.Copy(Tool.Echo, folder["trace.dat"]);
        Assert.Single(Tool.Bash(line, folder.Path).Out.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void TheDocumentsHaveExamples() => Assert.True(Lines().Count > 10);

    [GeneratedRegex("graph|visualize")]
    private static partial Regex NeedsDrawing();

    private static bool HasProgram(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, name)));
}
