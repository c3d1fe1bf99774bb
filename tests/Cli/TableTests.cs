using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The table command.</summary>
public class TableTests
{
    private static readonly string Mixed = SharedData.Local("trace-dat/mix-plain.dat");

    [Fact]
    public void EachFileIsALine()
    {
        using var folder = Tool.Folder();
        var outcome = Tool.Run("table", Mixed, "-o", folder.Path + "/fleet");
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        var lines = outcome.Out.TrimEnd('\n').Split('\n');
        var written = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        Assert.Equal(written.Order(StringComparer.Ordinal), lines.Select(line => line.Split("  ")[0]).Order(StringComparer.Ordinal));
        var calls = CsvReader.Read(Tool.Run("events", Mixed, "--csv").Out).Count - 1;
        Assert.Contains(lines, line => line.Contains($"/calls/", StringComparison.Ordinal) && line.Contains($"  {calls} rows  ", StringComparison.Ordinal));
        var events = Tool.Run("events", Mixed, "--event", "*", "--format", "jsonl").Out.Count(c => c == '\n');
        Assert.Contains(lines, line => line.Contains($"/events/", StringComparison.Ordinal) && line.Contains($"  {events} rows  ", StringComparison.Ordinal));
    }

    [Fact]
    public void JsonHasTheSame()
    {
        using var folder = Tool.Folder();
        var outcome = Tool.Run("table", Mixed, "-o", folder.Path, "--json", "--table", "edges,calls", "--host", "h/1", "--recording-name", "r");
        using var json = JsonDocument.Parse(outcome.Out);
        Assert.Equal(["calls", "edges"], json.RootElement.EnumerateArray().Select(file => file.GetProperty("table").GetString()));
        var first = json.RootElement[0];
        Assert.Equal(Path.Combine(folder.Path, "calls/host=h%2F1/recording=r/r.parquet"), first.GetProperty("path").GetString());
        Assert.Equal(("h/1", "r"), (first.GetProperty("host").GetString(), first.GetProperty("recording").GetString()));
        Assert.Equal(new FileInfo(first.GetProperty("path").GetString()!).Length, first.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void PartitionsAreChosenAndFilesAreKept()
    {
        using var folder = Tool.Folder();
        string[] arguments = ["table", Mixed, "-o", folder.Path, "--partition-by", "none", "--table", "calls"];
        Assert.Equal(ExitCode.Ok, Tool.Run(arguments).Exit);
        var path = Path.Combine(folder.Path, "calls", "mix-plain.dat.parquet");
        Assert.True(File.Exists(path));
        var again = Tool.Run(arguments);
        Assert.NotEqual(ExitCode.Ok, again.Exit);
        Assert.Contains(path, again.Error, StringComparison.Ordinal);
        Assert.Contains("Use --force", again.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, Tool.Run([.. arguments, "--force"]).Exit);
        Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    /// <summary>One would replace the other.</summary>
    [Fact]
    public void TwoRecordingsOfOneNameAndHostAreAnError()
    {
        using var folder = Tool.Folder();
        foreach (var name in new[] { "a", "b" })
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, name));
            File.Copy(Mixed, Path.Combine(folder.Path, name, "x.dat"));
        }
        string[] arguments = ["table", folder.Path + "/a/x.dat", folder.Path + "/b/x.dat", "-o", folder.Path + "/out", "--host", "h", "--force"];
        var outcome = Tool.Run(arguments);
        Assert.NotEqual(ExitCode.Ok, outcome.Exit);
        Assert.Contains(folder.Path + "/b/x.dat: another recording of this name and host", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--recording-name", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void FiltersApply()
    {
        using var folder = Tool.Folder();
        var function = CsvReader.Read(Tool.Run("calls", Mixed, "--csv").Out)[1][0];
        var all = CsvReader.Read(Tool.Run("events", Mixed, "--csv", "--function", function).Out).Count - 1;
        Assert.Contains($"  {all} rows  ", Tool.Run("table", Mixed, "-o", folder.Path, "--table", "calls", "--function", function).Out, StringComparison.Ordinal);
        var nothing = Tool.Run("table", Mixed, "-o", folder.Path + "/n", "--table", "calls", "--function", "no_such_function");
        Assert.Equal(ExitCode.BadInput, nothing.Exit);
        Assert.False(Directory.Exists(folder.Path + "/n"));
    }

    [Fact]
    public void ALogBecomesTables()
    {
        using var folder = Tool.Folder();
        var outcome = Tool.Run("table", SharedData.Local("logs/web.ndjson"), "-o", folder.Path);
        Assert.Equal(ExitCode.Ok, outcome.Exit);
        Assert.Contains("/logs/host=", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("/recording=web.ndjson/web.ndjson.parquet", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table", "x.dat")]
    [InlineData("table", "-o", "x")]
    [InlineData("table", "a.dat", "b.dat", "-o", "x", "--recording-name", "r")]
    [InlineData("table", "a.dat", "-o", "x", "--partition-by", "none,host")]
    [InlineData("table", "a.dat", "-o", "x", "--partition-by", "host,host")]
    [InlineData("table", "a.dat", "-o", "x", "--table", "logs")]
    public void AWrongCommandLineIsAnError(params string[] arguments) => Assert.Equal(ExitCode.Usage, Tool.Run(arguments).Exit);

    /// <summary>A writer that is killed leaves whole files or hidden ones.</summary>
    [Fact]
    public void AKilledWriterLeavesWholeFilesOnly()
    {
        using var folder = Tool.Folder();
        for (var delay = 0; delay < 4; delay++)
        {
            using (var process = Tool.StartBash(string.Create(CultureInfo.InvariantCulture,
                $"exec timeout -s KILL 0.{2 + (2 * delay)} kernel-magnifier table '{Tool.Small}' '{Mixed}' -o '{folder.Path}' --force")))
                process.WaitForExit();
            foreach (var file in Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories))
            {
                using var stream = File.OpenRead(file);
                stream.Seek(-4, SeekOrigin.End);
                var end = new byte[4];
                stream.ReadExactly(end);
                Assert.Equal("PAR1"u8.ToArray(), end);
            }
        }
        Assert.Equal(ExitCode.Ok, Tool.Run("table", Tool.Small, Mixed, "-o", folder.Path, "--force").Exit);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), file => Path.GetFileName(file).StartsWith('.'));
    }
}
