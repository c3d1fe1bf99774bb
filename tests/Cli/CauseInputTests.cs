namespace KernelMagnifier.Cli.Tests;

/// <summary>What why, path, compare, baseline and assert say to input that is no recording.</summary>
public class CauseInputTests
{
    [Theory]
    [InlineData("missing.dat", "there is no such file")]
    [InlineData("folder", "this is a directory")]
    [InlineData("empty.dat", "the file is empty")]
    [InlineData("text.dat", "no line of a kernel trace")]
    public void AnythingElseIsAnError(string name, string cause)
    {
        using var folder = Tool.Folder();
        Directory.CreateDirectory(folder["folder"]);
        File.WriteAllText(folder["empty.dat"], "");
        File.WriteAllText(folder["text.dat"], "hello world\n");
        var (file, good) = (folder[name], SharedData.Unpacked(SharedData.Local("latency/sched.txt.zst")));
        foreach (string[] command in new[]
        {
            new[] { "why", file }, ["path", file, "--pid", "1"], ["compare", file, good], ["compare", good, file],
            ["baseline", file, "-o", folder["base.json"]], ["assert", file, "--kind", "wakeup", "--p99", "--less-than", "2ms"],
        })
        {
            var outcome = Tool.Run(command);
            Assert.Equal(ExitCode.BadInput, outcome.Exit);
            Assert.Contains(cause, outcome.Error, StringComparison.Ordinal);
            Assert.Contains(name, outcome.Error, StringComparison.Ordinal);
            Assert.Empty(outcome.Out);
            Assert.False(File.Exists(folder["base.json"]));
        }
    }
}
