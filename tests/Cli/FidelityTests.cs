using System.Text.Json;
using KernelMagnifier.Incidents;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The commands for fidelity and incidents.</summary>
public class FidelityTests
{
    private static string Sched => SharedData.Shared("latency/sched.dat");

    [SharedDataTheory]
    [InlineData(ExitCode.Ok, "latency/sched.dat")]
    // The same mix of loads, recorded with more events.
    [InlineData(ExitCode.AssertionUndecided, "latency/all.dat")]
    [InlineData(ExitCode.Ok, "latency/sched.dat", "--assert", "Wakeup P99 < 2ms")]
    [InlineData(ExitCode.AssertionUndecided, "latency/sched.dat", "--assert", "Wakeup P99 < 20ms")]
    [InlineData(ExitCode.AssertionFailed, "latency/irq.dat")]
    [InlineData(ExitCode.Usage, "latency/sched.dat", "--assert", "Wakeup P99")]
    [InlineData(ExitCode.Usage, "latency/sched.dat", "--comm", "nobody")]
    [InlineData(ExitCode.AssertionFailed, "latency/none.dat")]
    public void TheExitCodeIsTheVerdict(int exit, string run, params string[] options)
        => Assert.Equal(exit, Tool.Run(["fidelity", Sched, SharedData.Shared(run), .. options]).Exit);

    [SharedDataFact]
    public void AnOriginalWithoutSchedulerEventsIsAnError()
    {
        var outcome = Tool.Run("fidelity", SharedData.Shared("latency/irq.dat"), Sched);
        Assert.Equal(ExitCode.BadInput, outcome.Exit);
        Assert.Contains("sched_switch", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Tool.Run("fidelity", Sched).Exit);
    }

    [SharedDataFact]
    public void JsonHasTheNamesOfTheProperties()
    {
        using var json = JsonDocument.Parse(Tool.Run("fidelity", Sched, SharedData.Shared("latency/all.dat"), "--json").Out);
        SameNames(typeof(Fidelity), json.RootElement);
        SameNames(typeof(FidelityTask), json.RootElement.GetProperty("tasks")[0]);
        Assert.Equal("Partial", json.RootElement.GetProperty("verdict").GetString());
    }

    [SharedDataFact]
    public void AnIncidentIsExportedShownAndJudged()
    {
        using var folder = new TemporaryFolder();
        var (file, note) = (Path.Combine(folder.Path, "i.kmi"), Path.Combine(folder.Path, "note.txt"));
        File.WriteAllText(note, "The spinner \u001b[31mran.\n");
        Assert.Equal(ExitCode.Ok, Tool.Run("incident", "export", Sched, "-o", file, "--assert", "Wakeup P99 < 2ms", "--title", "Slow", "--finding", note).Exit);
        Assert.Equal(ExitCode.BadOutput, Tool.Run("incident", "export", Sched, "-o", file, "--no-clobber").Exit);
        var shown = Tool.Run("incident", "show", file);
        Assert.Equal(ExitCode.Ok, shown.Exit);
        Assert.Contains("Wakeup P99 < 2ms", shown.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown.Out);
        var directory = Path.Combine(folder.Path, "out");
        using (var json = JsonDocument.Parse(Tool.Run("incident", "show", file, "--extract", directory, "--json").Out))
            Assert.Equal(Path.Combine(directory, "recording.dat"), json.RootElement.GetProperty("recording").GetString());
        Assert.Equal(File.ReadAllBytes(Sched), File.ReadAllBytes(Path.Combine(directory, "recording.dat")));
        Assert.Equal(ExitCode.AssertionFailed, Tool.Run("incident", "run", file, "--recording", Sched).Exit);
        Assert.Equal(ExitCode.Ok, Tool.Run("incident", "run", file, "--recording", Sched, "--assert", "Wakeup P99 < 20ms").Exit);
        Assert.Equal(ExitCode.AssertionUndecided, Tool.Run("incident", "run", file, "--recording", Sched, "--assert", "Wakeup@nobody P99 < 20ms").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("incident", "run", file).Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("incident", "show", Sched).Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("incident", "show", Path.Combine(folder.Path, "none.kmi")).Exit);
    }

    [SharedDataFact]
    public void TheResultHasTheNamesOfTheProperties()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "i.kmi");
        Tool.Run("incident", "export", Sched, "-o", file, "--assert", "Wakeup P99 < 2ms");
        using var json = JsonDocument.Parse(Tool.Run("incident", "run", file, "--recording", Sched, "--json").Out);
        // The runs of the lab are its own output.
        SameNames(typeof(IncidentResult), json.RootElement[0], "runs");
        SameNames(typeof(IncidentOutcome), json.RootElement[0].GetProperty("assertions")[0]);
    }

    private static void SameNames(Type type, JsonElement element, params string[] without)
        => Assert.Equal(type.GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Except(without).Order(),
            element.EnumerateObject().Select(p => p.Name).Order());
}
