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
        foreach (var document in new[] { "README.md", "docs/cli.md", "docs/recipes.md" })
            foreach (Match block in Block().Matches(File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, document))))
                foreach (var line in block.Groups["block"].Value.Split('\n'))
                    if (CanRun(line.Trim()))
                        data.Add(document, line.Trim());
        return data;
    }

    /// <summary>
    /// Whether a line can be run by a test: it needs no root, no shell start-up file and no recording of another program.
    /// </summary>
    private static bool CanRun(string line)
        => line.Contains("kernel-magnifier ", StringComparison.Ordinal) && !line.StartsWith('#') && !line.StartsWith(
            "sudo ", StringComparison.Ordinal)
        && !line.Contains("~/", StringComparison.Ordinal) && !line.Contains("ssh ", StringComparison.Ordinal) && !line.Contains(
            "perf ", StringComparison.Ordinal)
        && !line.Contains("trace-cmd ", StringComparison.Ordinal) && !line.Contains("record", StringComparison.Ordinal) && !line.Contains(
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
        // Lines may name the recordings of the repository.
        Directory.CreateDirectory(folder["tests"]);
        File.CreateSymbolicLink(folder["tests/data"], Path.Combine(SharedData.RepositoryRoot, "tests/data"));
        var outcome = Tool.Bash($"set -o pipefail; {line}", folder.Path);
        Assert.True(outcome.Exit == 0, $"{document}: {line}\n{outcome.Error}");
        Assert.True(
            outcome.Out.Length > 0 || Directory.EnumerateFiles(folder.Path).Count() > 8, $"{document}: {line}: no output");
        Assert.DoesNotContain("no call passes the filter", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDocumentsHaveExamples() => Assert.True(Lines().Count > 10);

    [GeneratedRegex("graph|visualize")]
    private static partial Regex NeedsDrawing();

    private static bool HasProgram(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, name)));
}
