using System.Text.Json;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command probe replay.</summary>
public class ProbeReplayTests
{
    [Fact]
    public void JsonHasTheNamesOfTheProperties()
    {
        var lines = Tool.Run("probe", "replay", Data("02-runqlat-hist.json"), "--json").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var json = JsonDocument.Parse(lines[^1]);
        string[] names = [.. json.RootElement.EnumerateObject().Select(property => property.Name)];
        Assert.Equal(["kind", "name", "count", "minimum", "maximum", "p50", "p90", "p99", "histogram", "print"], names);
        Assert.All(names, name => Assert.NotNull(typeof(KernelMagnifier.Probes.Results.ProbeResult).GetProperty(char.ToUpperInvariant(name[0]) + name[1..])));
    }

    /// <summary>What it writes comes back as the same text.</summary>
    [Theory]
    [InlineData("04-stats.json")]
    [InlineData("06-kstack.json")]
    [InlineData("12-hostile.json")]
    public void ResultsComeBack(string name)
    {
        using var place = new TemporaryFolder();
        var json = Tool.Run("probe", "replay", Data(name), "--json").Out;
        var kept = Path.Combine(place.Path, "kept.jsonl");
        File.WriteAllText(kept, json);
        Assert.Equal(json, Tool.Run("probe", "replay", kept, "--json").Out);
        var text = Tool.Run("probe", "replay", kept);
        Assert.Equal(ExitCode.Ok, text.Exit);
        Assert.DoesNotContain('\u001b', text.Out);
    }

    [Fact]
    public void ErrorsAreNamed()
    {
        Assert.Equal(ExitCode.Usage, Tool.Run("probe", "replay").Exit);
        var missing = Tool.Run("probe", "replay", "none.json");
        Assert.Contains("none.json: there is no such file", missing.Error, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Ok, missing.Exit);
    }

    private static string Data(string name) => SharedData.Local(Path.Combine("probes", name));
}
