using System.Text.Json;
using KernelMagnifier.Comparison;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The assert command.</summary>
public class AssertTests
{
    [SharedDataTheory]
    [InlineData(ExitCode.Ok, "sched.dat", "--kind", "wakeup", "--p99", "--less-than", "20ms")]
    [InlineData(ExitCode.AssertionFailed, "sched.dat", "--kind", "wakeup", "--p99", "--less-than", "2ms")]
    [InlineData(ExitCode.AssertionUndecided, "irq.dat", "--kind", "wakeup", "--p99", "--less-than", "2ms")]
    [InlineData(ExitCode.AssertionUndecided, "all-lossy.dat", "--kind", "wakeup", "--max", "--less-than", "100s")]
    [InlineData(ExitCode.AssertionFailed, "all-lossy.dat", "--kind", "wakeup", "--max", "--less-than", "1ms")]
    [InlineData(ExitCode.AssertionUndecided, "all.dat", "--kind", "irq", "--p99", "--by", "irq", "--less-than", "100s")]
    [InlineData(ExitCode.AssertionFailed, "all-fg.dat", "--function", "tcp_sendmsg", "--not-called")]
    [InlineData(ExitCode.Ok, "all-fg.dat", "--function", "tcp_sendmsg", "--called")]
    [InlineData(ExitCode.AssertionUndecided, "all-fg.dat", "--function", "nobody_calls_this", "--not-called")]
    [InlineData(ExitCode.AssertionFailed, "all-fg.dat", "--function", "tcp_*", "--never-in", "softirq")]
    [InlineData(ExitCode.Usage, "all.dat", "--kind", "irq")]
    [InlineData(ExitCode.Usage, "all.dat", "--p99")]
    [InlineData(ExitCode.Usage, "all.dat", "--p99", "--p50", "--less-than", "1s")]
    [InlineData(ExitCode.Usage, "all.dat", "--called")]
    [InlineData(ExitCode.Usage, "all.dat", "--called", "--not-called", "--function", "x")]
    [InlineData(ExitCode.Usage, "all.dat", "--called", "--p99", "--function", "x")]
    public void TheExitCodeTellsWhetherTheAssertionsHold(int exit, string recording, params string[] options)
        => Assert.Equal(exit, Tool.Run(["assert", SharedData.Shared($"latency/{recording}"), .. options]).Exit);

    [SharedDataFact]
    public void ABaselineIsALimitToo()
    {
        using var folder = new TemporaryFolder();
        var (recording, baseline) = (SharedData.Shared("latency/sched.dat"), Path.Combine(folder.Path, "base.json"));
        Assert.Equal(ExitCode.Ok, Tool.Run("baseline", recording, "--kind", "wakeup", "-o", baseline).Exit);
        var outcome = Tool.Run("assert", recording, "--kind", "wakeup", "--p99", "--baseline", baseline, "--json");
        Assert.Equal(ExitCode.AssertionUndecided, outcome.Exit);
        Assert.Contains("Look closer: kernel-magnifier compare ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Tool.Run("assert", recording, "--baseline", baseline, "--p99", "--less-than", "1s").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("assert", recording, "--baseline", baseline, "--mean").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("assert", recording, "--p99", "--less-than", "1s", "--threshold", "10%").Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("assert", recording, "--baseline", Path.Combine(folder.Path, "none.json")).Exit);
    }

    [SharedDataFact]
    public void JsonHasTheNamesOfTheProperties()
    {
        var outcome = Tool.Run("assert", SharedData.Shared("latency/sched.dat"), "--kind", "wakeup", "--p99", "--less-than", "2ms", "--json");
        using var json = JsonDocument.Parse(outcome.Out);
        var assertion = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(typeof(TraceAssertion).GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Order(),
            assertion.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal("Failed", assertion.GetProperty("outcome").GetString());
        Assert.Equal("2.949 ms", assertion.GetProperty("found").GetString());
        Assert.Contains("Look closer: kernel-magnifier why ", outcome.Error, StringComparison.Ordinal);
    }
}
