using System.Text.Json;
using KernelMagnifier.Recording;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Tests;

/// <summary>Recordings are untrusted: a task can have any name.</summary>
public class HostileTests
{
    private static readonly string[] Names = ["=1+2", "+1", "-x", "@SUM(A1)", "a,b", "say \"hi\"", "\x1b[31mred", "\x9b31m", "tab\there", "'=1", "\u202Eevil", "plain", "ünï", "<b>&", "[x]"];

    private static string Recording(TemporaryFolder folder)
        => folder.Write("hostile.txt", "# tracer: function\n#\n" + string.Concat(Names.Select((name, i) =>
            $"{name,16}-{100 + i}     [000] .....  12.{i:000000}: vfs_read <-ksys_read\n")));

    [Fact]
    public void CsvPreservesEveryName()
    {
        using var folder = Tool.Folder();
        var rows = Tool.Run("events", Recording(folder), "--csv").Succeeds().Csv();
        Assert.Equal(Names, rows.Select(r => Original(r["comm"])));
        var tasks = Tool.Run("calls", folder["hostile.txt"], "--by", "task", "--csv").Succeeds().Csv();
        Assert.Equal(Names.Order(StringComparer.Ordinal), tasks.Select(r => Original(r["comm"])).Order(StringComparer.Ordinal));

        // Reverts the escaping that docs/cli.md documents.
        static string Original(string field)
            => field.TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] && field[0] == '\'' ? field[1..] : field;
    }

    [Fact]
    public void CsvContainsNoFormula()
    {
        using var folder = Tool.Folder();
        Assert.All(
            Tool.Run("events", Recording(folder), "--csv").Succeeds().Csv(),
            r => Assert.False(r["comm"][0] is '=' or '+' or '-' or '@'));
    }

    [Fact]
    public void JsonPreservesEveryName()
    {
        using var folder = Tool.Folder();
        using var json = JsonDocument.Parse(Tool.Run("events", Recording(folder), "--json").Succeeds().Out);
        Assert.Equal(Names, json.RootElement.EnumerateArray().Select(e => e.GetProperty("comm").GetString()!));
    }

    [Theory]
    [InlineData("events", "{0}")]
    [InlineData("calls", "{0}", "--by", "task")]
    [InlineData("info", "{0}")]
    public void TablesContainNoControlCharacters(params string[] args)
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        var text = Tool.Run([.. args.Select(a => a == "{0}" ? file : a)]).Succeeds();
        foreach (var part in new[] { text.Out, text.Error })
            Assert.DoesNotContain(part, c => (char.IsControl(c) && c != '\n') || c == '\u202E');
    }

    [Fact]
    public void CsvOnATerminalContainsNoControlCharacters()
    {
        using var folder = Tool.Folder();
        var file = Recording(folder);
        Assert.DoesNotContain('\x1b', Tool.RunWith(null, true, "events", file, "--csv").Succeeds().Out);
        Assert.DoesNotContain('\x1b', Tool.RunWith(null, true, "calls", file, "--by", "task", "--csv").Succeeds().Out);
    }

    [Fact]
    public void ColumnsAreAlignedWithWideAndEscapedNames()
    {
        var table = new ReportTable([new("name", "Name"), new("n", "N") { IsSum = true }]);
        foreach (var name in new[] { "a", "漢字", "\x1b[0m", "e\u0301" }) table.Rows.Add([ReportValue.Of(name), ReportValue.Of(1)]);
        using var text = new MemoryStream();
        ReportWriter.Write(table, ReportFormat.Table, text);
        var lines = System.Text.Encoding.UTF8.GetString(text.ToArray()).TrimEnd('\n').Split('\n');
        Assert.Single(lines.Select(TerminalText.Width).Distinct());
        Assert.Contains("\\x1b[0m  1", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyATerminalGetsColours()
    {
        Assert.DoesNotContain('\x1b', Tool.Run("calls", Tool.Echo).Succeeds().Out);
        Assert.Contains("\x1b[1m", Tool.RunWith(null, true, "calls", Tool.Echo).Succeeds().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsThatPrintTheSameAreMerged()
    {
        // A function name at two addresses.
        using var folder = Tool.Folder();
        var file = folder.Write("two.txt", "# tracer: function\n#\n"
            + string.Concat(Enumerable.Range(0, 6).Select(i => $"            bash-100     [000] .....  12.{i:000000}: show{(i % 2 == 0 ? "+0x0/0x40 <ffffffff81000000>" : "+0x0/0x80 <ffffffff82000000>")} <-seq_read+0x10/0x90 <ffffffff81100010>\n")));
        var calls = Tool.Run("calls", file, "--csv").Succeeds().Csv();
        Assert.Equal(("show", "6"), (Assert.Single(calls)["function"], calls[0]["calls"]));
        Assert.Equal("6", Assert.Single(Tool.Run("edges", file, "--csv").Succeeds().Csv())["count"]);
    }

    [Theory]
    [InlineData(0, 9, "0.000000000")]
    [InlineData(1_000_000_001, 9, "1.000000001")]
    [InlineData(9_223_372_036_854_775_807, 9, "9223372036.854775807")]
    [InlineData(-1, 3, "-0.001")]
    [InlineData(long.MinValue, 6, "-9223372036854.775808")]
    public void FixedPointNumbersKeepEveryDigit(long number, int decimals, string text)
        => Assert.Equal(text, ReportValue.Fixed(number, decimals).ToString());

    [Theory]
    [InlineData("9007199254.740993")]
    [InlineData("9007199254740993")]
    public void LargeTimestampsAreExact(string written)
    {
        using var folder = Tool.Folder();
        var file = folder.Write(
            "late.txt", $"# tracer: function\n#\n            bash-100     [000] .....  {written}: vfs_read <-ksys_read\n");
        Assert.Equal(written, Tool.Run("events", file, "--csv").Succeeds().Csv()[0]["timestamp"]);
        using var info = JsonDocument.Parse(Tool.Run("info", file, "--json").Succeeds().Out);
        Assert.Equal(written, info.RootElement.GetProperty("firstTimestamp").GetRawText());
    }
}
