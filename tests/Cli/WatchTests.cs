using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The watch command. Times are tested with a clock of its own in the tests of the engine.</summary>
public sealed class WatchTests
{
    [SharedDataFact]
    public void LinesAreThoseOfTheCommandEvents()
    {
        var events = Tool.Run("events", Sched, "--event", "*").Succeeds().Lines;
        Assert.Equal(events, Tool.Run("watch", Sched, "--speed", "max").Succeeds().Lines);
        Assert.Equal(events, Tool.Run("watch", Sched, "--speed", "1000", "--event", "*").Succeeds().Lines);
        string[] calls = [SharedData.Shared("dat/fn-small.dat"), "--function", "vfs_*"];
        Assert.Equal(Tool.Run(["events", .. calls, "--format", "jsonl"]).Succeeds().Lines, Tool.Run(["watch", .. calls, "--speed", "max", "--json"]).Succeeds().Lines);
    }

    [SharedDataFact]
    public void RangesAreTheSameAtEachSpeed()
    {
        string[] ranges = ["watch", Sched, "--every", "500ms", "--kind", "wakeup", "--json", "--speed"];
        var fast = Tool.Run([.. ranges, "max"]).Succeeds().Lines;
        Assert.Equal(fast, Tool.Run([.. ranges, "100"]).Succeeds().Lines);
        var rows = fast.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([7.5, 8, 8.5, 9, 9.5, 10], rows.Select(row => row.GetProperty("from").GetDouble()));
        Assert.Equal(16020, rows.Sum(row => row.GetProperty("count").GetInt64()));
    }

    [SharedDataFact]
    public void TheHeadingIsWrittenOnce()
    {
        var lines = Tool.Run("watch", Sched, "--every", "500ms", "--kind", "wakeup", "--speed", "max").Succeeds().Lines;
        Assert.Equal(8, lines.Length);
        Assert.Single(lines, line => line.StartsWith("Kind", StringComparison.Ordinal));
    }

    [SharedDataFact]
    public void CountsAreThoseOfTheRecording()
    {
        var rows = Tool.Run("watch", SharedData.Shared("dat/fn-small.dat"), "--every", "10ms", "--count", "--json", "--speed", "max").Succeeds().Lines
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var calls = Tool.Run("calls", SharedData.Shared("dat/fn-small.dat"), "--by", "none", "--json").Succeeds();
        Assert.Equal(JsonDocument.Parse(calls.Out).RootElement[0].GetProperty("calls").GetInt64(), rows.Sum(row => row.GetProperty("calls").GetInt64()));
    }

    [SharedDataFact]
    public void TextIsReadAgainWithTheSameEvents()
    {
        using var folder = new TemporaryFolder();
        Tool.Run("watch", Sched, "--speed", "max", "--text", "-o", folder["pipe.txt"]).Succeeds();
        var (expected, found) = (Events(Sched), Events(folder["pipe.txt"]));
        Assert.Equal(expected.Select(e => e.Text), found.Select(e => e.Text));
        // trace_pipe has microseconds.
        Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second.Time - pair.First.Time, -5.1e-7, 5.1e-7));
    }

    [Fact]
    public void MistakesAreReported()
    {
        foreach (string[] wrong in new string[][]
        {
            [], [Tool.Echo, "--speed", "0"], [Tool.Echo, "--speed", "1001"], [Tool.Echo, "--speed", "fast"], [Tool.Echo, "--text", "--json"],
            [Tool.Echo, "--count"], [Tool.Echo, "--kind", "wakeup"], [Tool.Echo, "--preset", "scheduling"], [Tool.Echo, "--with-call"],
            ["--live", "--speed", "2"], ["--live", "--root", "vfs_read"], [Tool.Echo, "--every", "1s", "--kind", "call"],
        })
            Assert.Equal(ExitCode.Usage, Tool.Run(["watch", .. wrong]).Exit);
    }

    private static string Sched => SharedData.Shared("latency/sched.dat");

    private static List<(double Time, string Text)> Events(string file) => [.. Tool.Run("events", file, "--event", "*", "--csv").Succeeds().Csv().Select(row
        => (double.Parse(row["timestamp"], CultureInfo.InvariantCulture),
            $"{row["cpu"]} {row["processId"]} {row["comm"]} {row["context"]} {row["name"]} {row["message"]}"))];
}
