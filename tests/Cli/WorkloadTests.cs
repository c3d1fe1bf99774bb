using System.Text.Json;
using KernelMagnifier.Workloads;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The workload command.</summary>
public class WorkloadTests
{
    [SharedDataFact]
    public void TheSummaryTableAndCoverageFitATerminal()
    {
        foreach (var arguments in new string[][] { ["workload", Data("all.dat")], ["workload", Data("all.dat"), "--coverage"] })
        {
            var outcome = Tool.Run(arguments);
            Assert.Equal(ExitCode.Ok, outcome.Exit);
            Assert.StartsWith("Workload of ", outcome.Out, StringComparison.Ordinal);
            Assert.Contains("odelled", outcome.Out, StringComparison.Ordinal);
            Assert.All(outcome.Out.Split('\n').Skip(1).Where(line => !line.StartsWith("Not modelled", StringComparison.Ordinal)),
                line => Assert.True(line.Length <= 120, line));
        }
    }

    /// <summary>Both faces have the same names, so that one can be read with the description of the other.</summary>
    [SharedDataFact]
    public void JsonHasTheNamesOfTheProperties()
    {
        using var json = JsonDocument.Parse(Tool.Run("workload", Data("all.dat"), "--json").Out);
        var root = json.RootElement;
        Assert.Equal(Properties(typeof(Workload)).Append("schema").Append("version").Order(), Keys(root));
        Assert.Equal(Properties(typeof(WorkloadSource)), Keys(root.GetProperty("source")));
        Assert.Equal(Properties(typeof(WorkloadCoverage)), Keys(root.GetProperty("coverage")));
        Assert.Equal(Properties(typeof(WorkloadGap)), Keys(root.GetProperty("coverage").GetProperty("gaps")[0]));
        Assert.Equal(Properties(typeof(WorkloadEdge)), Keys(root.GetProperty("edges")[0]));
        var task = root.GetProperty("tasks")[0];
        Assert.Equal(Properties(typeof(WorkloadTask)), Keys(task));
        Assert.Equal(Properties(typeof(WorkloadStep)), Keys(task.GetProperty("steps")[0]));
        Assert.Equal(Properties(typeof(WorkloadQuantiles)), Keys(task.GetProperty("runLengths")));
    }

    [SharedDataFact]
    public void TheExtensionSelectsTheFormatAndAWorkloadIsReadAgain()
    {
        var folder = Directory.CreateTempSubdirectory("km-workload-").FullName;
        var (json, rtApp) = (Path.Combine(folder, "w.json"), Path.Combine(folder, "w.rtapp.json"));
        Assert.Equal(ExitCode.Ok, Tool.Run("workload", Data("all.dat"), "-o", json).Exit);
        Assert.Equal(Tool.Run("workload", Data("all.dat"), "--json").Out, File.ReadAllText(json));
        Assert.Equal(File.ReadAllText(json), Tool.Run("workload", json, "--json").Out);
        Assert.Equal(ExitCode.Ok, Tool.Run("workload", json, "-o", rtApp, "--duration", "3", "--calibration", "40").Exit);
        using var written = JsonDocument.Parse(File.ReadAllText(rtApp));
        var global = written.RootElement.GetProperty("global");
        Assert.Equal((3, 40), (global.GetProperty("duration").GetInt32(), global.GetProperty("calibration").GetInt32()));
        Assert.Equal(ExitCode.BadOutput, Tool.Run("workload", json, "-o", rtApp, "--no-clobber").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("workload", json, "-o", Path.Combine(folder, "w.svg")).Exit);
        Directory.Delete(folder, true);
    }

    [SharedDataFact]
    public void ANameThatMatchesNothingIsSaid()
    {
        var outcome = Tool.Run("workload", Data("all.dat"), "--comm", "file-writr,load*", "--pid", "99999");
        Assert.Contains("warning: --comm file-writr matches no task of the recording. Did you mean file-writer?", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("warning: --pid 99999 matches no task of the recording.", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Tool.Run("workload", Data("all.dat"), "--cpu-scale", "0").Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("workload", Tool.Echo).Exit);
    }

    private static string Data(string name) => SharedData.Shared($"latency/{name}");

    private static IEnumerable<string> Properties(Type type)
        => type.GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Order();

    private static IEnumerable<string> Keys(JsonElement row) => row.EnumerateObject().Select(p => p.Name).Order();
}
