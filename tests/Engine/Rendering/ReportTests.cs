using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>
/// Tests reports. Each format is read back, and its counts must equal plain counts of the calls of the recording.
/// </summary>
public sealed class ReportTests : IDisposable
{
    private static readonly Lazy<(CallNames Names, List<CallRecord> Calls)> Echo = new(() =>
    {
        using var reader = TraceFile.Open(SharedData.Local("tcp-echo.trace.zst"));
        var calls = new OrderedCalls();
        reader.Read(calls);
        return (calls.Names, calls.Calls);
    });

    /// <summary>Hostile names, and how formats for people show them.</summary>
    private static readonly (string Name, string Shown)[] Hostile =
    [
        ("=cmd|' /C calc'!A1", "=cmd|' /C calc'!A1"),
        ("</script><script>alert(1)</script>", "</script><script>alert(1)</script>"),
        ("say \"hi\", it's", "say \"hi\", it's"),
        ("two\r\nlines", "two‹U+000D›‹U+000A›lines"),
        ("\e[31mred\a", "‹U+001B›[31mred‹U+0007›"),
        ("\u202Eevil\u2066", "‹U+202E›evil‹U+2066›"),
        ("_x0041_ is no A", "_x0041_ is no A"),
        ("a|b `code` <b>&amp;", "a|b `code` <b>&amp;"),
        ("+1", "+1"), ("-x", "-x"), ("@SUM(A1)", "@SUM(A1)"), ("'=1", "'=1"), (" spaces ", " spaces "),
        ("漢字 ünï", "漢字 ünï"),
        (new string('k', 4096), new string('k', 4096)),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    private static CallCollector Collected(CallNames names, IEnumerable<CallRecord> calls, CallGrouping by = CallGrouping.Function)
    {
        var collector = new CallCollector(by, forReport: true);
        foreach (var call in calls) collector.Add(new CallEvent(names.Context(), in call));
        return collector;
    }

    /// <summary>The same counts, computed independently.</summary>
    private static Dictionary<string, long> Plainly(Func<CallEvent, string> key)
        => Echo.Value.Calls.GroupBy(c => key(new CallEvent(Echo.Value.Names.Context(), in c))).ToDictionary(g => g.Key, g => (long)g.Count());

    private static CallCollector HostileCalls()
    {
        var names = TestContexts.NamesOf(new TraceInfo("evil.data") { Tracer = "function", Cpus = 1 });
        var calls = Hostile.SelectMany((h, i) => Enumerable.Repeat(new CallRecord
        {
            Function = names.Function(h.Name, null), Caller = names.Function(Hostile[^(i + 1)].Name, null), Duration = CallRecord.NoDuration, SelfDuration = CallRecord.NoDuration,
            Task = names.Task(System.Text.Encoding.UTF8.GetBytes(h.Name), 100 + i), Context = ExecutionContext.Task,
        }, i + 1)).ToList();
        return Collected(names, calls);
    }

    private string Export(IReadOnlyList<FunctionCallCount> counts, string name, int? top = null, string? title = null)
    {
        CallReportExporter.Export(counts, At(name), title, top, false, Excel.Workbook.Write);
        return At(name);
    }

    private static Dictionary<string, long> Counts(IEnumerable<string[]> rows, int key, int count)
        => rows.ToDictionary(r => r[key], r => long.Parse(r[count], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));

    // --- readers of the formats -------------------------------------------------------------------------------------------

    private static List<string[]> ReadCsv(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        foreach (Match field in Regex.Matches(text, "(?:\"((?:[^\"]|\"\")*)\"|([^,\r\n]*))(,|\r?\n)"))
        {
            row.Add(field.Groups[1].Success ? field.Groups[1].Value.Replace("\"\"", "\"") : field.Groups[2].Value);
            if (field.Groups[3].Value == ",") continue;
            rows.Add([.. row]);
            row.Clear();
        }
        return rows;
    }

    private static List<string[]> ReadMarkdown(string text, string heading)
    {
        var section = text[text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..];
        return [.. section.Split('\n').SkipWhile(l => !l.StartsWith('|')).TakeWhile(l => l.StartsWith('|')).Skip(2)
            .Select(l => l.Split('|')[1..^1].Select(c => Regex.Match(c, @"^ (?:` (.*) `|`(.*)`|(.*)) $") is { Success: true } cell ? cell.Groups[1].Value + cell.Groups[2].Value + cell.Groups[3].Value : c).ToArray())];
    }

    private static List<string[]> ReadPage(string text, string heading)
    {
        var section = text[text.IndexOf($"<h2 id=\"{heading}\">", StringComparison.Ordinal)..];
        section = section[section.IndexOf("<tbody>", StringComparison.Ordinal)..section.IndexOf("</tbody>", StringComparison.Ordinal)];
        return [.. Regex.Matches(section, "<tr>(.*?)</tr>", RegexOptions.Singleline).Select(row =>
            Regex.Matches(row.Groups[1].Value, "<td[^>]*>(.*?)</td>", RegexOptions.Singleline).Select(c => WebUtility.HtmlDecode(c.Groups[1].Value)).ToArray())];
    }

    private static List<string[]> ReadSheet(string path, string sheet, out List<Cell> cells)
    {
        using var document = SpreadsheetDocument.Open(path, false);
        var book = document.WorkbookPart!;
        var id = book.Workbook.Descendants<Sheet>().Single(s => s.Name == sheet).Id!.Value!;
        var rows = ((WorksheetPart)book.GetPartById(id)).Worksheet.Descendants<Row>().ToList();
        cells = [.. rows.SelectMany(r => r.Elements<Cell>())];
        return [.. rows.Select(r => r.Elements<Cell>().Select(c => c.CellValue?.Text ?? Unescaped(c.InlineString!.Text!.Text)).ToArray())];
    }

    // Decodes ST_Xstring as Excel does.
    private static string Unescaped(string text)
        => Regex.Replace(text, "_x([0-9A-Fa-f]{4})_", m => ((char)int.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    private static string FromCsv(string field) => field.TrimStart('\'') is ['=' or '+' or '-' or '@', ..] && field[0] == '\'' ? field[1..] : field;

    // --- tests ------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void Every_format_holds_the_counts()
    {
        var counts = Collected(Echo.Value.Names, Echo.Value.Calls).Counts();
        var functions = Plainly(c => c.Function);
        var edges = Plainly(c => $"{c.Caller} > {c.Function}");
        var tasks = Plainly(c => $"{c.Comm} {c.ProcessId}");
        var contexts = Plainly(c => $"{c.Context}");
        Assert.True(functions.Count > 1000 && edges.Count > 1500 && tasks.Count > 3 && contexts.Count > 1);

        var csv = ReadCsv(File.ReadAllText(Export(counts, "a.csv")));
        Assert.Equal("function,calls,module,sourceFile,sourceLine,totalTime,selfTime", string.Join(',', csv[0]));
        Assert.Equal(functions, Counts(csv.Skip(1), 0, 1));

        using var json = JsonDocument.Parse(File.ReadAllText(Export(counts, "a.json")));
        var root = json.RootElement;
        Assert.Equal(functions, root.GetProperty("functions").EnumerateArray().ToDictionary(f => f.GetProperty("function").GetString()!, f => f.GetProperty("calls").GetInt64()));
        Assert.Equal(edges, root.GetProperty("edges").EnumerateArray().ToDictionary(e => $"{e.GetProperty("caller").GetString()} > {e.GetProperty("callee").GetString()}", e => e.GetProperty("count").GetInt64()));
        Assert.Equal(tasks, root.GetProperty("tasks").EnumerateArray().ToDictionary(t => $"{t.GetProperty("comm").GetString()} {t.GetProperty("processId")}", t => t.GetProperty("calls").GetInt64()));
        Assert.Equal(contexts, root.GetProperty("contexts").EnumerateArray().ToDictionary(t => t.GetProperty("context").GetString()!, t => t.GetProperty("calls").GetInt64()));
        Assert.Equal(Echo.Value.Calls.Count, root.GetProperty("summary").GetProperty("calls").GetInt64());
        Assert.Equal(Echo.Value.Calls.Count, root.GetProperty("recordings")[0].GetProperty("calls").GetInt64());
        Assert.Empty(root.GetProperty("omitted").EnumerateObject());

        foreach (var (read, name) in new[] { ((Func<string, string, List<string[]>>)ReadMarkdown, "a.md"), (ReadPage, "a.html") })
        {
            var text = File.ReadAllText(Export(counts, name, top: 100_000));
            Assert.Equal(functions, Counts(read(text, "Functions"), 0, 1));
            Assert.Equal(edges, Counts(read(text, "Edges").Select(r => new[] { $"{r[0]} > {r[1]}", r[2] }), 0, 1));
            Assert.Equal(tasks, Counts(read(text, "Tasks").Select(r => new[] { $"{r[0]} {r[1]}", r[2] }), 0, 1));
            Assert.Equal(contexts, Counts(read(text, "Contexts"), 0, 1));
        }

        var book = Export(counts, "a.xlsx");
        Assert.Equal(functions, Counts(ReadSheet(book, "Functions", out _).Skip(1), 0, 1));
        Assert.Equal(edges, Counts(ReadSheet(book, "Edges", out _).Skip(1).Select(r => new[] { $"{r[0]} > {r[1]}", r[2] }), 0, 1));
        Assert.Equal(tasks, Counts(ReadSheet(book, "Tasks", out _).Skip(1).Select(r => new[] { $"{r[0]} {r[1]}", r[2] }), 0, 1));
        Assert.Equal(contexts, Counts(ReadSheet(book, "Contexts", out _).Skip(1), 0, 1));
        Assert.Contains(ReadSheet(book, "Summary", out _), r => r.Length > 1 && r[0] == "Lost events" && r[1] == "0");
    }

    [GnuplotFact]
    public void The_chart_holds_the_counts()
    {
        var counts = Collected(Echo.Value.Names, Echo.Value.Calls).Counts();
        var svg = File.ReadAllText(Export(counts, "a.svg", top: 35));
        var texts = Regex.Matches(svg, "<text>(?:<tspan[^>]*>)?(.*?)(?:</tspan>)?</text>", RegexOptions.Singleline).Select(m => WebUtility.HtmlDecode(Regex.Replace(m.Groups[1].Value, "<[^>]*>", "")).Trim()).ToList();
        foreach (var (function, calls) in Plainly(c => c.Function).OrderByDescending(f => f.Value).Take(30))
        {
            Assert.Contains(function, texts);
            Assert.Contains(calls.ToString("N0", CultureInfo.InvariantCulture), texts);
        }
        Assert.StartsWith("%PDF", File.ReadAllText(Export(counts, "a.pdf")), StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(Export(counts, "a.png"))[..4]);
    }

    [Fact]
    public void Hostile_names_are_escaped()
    {
        var counts = HostileCalls().Counts();
        var shown = Hostile.Select((h, i) => (h.Shown, Calls: (long)i + 1)).ToDictionary(h => h.Shown, h => h.Calls);
        var exact = Hostile.Select((h, i) => (h.Name, Calls: (long)i + 1)).ToDictionary(h => h.Name, h => h.Calls);

        var csv = File.ReadAllText(Export(counts, "a.csv"));
        Assert.Equal(shown, Counts(ReadCsv(csv).Skip(1).Select(r => new[] { FromCsv(r[0]), r[1] }), 0, 1));
        Assert.All(ReadCsv(csv), row => Assert.All(row, cell => Assert.False(cell.StartsWith('=') || cell.StartsWith('@') || cell.StartsWith('+') || (cell.StartsWith('-') && cell.Length > 0))));
        Inert(csv);

        var json = File.ReadAllText(Export(counts, "a.json"));
        using (var document = JsonDocument.Parse(json))
            Assert.Equal(exact, document.RootElement.GetProperty("functions").EnumerateArray().ToDictionary(f => f.GetProperty("function").GetString()!, f => f.GetProperty("calls").GetInt64()));
        Inert(json);
        Assert.DoesNotContain("</script", json, StringComparison.Ordinal);

        var markdown = File.ReadAllText(Export(counts, "a.md", title: Hostile[1].Name));
        var inCode = ReadMarkdown(markdown, "Functions").ToDictionary(r => r[0].Replace("‹U+0060›", "`").Replace("‹U+007C›", "|"), r => long.Parse(r[1]));
        Assert.Equal(shown.ToDictionary(h => DisplayText.Shorten(h.Key, 200), h => h.Value), inCode);
        Assert.DoesNotContain("<script", markdown.Split('\n')[0], StringComparison.Ordinal);
        // Names are only in code spans.
        Assert.DoesNotContain('<', Regex.Replace(markdown, "`[^`\n]*`", ""));
        Inert(markdown);

        var page = File.ReadAllText(Export(counts, "a.html", title: Hostile[1].Name));
        Assert.Equal(shown.ToDictionary(h => DisplayText.Shorten(h.Key, 500), h => h.Value), Counts(ReadPage(page, "Functions"), 0, 1));
        // The only script is the one of the page, which its policy allows by its hash.
        Assert.Single(Regex.Matches(page, "<script", RegexOptions.IgnoreCase));
        Assert.Contains($"<script>{CallReportScript.Text}</script>", page, StringComparison.Ordinal);
        Assert.Contains($"script-src '{CallReportScript.Hash}'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Inert(page);

        var book = Export(counts, "a.xlsx", title: Hostile[0].Name);
        Assert.Equal(shown, Counts(ReadSheet(book, "Functions", out var cells).Skip(1), 0, 1));
        // The reader shortens task names.
        Assert.Equal(shown.Keys.Select(k => k[..Math.Min(k.Length, 256)]).Order(), ReadSheet(book, "Tasks", out _).Skip(1).Select(r => r[0]).Order());
        foreach (var sheet in new[] { "Summary", "Functions", "Edges", "Tasks", "Contexts" })
        {
            ReadSheet(book, sheet, out cells);
            Assert.All(cells, c => Assert.Null(c.CellFormula));
            Assert.All(cells, c => Assert.True(c.DataType?.Value == CellValues.InlineString || decimal.TryParse(c.CellValue!.Text, CultureInfo.InvariantCulture, out _)));
        }
        Assert.Empty(Errors(book));
    }

    private static void Inert(string text) => Assert.DoesNotContain(text, c => (char.IsControl(c) && c is not ('\n' or '\r')) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);

    private static List<string> Errors(string book)
    {
        using var document = SpreadsheetDocument.Open(book, false);
        return [.. new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2019).Validate(document).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}")];
    }

    [Fact]
    public void A_workbook_is_valid_and_has_filters_frozen_headings_and_a_chart()
    {
        var book = Export(Collected(Echo.Value.Names, Echo.Value.Calls).Counts(), "a.xlsx");
        Assert.Empty(Errors(book));
        using var document = SpreadsheetDocument.Open(book, false);
        var parts = document.WorkbookPart!.WorksheetParts.ToList();
        Assert.Equal(["Summary", "Functions", "Edges", "Tasks", "Contexts"], document.WorkbookPart.Workbook.Descendants<Sheet>().Select(s => s.Name!.Value));
        Assert.Single(parts, p => p.DrawingsPart?.ChartParts.Count() == 1);
        var tables = parts.SelectMany(p => p.TableDefinitionParts.Select(t => (Sheet: p.Worksheet, t.Table))).ToList();
        Assert.Equal(4, tables.Count);
        foreach (var (sheet, table) in tables)
        {
            Assert.NotNull(table.AutoFilter);
            Assert.Equal(table.Reference!.Value, sheet.SheetDimension!.Reference!.Value);
            Assert.Equal(PaneStateValues.Frozen, sheet.Descendants<Pane>().Single().State!.Value);
            Assert.NotEmpty(sheet.Descendants<DataBar>());
            var headings = sheet.Descendants<Row>().First().Elements<Cell>().Select(c => c.InlineString!.Text!.Text);
            Assert.Equal(table.TableColumns!.Elements<TableColumn>().Select(c => c.Name!.Value), headings);
        }
    }

    [Fact]
    public void Rows_beyond_the_limit_of_a_sheet_are_on_further_sheets()
    {
        var counts = Collected(Echo.Value.Names, Echo.Value.Calls).Counts();
        string? said;
        using (var file = File.Create(At("a.xlsx"))) said = Excel.Workbook.Write(new CallReport(counts), file, 500, null, default);
        Assert.Empty(Errors(At("a.xlsx")));
        var sheets = new[] { "Functions", "Functions 2", "Functions 3" }.Select(name => ReadSheet(At("a.xlsx"), name, out _)).ToList();
        Assert.Equal([500, 500], sheets.Take(2).Select(s => s.Count));
        Assert.Equal(Plainly(c => c.Function), Counts(sheets.SelectMany(s => s.Skip(1)), 0, 1));
        Assert.Contains("an Excel sheet holds 499 rows below its heading", said, StringComparison.Ordinal);
        Assert.Contains("on 3 sheets", said, StringComparison.Ordinal);
    }

    [LibreOfficeFact]
    public void LibreOffice_reads_the_same()
    {
        var calls = Collected(Echo.Value.Names, Echo.Value.Calls);
        foreach (var (collector, expected) in new[] { (calls, Plainly(c => c.Function)), (HostileCalls(), Hostile.Select((h, i) => (h.Shown, Calls: (long)i + 1)).ToDictionary(h => h.Shown, h => h.Calls)) })
        {
            var book = Export(collector.Counts(), $"{expected.Count}.xlsx");
            // Field separator, quote, UTF-8, from line 1; formulas as formulas, all sheets.
            using var office = Process.Start(new ProcessStartInfo("soffice",
                [$"-env:UserInstallation=file://{_folder}/office", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,-1", "--outdir", _folder, book])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (office.StandardOutput.ReadToEndAsync(), office.StandardError.ReadToEndAsync());
            office.WaitForExit();
            Assert.True(office.ExitCode == 0, output.Result + errors.Result);
            var rows = ReadCsv(File.ReadAllText(At($"{expected.Count}-Functions.csv")));
            Assert.Equal(expected, Counts(rows.Skip(1), 0, 1));
            Assert.True(File.Exists(At($"{expected.Count}-Summary.csv")));
        }
    }

    [Fact]
    public void Tables_that_cannot_be_made_are_listed_with_the_reason()
    {
        var all = Collected(Echo.Value.Names, Echo.Value.Calls);
        var some = all.Counts().Where(c => c.Function is "tcp_sendmsg" or "ip_output").ToList();
        var picked = new CallReport(some);
        Assert.Equal(["Functions", "Edges"], picked.Sections.Select(s => s.Name));
        Assert.Equal(["Tasks", "Contexts"], picked.Omissions.Select(o => o.Name));
        // The edges are those to the selected functions, so the sums are equal.
        Assert.Equal(some.Sum(c => c.Calls), picked.Sections[1].Rows.Sum(r => long.Parse(r[2].ToString())));

        var ofEdges = new CallCollector(CallGrouping.Function, forReport: true);
        foreach (var edge in all.ToGraph().Edges) ofEdges.Add(edge);
        var report = new CallReport(ofEdges.Counts());
        Assert.Equal(["Functions", "Edges"], report.Sections.Select(s => s.Name));
        Assert.All(report.Omissions, o => Assert.Contains("edges hold only caller, callee and count", o.Reason, StringComparison.Ordinal));
        Assert.Contains(ReadSheet(Export(ofEdges.Counts(), "a.xlsx"), "Summary", out _), r => r.Length > 1 && r[0] == "Tasks" && r[1].StartsWith("not available: ", StringComparison.Ordinal));

        var byTask = Collected(Echo.Value.Names, Echo.Value.Calls.Take(10), CallGrouping.Task).Counts();
        Assert.Equal(ErrorCode.MixedInput, Assert.Throws<KernelMagnifierException>(() => new CallReport([.. all.Counts(), .. byTask])).Code);
    }

    [Theory]
    [InlineData(CallGrouping.Task, "Tasks,Functions,Edges,Contexts")]
    [InlineData(CallGrouping.Context, "Contexts,Functions,Edges,Tasks")]
    [InlineData(CallGrouping.Caller, "Callers,Functions,Edges,Tasks,Contexts")]
    [InlineData(CallGrouping.Cpu, "CPUs,Functions,Edges,Tasks,Contexts")]
    [InlineData(CallGrouping.Edge, "Edges,Functions,Tasks,Contexts")]
    [InlineData(CallGrouping.Function | CallGrouping.Cpu, "Counts,Functions,Edges,Tasks,Contexts")]
    public void The_table_of_the_grouping_is_first(CallGrouping by, string sections)
    {
        var report = new CallReport(Collected(Echo.Value.Names, Echo.Value.Calls, by).Counts());
        Assert.Equal(sections, string.Join(',', report.Sections.Select(s => s.Name)));
        Assert.All(report.Sections, s => Assert.Equal(Echo.Value.Calls.Count, s.Rows.Sum(r => long.Parse(r[s.CallsColumn].ToString()))));
        Assert.Empty(Errors(Export(Collected(Echo.Value.Names, Echo.Value.Calls, by).Counts(), "a.xlsx")));
    }

    [Theory]
    [InlineData("csv"), InlineData("json"), InlineData("md"), InlineData("html"), InlineData("xlsx")]
    public void The_first_table_keeps_the_order_of_the_counts(string format)
    {
        var counts = Collected(Echo.Value.Names, Echo.Value.Calls).Counts().OrderBy(c => c.Function, StringComparer.Ordinal).Take(20).ToList();
        var path = Export(counts, $"a.{format}");
        string[] found = format switch
        {
            "csv" => [.. ReadCsv(File.ReadAllText(path)).Skip(1).Select(r => r[0])],
            "json" => [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("functions").EnumerateArray().Select(f => f.GetProperty("function").GetString()!)],
            "md" => [.. ReadMarkdown(File.ReadAllText(path), "Functions").Select(r => r[0])],
            "html" => [.. ReadPage(File.ReadAllText(path), "Functions").Select(r => r[0])],
            _ => [.. ReadSheet(path, "Functions", out _).Skip(1).Select(r => r[0])],
        };
        Assert.Equal(counts.Select(c => c.Function), found);
    }

    [Fact]
    public void Bars_are_linear_and_in_the_given_order()
    {
        var counts = Collected(Echo.Value.Names, Echo.Value.Calls).Counts().OrderBy(c => c.Calls).ToList();
        var script = CallCountChart.Script(counts, "svg", 3, null);
        Assert.DoesNotContain("logscale", script, StringComparison.Ordinal);
        Assert.Contains("set xrange [0:", script, StringComparison.Ordinal);
        Assert.Contains($"$calls << END_OF_CALLS\n1 {counts[0].Calls} ", script, StringComparison.Ordinal);
        Assert.Contains("the first 3 of ", script, StringComparison.Ordinal);
        var most = counts.Max(c => c.Calls);
        var page = File.ReadAllText(Export(counts, "a.html", top: 100_000));
        var widths = Regex.Matches(page, "background-size:([0-9.]+)% 70%\">([0-9,]+)<").Take(counts.Count)
            .Select(m => (Width: double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), Calls: long.Parse(m.Groups[2].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
        Assert.All(widths, bar => Assert.Equal(100.0 * bar.Calls / most, bar.Width, 0.01));
    }

    [Fact]
    public void Edges_are_reported_as_edges_in_their_order()
    {
        var edges = Collected(Echo.Value.Names, Echo.Value.Calls).ToGraph().Edges.OrderBy(e => e.Callee, StringComparer.Ordinal).Take(30).ToList();
        CallReportExporter.Export(edges, At("e.csv"), null, null, false);
        var rows = ReadCsv(File.ReadAllText(At("e.csv")));
        Assert.Equal(["caller", "callee", "count"], rows[0][..3]);
        Assert.Equal(edges.Select(e => $"{e.Caller} {e.Callee} {e.Count}"), rows.Skip(1).Select(r => $"{r[0]} {r[1]} {r[2]}"));
        var report = new CallReport(edges);
        Assert.Equal(["Edges", "Functions"], report.Sections.Select(s => s.Name));
        Assert.Equal(["Tasks", "Contexts"], report.Omissions.Select(o => o.Name));
        // Edges of several recordings are one row, where the first of them was.
        var twice = new CallReport([.. edges, .. edges]);
        Assert.Equal(edges.Select(e => (2 * e.Count).ToString(CultureInfo.InvariantCulture)), twice.Sections[0].Rows.Select(r => r[2].ToString()));
    }

    [Fact]
    public void Counts_of_two_recordings_are_added_up()
    {
        var one = Collected(Echo.Value.Names, Echo.Value.Calls).Counts();
        using var reader = TraceFile.Open(SharedData.Local("tcp-echo.trace.zst"));
        var again = new CallCollector(CallGrouping.Function, forReport: true);
        var tally = again.NewTally();
        reader.Read(tally);
        again.Add(tally);
        var report = new CallReport([.. one, .. again.Counts()]);
        Assert.Equal(2, report.Traces.Count);
        Assert.Equal(Plainly(c => c.Function).ToDictionary(f => f.Key, f => 2 * f.Value), report.Counts.ToDictionary(c => c.Function!, c => c.Calls));
        Assert.Equal(["Functions", "Edges", "Tasks", "Contexts"], report.Sections.Select(s => s.Name));
        Assert.All(report.Sections, s => Assert.Equal(2 * Echo.Value.Calls.Count, s.Rows.Sum(r => long.Parse(r[s.CallsColumn].ToString()))));
    }

    [Fact]
    public void Rows_beyond_the_limit_are_counted()
    {
        var counts = Collected(Echo.Value.Names, Echo.Value.Calls).Counts();
        var text = File.ReadAllText(Export(counts, "a.md", top: 10));
        Assert.Equal(10, ReadMarkdown(text, "Functions").Count);
        Assert.Contains($"… and {counts.Count - 10:N0} more, with {counts.Skip(10).Sum(c => c.Calls):N0} calls.", text, StringComparison.Ordinal);
        // The default limit is reported.
        var limited = CallReportExporter.Export(counts, At("b.md"), null, null, false);
        Assert.Contains("are not listed", limited.Note, StringComparison.Ordinal);
        Assert.True(limited.OmittedRows > 0);
        Assert.Null(CallReportExporter.Export(counts, At("b.csv"), null, null, false).Note);
    }

    [Fact]
    public void A_failed_report_leaves_no_file()
    {
        var counts = HostileCalls().Counts();
        Assert.Contains(".csv, .json, .md, .html", Assert.Throws<KernelMagnifierException>(() => CallReportExporter.Export(counts, At("a.xlsx"), null, null, false)).Message, StringComparison.Ordinal);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var many = Collected(Echo.Value.Names, Echo.Value.Calls, CallGrouping.Function | CallGrouping.Caller | CallGrouping.Task | CallGrouping.Cpu).Counts();
        many = [.. many, .. many, .. many, .. many];
        Assert.Throws<OperationCanceledException>(() => CallReportExporter.Export(many, At("a.csv"), null, null, false, null, null, cancelled.Token));
        File.WriteAllText(At("b.csv"), "mine");
        Assert.Throws<KernelMagnifierException>(() => CallReportExporter.Export(counts, At("b.csv"), null, null, false));
        Assert.Equal([At("b.csv")], Directory.GetFileSystemEntries(_folder));
    }
}

/// <summary>Skips a test if LibreOffice Calc is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LibreOfficeFactAttribute : FactAttribute
{
    public LibreOfficeFactAttribute()
    {
        if (!Tools.IsInPath("soffice")) Skip = "LibreOffice Calc is not installed: apt-get install libreoffice-calc-nogui";
    }
}
