using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;
using static KernelMagnifier.Engine.Tests.Rendering.Graphs;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Skips a test if the page of src/Page was not built.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PageFactAttribute : FactAttribute
{
    public PageFactAttribute()
    {
        if (!HtmlPageWriter.IsBuilt) Skip = "The page was not built: build/page.sh, which ./build.sh starts, needs Node.js and npm.";
    }
}

/// <summary>Tests the data of an HTML page. The behaviour of the page is tested in a browser by tests/Page.</summary>
public sealed partial class PageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private (string Html, JsonElement Data, GraphExport Export) Page(CallGraph graph, GraphOptions? options = null)
    {
        var path = Path.Combine(_folder, "g.html");
        var export = GraphExporter.Export(graph, path, (options ?? new GraphOptions()) with { Force = true });
        var html = File.ReadAllText(path);
        return (html, JsonDocument.Parse(Data().Match(html).Groups[1].Value).RootElement, export);
    }

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();

    private static List<string?> Strings(JsonElement data, string name) => [.. data.GetProperty(name).EnumerateArray().Select(e => e.GetString())];

    private static List<long> Numbers(JsonElement data, string name) => [.. data.GetProperty(name).EnumerateArray().Select(e => e.GetInt64())];

    [PageFact]
    public void HoldsEveryEdgeWithItsCountAndShares()
    {
        var tally = new CallTally(CallGrouping.Edge | CallGrouping.Context | CallGrouping.Task);
        using (var reader = TraceFile.Open(SharedData.Local("tcp-echo.trace.zst"))) reader.Read(tally);
        var graph = tally.ToGraph();
        var (_, data, export) = Page(graph);
        Assert.Equal((graph.Edges.Count, 0, null), (export.Edges, export.OmittedEdges, export.Note));
        var (names, from, to, calls) = (Strings(data, "names"), Numbers(data, "from"), Numbers(data, "to"), Numbers(data, "calls"));
        Assert.Equal(graph.Edges.Select(e => $"{e.Caller}>{e.Callee}={e.Count}").Order(StringComparer.Ordinal),
            from.Select((f, i) => $"{names[(int)f]}>{names[(int)to[i]]}={calls[i]}").Order(StringComparer.Ordinal));
        // Shares are edge, context, task and calls. Those of an edge add up to its calls, those of a context and task to the
        // tally.
        var shares = Numbers(data, "shares").Chunk(4).ToList();
        Assert.Equal(calls, shares.GroupBy(s => s[0]).OrderBy(g => g.Key).Select(g => g.Sum(s => s[3])));
        var (contexts, tasks) = (Strings(data, "contexts"), Strings(data, "tasks"));
        foreach (var group in graph.Shares!.GroupBy(s => (Context: EdgeContexts.Name(s.Context), s.Task.Comm)))
            Assert.Equal(group.Sum(s => s.Calls), shares.Where(s => contexts[(int)s[1]] == group.Key.Context && tasks[(int)s[2]] == group.Key.Comm).Sum(s => s[3]));
    }

    [PageFact]
    public void HostileNamesAreOnlyData()
    {
        var names = ((IEnumerable<object[]>)DotTests.HostileNames).Select(row => (string)row[0]).Where(n => n.Length > 0).ToList();
        var edges = names.Select(n => Edge(new FunctionSymbol(1, n, n, null, [new SourceLocation(n, 1)]), Function("victim"), 3)).ToList();
        var shares = edges.Select((e, i) => new CallShare(e.CallerSymbol, e.CalleeSymbol, new KernelTask(1, 1, null, names[i]), ExecutionContext.Task, 3)).ToList();
        foreach (var title in names)
        {
            var (html, data, _) = Page(new CallGraph([Trace(title.Replace('\0', '0'), 1, title)], edges, shares), new GraphOptions { Title = title, Filter = new CallFilter { Comm = [title] }, SourceUrl = "https://x/\"><script>/{file}" });
            var plain = Page(Of(Edge("a", "b", 1)), new GraphOptions { Title = "x" }).Html;
            // The page has as many tags as one with harmless names, so the names added none.
            Assert.Equal(plain.Count(c => c == '<'), html.Count(c => c == '<'));
            Assert.DoesNotContain('<', Data().Match(html).Groups[1].Value);
            Assert.All(html.Where(char.IsControl), c => Assert.Contains(c, "\n\t"));
            Assert.DoesNotContain(html, c => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u2028');
            foreach (var list in new[] { "names", "modules", "directories", "source", "tasks", "lines" })
                Assert.All(Strings(data, list).OfType<string>(), s => { Assert.InRange(s.Length, 0, 700); Assert.DoesNotContain(s, c => char.IsControl(c) || c is >= '\u202A' and <= '\u202E'); });
            Assert.All(Strings(data, "url").OfType<string>(), url => Assert.Matches("^https://x/%22%3E%3Cscript%3E/[!-~]*$", url));
        }
        var shown = Strings(Page(new CallGraph([Trace()], edges)).Data, "names");
        Assert.Contains("</script><script>alert(1)</script>", shown);
        Assert.Contains("‹U+202E›evil‹U+2066›", shown);
    }

    [PageFact]
    public void ThePolicyHasTheHashesOfScriptAndStyle()
    {
        var (html, _, _) = Page(Of(Edge("a", "b", 1)));
        string Hash(string text) => "'sha256-" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text))) + "'";
        var policy = Regex.Match(html, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]+)\"").Groups[1].Value;
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src {Hash(Regex.Match(html, "<script>(.*?)</script>", RegexOptions.Singleline).Groups[1].Value)};", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src {Hash(Regex.Match(html, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value)};", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", html.Replace(Data().Match(html).Value, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [PageFact]
    public void OptionsApplyToThePage()
    {
        var graph = Of(Edge("root", "a", 10), Edge("a", "b", 20), Edge("root", "c", 1), Edge("b", "b", 2));
        var (html, data, export) = Page(graph, new GraphOptions { Top = 3, HotPath = true, Highlight = ["b"], Theme = GraphTheme.Dark });
        Assert.Contains("data-theme=\"dark\"", html, StringComparison.Ordinal);
        Assert.Equal((3, 1), (export.Functions, export.OmittedFunctions));
        Assert.DoesNotContain("nodes marked", export.Note, StringComparison.Ordinal);
        Assert.Equal("b", Strings(data, "names")[data.GetProperty("select").GetInt32()]);
        var (names, from, to) = (Strings(data, "names"), Numbers(data, "from"), Numbers(data, "to"));
        Assert.Equal("root>a a>b", string.Join(' ', Numbers(data, "hot").Select(e => $"{names[(int)from[(int)e]]}>{names[(int)to[(int)e]]}")));
        Assert.Equal(["a", "b", "root"], Strings(Page(graph, new GraphOptions { To = ["b"] }).Data, "names"));
        Assert.Equal(JsonValueKind.Null, data.GetProperty("shares").ValueKind);
    }

    [Fact]
    public void WithoutThePageTheExportIsAnError()
    {
        if (HtmlPageWriter.IsBuilt) return;
        var error = Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Of(Edge("a", "b", 1)), Path.Combine(_folder, "g.html"), new GraphOptions()));
        Assert.Equal(ErrorCode.PageNotBuilt, error.Code);
        Assert.Contains("cannot write .html graphs", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void FunctionsAreNearTheirBusiestCaller()
    {
        int[] parent = [-1, .. Enumerable.Range(1, 1999).Select(i => i % 97 == 0 ? -1 : (i - 1) / 3)];
        double[] radius = [.. Enumerable.Repeat(3.0, 2000)];
        var (x, y) = HtmlPageLayout.Of(parent, radius, default);
        double Away(int a, int b) => Math.Sqrt(Math.Pow(x[a] - x[b], 2) + Math.Pow(y[a] - y[b], 2));
        Assert.All(x.Concat(y), v => Assert.True(double.IsFinite(v)));
        var related = Enumerable.Range(0, 2000).Where(i => parent[i] >= 0).Average(i => Away(i, parent[i]));
        var others = Enumerable.Range(0, 2000).Average(i => Away(i, i * 7919 % 2000));
        Assert.True(related * 8 < others, $"related {related:0}, others {others:0}");
        // No two functions overlap, and the result is deterministic.
        Assert.True(Enumerable.Range(1, 1999).Min(i => Away(i, i - 1)) > 1);
        var again = HtmlPageLayout.Of(parent, radius, default);
        Assert.Equal(x, again.X);
        Assert.Equal(y, again.Y);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TheSmallestGraphsHavePositions(int functions)
    {
        var (x, _) = HtmlPageLayout.Of([.. Enumerable.Range(0, functions).Select(i => i - 1)], [.. Enumerable.Repeat(3.0, functions)], default);
        Assert.Equal(functions, x.Length);
        Assert.All(x, v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void TheLayoutCanBeCancelled()
        => Assert.Throws<OperationCanceledException>(() => HtmlPageLayout.Of([-1, 0, 0], [3, 3, 3], new CancellationToken(true)));
}
