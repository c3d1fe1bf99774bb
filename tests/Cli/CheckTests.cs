using System.Text.Json;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The check command.</summary>
public class CheckTests
{
    [SharedDataFact]
    public void TheExitCodeTellsWhetherAllRecordingsAreComplete()
    {
        Assert.Equal(ExitCode.Ok, Tool.Run("check", Data("sched.dat")).Exit);
        var lossy = Tool.Run("check", Data("all-lossy.dat"), Data("sched.dat"));
        Assert.Equal(ExitCode.BadInput, lossy.Exit);
        Assert.Contains("all-lossy.dat: Incomplete", lossy.Out, StringComparison.Ordinal);
        Assert.Contains("sched.dat: Complete", lossy.Out, StringComparison.Ordinal);
        Assert.Contains("CPU 1 lost at least 8,973 events in 8 gaps, from 15.286174 to 15.883476 s. Record with a larger buffer",
            lossy.Out, StringComparison.Ordinal);
        Assert.Contains("Block. Record block:block_rq_issue and block:block_rq_complete too.", lossy.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ARecordingThatCannotBeReadDoesNotHideTheOthers()
    {
        var outcome = Tool.Run("check", Tool.Echo, "no-such-file.dat", "--json");
        Assert.Equal(ExitCode.BadInput, outcome.Exit);
        Assert.Contains("no-such-file.dat", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Tool.Run("check").Exit);
    }

    /// <summary>Both faces have the same names, so that one can be read with the description of the other.</summary>
    [SharedDataFact]
    public void JsonHasTheNamesOfTheProperties()
    {
        using var json = JsonDocument.Parse(Tool.Run("check", Data("all-lossy.dat"), "--json").Out);
        var check = json.RootElement;
        Assert.Equal(Properties(typeof(TraceCheck)), Keys(check));
        Assert.Equal(Properties(typeof(EventLoss)), Keys(check.GetProperty("losses")[0]));
        Assert.Equal(Properties(typeof(CheckedKind)), Keys(check.GetProperty("kinds")[0]));
        Assert.Equal(Properties(typeof(SelfCheck)), Keys(check.GetProperty("checks")[0]));
        Assert.Equal(Properties(typeof(TraceFinding)), Keys(check.GetProperty("findings")[0]));
        Assert.Equal("Incomplete", check.GetProperty("verdict").GetString());
        Assert.Equal(17, check.GetProperty("losses").GetArrayLength());
        Assert.Equal(32_431, check.GetProperty("lostEvents").GetInt64());
    }

    private static string Data(string name) => SharedData.Shared($"latency/{name}");

    private static HashSet<string> Properties(Type type)
        => [.. type.GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Order()];

    private static HashSet<string> Keys(JsonElement row) => [.. row.EnumerateObject().Select(p => p.Name).Order()];
}
