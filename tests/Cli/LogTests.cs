using System.Text.Json;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command log.</summary>
public class LogTests
{
    private static string Log => SharedData.Local("logs/web.ndjson");

    [Fact]
    public void JsonIsTheLinesAsTheyAre()
    {
        var outcome = Tool.Run("log", Log, "--json");
        Assert.Equal((ExitCode.Ok, File.ReadAllText(Log)), (outcome.Exit, outcome.Out));
    }

    [Fact]
    public void ATableHasARowForEachRecord()
    {
        var outcome = Tool.Run("log", Log);
        // Below a heading and its rule.
        Assert.Equal(File.ReadAllLines(Log).Length, outcome.Lines.Length - 2);
        Assert.Contains("Skipped", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("left no record", outcome.Error, StringComparison.Ordinal);
        Assert.StartsWith("startTime,hostName,schedule,sequence,epoch,id,status,", Tool.Run("log", Log, "--csv").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void FiltersChooseRecords()
    {
        string[] Statuses(params string[] options)
            => [.. Tool.Run(["log", Log, "--json", .. options]).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString()!)];
        Assert.All(Statuses("--status", "Skipped"), status => Assert.Equal("Skipped", status));
        Assert.NotEmpty(Statuses("--status", "Skipped"));
        Assert.Empty(Statuses("--host", "other*"));
        Assert.Empty(Statuses("--until", "1999-01-01"));
        Assert.Equal(Statuses(), Statuses("--since", "1999-01-01", "--schedule", "*", "--host", "web?"));
        Assert.Equal(2, Statuses("--top", "2").Length);
    }

    [Fact]
    public void LatenciesAreMergedByRange()
    {
        var whole = Tool.Run("log", Log, "--latency", "--kind", "Wakeup", "--json");
        using var json = JsonDocument.Parse(whole.Out);
        var count = json.RootElement[0].GetProperty("count").GetInt64();
        Assert.Equal(1, json.RootElement.GetArrayLength());
        using var hours = JsonDocument.Parse(Tool.Run("log", Log, "--latency", "--kind", "Wakeup", "--every", "1h", "--json").Out);
        Assert.True(hours.RootElement.GetArrayLength() > 5);
        Assert.Equal(count, hours.RootElement.EnumerateArray().Sum(row => row.GetProperty("count").GetInt64()));
        Assert.All(hours.RootElement.EnumerateArray(), row => Assert.EndsWith(":00:00Z", row.GetProperty("from").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void LogsAreCompared()
    {
        using var folder = new TemporaryFolder();
        string[] sides = ["web1", "web2"];
        foreach (var side in sides) Tool.Run("log", Log, "--json", "--host", side, "-o", folder[$"{side}.ndjson"]);
        var outcome = Tool.Run("compare", folder["web1.ndjson"], folder["web2.ndjson"], "--json");
        Assert.Equal(ExitCode.Ok, outcome.Exit);
        using var json = JsonDocument.Parse(outcome.Out);
        Assert.Contains(json.RootElement.EnumerateArray(), row => row.GetProperty("kind").GetString() == "Wakeup" && row.GetProperty("method").GetString() == "RankTest");
    }

    [Theory]
    [InlineData("name a log", "log")]
    [InlineData("--every needs --latency", "log", "x", "--every", "1h")]
    [InlineData("--since takes a time such as", "log", "x", "--since", "soon")]
    [InlineData("--day takes a day such as", "log", "x", "--day", "Someday")]
    [InlineData("--status does not accept", "log", "x", "--status", "Done")]
    [InlineData("is not before", "log", "x", "--since", "1h", "--until", "2h")]
    public void MistakesAreUsageErrors(string message, params string[] arguments)
    {
        var outcome = Tool.Run(arguments);
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingLogIsBadInput()
    {
        var outcome = Tool.Run("log", "none.ndjson");
        Assert.Equal(ExitCode.BadInput, outcome.Exit);
        Assert.Contains("none.ndjson: there is no such file", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, Tool.Run("log", Log, "--host", "none", "--fail-if-empty").Exit);
    }
}
