using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using KernelMagnifier.Recording;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Tests;

/// <summary>Recordings are untrusted: a task can have any name.</summary>
public class HostileTests
{
    private static readonly string[] Names = ["=1+2", "+1", "-x", "@SUM(A1)", "a,b", "say \"hi\"", "\x1b[31mred", "\x9b31m", "tab\there", "'=1", "\u202Eevil", "plain", "ünï", "<b>&", "[x]", "a;=1+1", "a;\"=1", "t\t@x", "＝1+2", "x;＠y"];

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
        static string Original(string field) => Regex.Replace(field, @"(^|[,;\t\r\n])'(?=['""]*[=+\-@＝＋－＠\t])", "$1");
    }

    [Fact]
    public void CsvContainsNoFormula()
    {
        using var folder = Tool.Folder();
        Assert.All(
            Tool.Run("events", Recording(folder), "--csv").Succeeds().Csv(),
            r => Assert.DoesNotMatch("(^|[,;\t])\"*[=+@＝＋－＠-]", r["comm"]));
    }

    [Fact]
    public void NamesThatAreNotUtf8StayApart()
    {
        using var folder = Tool.Folder();
        var file = folder.Write("bytes.txt", "");
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes("# tracer: function\n#\n"
            + "           tk\u00E9-1       [000] .....  12.000001: caf\u00E9 <-p\u00E8\n"
            + "           tk\u00E8-1       [000] .....  12.000002: caf\u00E8 <-p\u00E9\n"
            + "           tk\u00E8-1       [000] .....  12.000003: caf\u00E8 <-p\u00E9\n"));
        var calls = Tool.Run("calls", file, "--csv").Succeeds().Csv();
        Assert.Equal(["caf\\xe8 2", "caf\\xe9 1"], calls.Select(r => $"{r["function"]} {r["calls"]}"));
        var edges = Tool.Run("edges", file, "--csv").Succeeds().Csv();
        Assert.Equal(["p\\xe8>caf\\xe9 1", "p\\xe9>caf\\xe8 2"], edges.Select(r => $"{r["caller"]}>{r["callee"]} {r["count"]}").Order(StringComparer.Ordinal));
        using var json = JsonDocument.Parse(Tool.Run("calls", file, "--by", "task", "--json").Succeeds().Out);
        Assert.Equal(["tk\\xe8", "tk\\xe9"], json.RootElement.EnumerateArray().Select(r => r.GetProperty("comm").GetString()!).Order(StringComparer.Ordinal));
        // The name that is shown selects it, in a pattern too.
        Assert.Equal("2", Assert.Single(Tool.Run("calls", file, "--function", "caf\\xe8", "--csv").Succeeds().Csv())["calls"]);
        Assert.Equal("1", Assert.Single(Tool.Run("calls", file, "--function", "*\\\\xe9", "--csv").Succeeds().Csv())["calls"]);
        Assert.Equal("1", Assert.Single(Tool.Run("calls", file, "--comm", "tk\\xe9", "--csv").Succeeds().Csv())["calls"]);
        foreach (var name in new[] { "g.gv", "g.html", "r.html", "r.md", "r.json", "p.json", "p.folded", "p.mmd", "p.graphml" })
        {
            var command = name[0] switch { 'g' => "graph", 'r' => "report", _ => "profile" };
            var outcome = Tool.Run(command, file, "-o", folder[name]);
            // A build can be without the page.
            if (name == "g.html" && outcome.Exit != 0) continue;
            outcome.Succeeds();
            var bytes = File.ReadAllBytes(folder[name]);
            Assert.True(System.Text.Unicode.Utf8.IsValid(bytes), name);
            var text = Encoding.UTF8.GetString(bytes);
            Assert.DoesNotContain('\uFFFD', text);
            Assert.Matches(@"caf[^c]{1,6}xe8", text);
            Assert.Matches(@"caf[^c]{1,6}xe9", text);
        }
    }

    [Fact]
    public void ALinkThatRunsAScriptIsRefusedBeforeReading()
        => Assert.Contains("links from this template could run a script",
            Tool.Run("graph", "missing.dat", "-o", "g.svg", "--source-url", "javascript:alert(1)").Error, StringComparison.Ordinal);

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
    public void OneLongNameDoesNotWidenATable()
    {
        var table = new ReportTable([new("name", "Name"), new("source", "Source"), new("n", "N") { IsSum = true }]);
        for (var i = 0; i < 5000; i++)
            table.Rows.Add([ReportValue.Of($"f{i}"), ReportValue.Of(i == 7 ? $"{new string('w', 200_000)}end" : "s"), ReportValue.Of(i)]);
        var writes = new List<int>();
        ReportWriter.Write(table, ReportFormat.Table, new CountingStream(writes));

        // 1 GB when the column is as wide as the name. No write holds the whole table.
        Assert.InRange(writes.Sum(), 100_000, 1_000_000);
        Assert.InRange(writes.Max(), 1, 100_000);
        using var text = new MemoryStream();
        ReportWriter.Write(table, ReportFormat.Table, text);
        var line = System.Text.Encoding.UTF8.GetString(text.ToArray()).Split('\n')[9];
        Assert.Matches("^f7 +w{80}…w{36}end +7$", line);
        using var csv = new MemoryStream();
        ReportWriter.Write(table, ReportFormat.Csv, csv);
        Assert.InRange(csv.Length, 200_000, 400_000);
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("\x1b[1m", "\\x1b[1m")]
    public void ShortNamesAreWhole(string name, string cell) => Assert.Equal(cell, TerminalText.Cell(name));

    [Theory]
    [InlineData("漢")]
    [InlineData("\u202e")]
    [InlineData("e\u0301")]
    [InlineData("\u0301")]
    [InlineData("😀")]
    public void ALongNameFitsACell(string part)
    {
        var cell = TerminalText.Cell(string.Concat(Enumerable.Repeat(part, 1_000_000)));
        Assert.InRange(TerminalText.Width(cell), 0, TerminalText.WidestCell);
        Assert.InRange(cell.Length, 1, 10 * TerminalText.WidestCell);
    }

    private sealed class CountingStream(List<int> writes) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => writes.Add(buffer.Length);

        public override void Write(byte[] buffer, int offset, int count) => writes.Add(count);
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
