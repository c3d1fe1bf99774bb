using System.Text.Json;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The report command. Its counts are those of the other commands.</summary>
public class ReportTests
{
    [Fact]
    public void CountsEqualThoseOfTheOtherCommands()
    {
        using var folder = Tool.Folder();
        Tool.Run("report", Tool.Echo, "-o", folder["r.json"]).Succeeds();
        Tool.Run("report", Tool.Echo, "-o", folder["r.csv"]).Succeeds();
        using var report = JsonDocument.Parse(File.ReadAllText(folder["r.json"]));
        var root = report.RootElement;
        Assert.Equal(Tool.Run("calls", Tool.Echo, "--csv").Succeeds().Out, File.ReadAllText(folder["r.csv"]));
        Same("calls", "functions", "function", "calls");
        Same("edges", "edges", "callee", "count");
        Same("calls", "tasks", "comm", "calls", "--by", "task");
        Same("calls", "contexts", "context", "calls", "--by", "context");

        void Same(string command, string table, string key, string count, params string[] options)
        {
            using var rows = JsonDocument.Parse(Tool.Run([command, Tool.Echo, "--json", .. options]).Succeeds().Out);
            IEnumerable<string> Lines(JsonElement all) => all.EnumerateArray().Select(r => $"{r.GetProperty(key)} {r.GetProperty(count)}").Order(StringComparer.Ordinal);
            Assert.Equal(Lines(rows.RootElement), Lines(root.GetProperty(table)));
        }
    }

    [Fact]
    public void FiltersAndGroupingsApply()
    {
        using var folder = Tool.Folder();
        Tool.Run("report", Tool.Echo, "--function", "tcp_*", "--by", "cpu", "-o", folder["r.csv"]).Succeeds();
        Assert.Equal(
            Tool.Run("calls", Tool.Echo, "--function", "tcp_*", "--by", "cpu", "--csv").Succeeds().Out,
            File.ReadAllText(folder["r.csv"]));
        Tool.Run("report", Tool.Echo, "--root", "tcp_sendmsg", "--depth", "2", "-o", folder["root.csv"]).Succeeds();
        Assert.Equal(
            Tool.Run("calls", Tool.Echo, "--root", "tcp_sendmsg", "--depth", "2", "--csv").Succeeds().Out,
            File.ReadAllText(folder["root.csv"]));
    }

    [Fact]
    public void OmittedRowsAreReported()
    {
        using var folder = Tool.Folder();
        Assert.Contains(
            "are not listed", Tool.Run("report", Tool.Echo, "-o", folder["r.html"]).Succeeds().Error, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", File.ReadAllText(folder["r.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void WorkbooksAreReferredToTheModule()
    {
        var refused = Tool.Run("report", Tool.Echo, "-o", "r.xlsx");
        Assert.Equal(ExitCode.Usage, refused.Exit);
        Assert.Contains("Export-KmReport", refused.Error, StringComparison.Ordinal);
        Assert.Contains(".xlsx", Tool.Run("report", "--help").Succeeds().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongOutputsAreReported()
    {
        using var folder = Tool.Folder();
        Assert.Equal(ExitCode.Usage, Tool.Run("report", Tool.Echo).Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("report", Tool.Echo, "-o", folder["r.bmp"]).Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("report", Tool.Echo, "--function", "no_such", "-o", folder["r.csv"]).Exit);
        Assert.Equal(ExitCode.BadOutput, Tool.Run("report", Tool.Echo, "-o", folder["none/r.csv"]).Exit);
    }
}
