using System.Text.Json;
using KernelMagnifier.Comparison;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The compare and baseline commands.</summary>
public class CompareTests
{
    private static string All => SharedData.Shared("latency/all.dat");

    private static string Sched => SharedData.Shared("latency/sched.dat");

    [SharedDataFact]
    public void JsonHasTheNamesOfTheProperties()
    {
        var outcome = Tool.Run("compare", All, Sched, "--json").Succeeds();
        var rows = JsonDocument.Parse(outcome.Out).RootElement.EnumerateArray().ToList();
        var expected = typeof(TraceDifference).GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Order();
        Assert.All(rows, row => Assert.Equal(expected, row.EnumerateObject().Select(p => p.Name).Order()));
        Assert.Contains("Clock: the trace clock is local before, and global after.", outcome.Error, StringComparison.Ordinal);
        Assert.All(rows, row => Assert.Equal("NotComparable", row.GetProperty("verdict").GetString()));
        Assert.All(rows, row => Assert.NotEqual(0, row.GetProperty("reasons").GetArrayLength()));
    }

    [SharedDataFact]
    public void ABaselineGivesTheSameAsItsRecordingsOnEitherSideOfTheDashes()
    {
        using var folder = new TemporaryFolder();
        var file = folder["base.json"];
        Tool.Run("baseline", All, Sched, "-o", file, "--kind", "wakeup,preempted").Succeeds();
        string[] options = ["--kind", "wakeup,preempted", "--allow-drift", "clock,events,kernel,duration", "--csv"];
        var expected = Tool.Run([.. new[] { "compare" }, .. options, All, Sched, "--", Sched]).Succeeds().Out;
        Assert.Equal(expected, Tool.Run([.. new[] { "compare" }, .. options, file, "--", Sched]).Succeeds().Out);
        Assert.True(expected.Split('\n').Length > 10);
        Assert.Contains("FewRecordings", expected, StringComparison.Ordinal);
    }

    [SharedDataTheory]
    [InlineData("ONE FILE", "compare", "ONE")]
    [InlineData("-- AFTER", "compare", "ONE", "--")]
    [InlineData("10%", "compare", "ONE", "ONE", "--threshold", "much")]
    [InlineData("--kind", "compare", "ONE", "ONE", "--kind", "nothing")]
    [InlineData("--output FILE", "baseline", "ONE")]
    public void AWrongCommandLineSaysWhatIsRight(string expected, params string[] args)
    {
        var outcome = Tool.Run([.. args.Select(arg => arg == "ONE" ? All : arg)]);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(expected == "ONE FILE" ? "name two recordings" : expected, outcome.Error, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void WhatHasNoOperationIsAnError()
    {
        var outcome = Tool.Run("compare", All, All, "--per", "no_such_event");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("no_such_event", outcome.Error, StringComparison.Ordinal);
    }
}
