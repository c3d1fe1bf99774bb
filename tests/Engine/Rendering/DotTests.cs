using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Selection;
using static KernelMagnifier.Engine.Tests.Rendering.Graphs;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Tests the DOT text of a graph, which needs no Graphviz.</summary>
public sealed partial class DotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private (string Text, GraphExport Export) Dot(CallGraph graph, GraphOptions? options = null)
    {
        var path = Path.Combine(_folder, "g.dot");
        var export = GraphExporter.Export(graph, path, (options ?? new GraphOptions()) with { Force = true });
        return (File.ReadAllText(path), export);
    }

    private static string NodeLine(string dot, string id) => Assert.Single(dot.Split('\n'), l => l.StartsWith($"  \"{id}\" [", StringComparison.Ordinal));

    private static long CallsIn(string line) => long.Parse(CallsAttribute().Match(line).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@", calls=(\d+)[,\]]")]
    private static partial Regex CallsAttribute();

    [Fact]
    public void ALargeGraphIsWrittenInPieces()
    {
        var options = new GraphOptions();
        var model = new GraphModel(Of([.. Enumerable.Range(0, 5000).Select(i => Edge($"a{i}", $"b{i}", i + 1))]), _ => false);
        var marks = GraphMarks.Of(model, options);
        var part = GraphExporter.Requested(model, marks, options);
        var drawing = new DotDrawing(
            part, GraphCaption.Of(model, options, null, marks), new SourceLinks(null, null, false), marks, options);
        var to = new Pieces();
        DotWriter.Write(drawing, GraphExporter.Detail(part, options), to);
        Assert.InRange(to.Written, 3_000_000, long.MaxValue);
        Assert.InRange(to.Largest, 1, 10_000);
    }

    private sealed class Pieces : StringWriter
    {
        public long Written { get; private set; }

        public int Largest { get; private set; }

        public override void Write(char value) => Count(1);

        public override void Write(string? value) => Count(value!.Length);

        private void Count(int characters) => (Written, Largest) = (Written + characters, Math.Max(Largest, characters));
    }

    [Fact]
    public void NodesAndEdgesCarryTheGraphsCounts()
    {
        var (dot, export) = Dot(Of(Edge("a", "b", 5), Edge("a", "c", 1_234_567), Edge("b", "c", 3), Edge("c", "c", 2)));
        Assert.Equal((3, 4, 0, 0, 0L, null), (export.Functions, export.Edges, export.OmittedFunctions, export.OmittedEdges, export.OmittedCalls, export.Note));
        Assert.Equal(5, CallsIn(NodeLine(dot, "b")));
        Assert.Equal(1_234_572, CallsIn(NodeLine(dot, "c")));
        Assert.Equal(0, CallsIn(NodeLine(dot, "a")));
        Assert.Contains("seen only as a caller", NodeLine(dot, "a"), StringComparison.Ordinal);
        Assert.Contains("1,234,572 calls", NodeLine(dot, "c"), StringComparison.Ordinal);
        Assert.Contains("\"c\" -> \"c\" [label=\" 2\"", dot, StringComparison.Ordinal);
        Assert.Contains("\"a\" -> \"c\" [label=\" 1,234,567\"", dot, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void TheTextOfAWholeRecordingHasEveryEdgeAndCount()
    {
        var graph = Counted("km-medium", 35_657_820);
        var (dot, export) = Dot(graph);
        var edges = dot.Split('\n').Where(l => l.Contains("\" -> \"", StringComparison.Ordinal)).ToList();
        Assert.Equal((2105, 4153), (export.Functions, export.Edges));
        Assert.Equal(4153, edges.Count);
        Assert.Equal(graph.Calls, edges.Sum(CallsIn));
        Assert.Contains("35,657,820 events were lost", dot, StringComparison.Ordinal);
        Assert.Contains("6.1.0-56-amd64", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameGraphGivesTheSameBytesWhateverTheOrderOfItsEdges()
    {
        CallEdge[] edges = [Edge("a", "b", 1), Edge("b", "c", 1), Edge("", "a", 1), Edge(Function("b", "m"), Function("c"), 1), Edge(Function("b", null, "x.c"), Function("c"), 1)];
        var first = Dot(Of(edges)).Text;
        Array.Reverse(edges);
        Assert.Equal(first, Dot(Of(edges)).Text);
    }

    [Fact]
    public void FunctionsWithTheSameNameAreSeparateNodes()
    {
        var (dot, export) = Dot(Of(
            Edge(Function("root"), Function("show"), 1), Edge(Function("root"), Function("show", "ext4"), 2),
            Edge(Function("root"), Function("show", null, "fs/a.c"), 3), Edge(Function("root"), Function("show", null, "fs/b.c"), 4)));
        Assert.Equal(5, export.Functions);
        foreach (var (id, calls) in new[] { ("show", 1), ("show [ext4]", 2), ("show fs/a.c", 3), ("show fs/b.c", 4) }) Assert.Equal(calls, CallsIn(NodeLine(dot, id)));
    }

    [Fact]
    public void UnknownCallersAreShown()
    {
        var (dot, _) = Dot(Of(Edge("", "a", 7)));
        Assert.Contains("dashed", NodeLine(dot, "(not traced)"), StringComparison.Ordinal);
        Assert.Contains("\"(not traced)\" -> \"a\"", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void FunctionsOutsideTheFilterAreDashed()
    {
        var graph = Of(Edge(Function("tcp_sendmsg", null, "net/ipv4/tcp.c:1480"), Function("_raw_spin_lock", null, "kernel/locking/spinlock.c"), 9),
            Edge(Function("inet_sendmsg", null, "net/ipv4/af_inet.c"), Function("tcp_sendmsg", null, "net/ipv4/tcp.c:1480"), 4));
        var (dot, _) = Dot(graph, new GraphOptions { Filter = new CallFilter { SourcePath = ["net/"], Context = [ExecutionContext.SoftIrq] } });
        Assert.Contains("dashed", NodeLine(dot, "_raw_spin_lock"), StringComparison.Ordinal);
        Assert.DoesNotContain("dashed", NodeLine(dot, "tcp_sendmsg"), StringComparison.Ordinal);
        Assert.Contains("net/ipv4/tcp.c:1480", NodeLine(dot, "tcp_sendmsg"), StringComparison.Ordinal);
        Assert.Contains("source net/", dot, StringComparison.Ordinal);
        Assert.Contains("context SoftIrq", dot, StringComparison.Ordinal);
        Assert.Contains("outside net/", dot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6.1.0-56-amd64", "v6.1")]
    [InlineData("6.8.12-arch1-1", "v6.8.12")]
    [InlineData("6.9.0-rc3+", "v6.9-rc3")]
    [InlineData("7.2", "v7.2")]
    [InlineData("odd", "latest")]
    [InlineData(null, "latest")]
    public void LinksToTheSourceOfTheRecordedVersion(string? release, string version)
    {
        var links = new SourceLinks(GraphOptions.DefaultSourceUrl, release);
        Assert.Equal($"https://elixir.bootlin.com/linux/{version}/source/net/ipv4/tcp.c#L1480", links.To(Function("f", null, "net/ipv4/tcp.c:1480")));
        Assert.Equal($"https://elixir.bootlin.com/linux/{version}/source/net/ipv4/tcp.c", links.To(Function("f", null, "net/ipv4/tcp.c")));
    }

    [Fact]
    public void LinksAreNotGuessedAndAreEscaped()
    {
        var links = new SourceLinks("https://x/{release}/{file}?l={line}", "6.1/../\"<");
        Assert.Null(links.To(Function("f")));
        Assert.Null(links.To(Function("f", null, "a.c:1", "b.c:2")));
        Assert.Null(new SourceLinks(null, "6.1").To(Function("f", null, "a.c:1")));
        Assert.Equal("https://x/6.1%2F..%2F%22%3C/a%22%3E%3Cb/%7Bline%7D?l=3", links.To(Function("f", null, "a\"><b/{line}:3")));
    }

    [Theory]
    [InlineData("https://x/\"><script>alert(1)</script>", "https://x/%22%3E%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("https://x/?a=1&b='\\N\t\u202E", "https://x/?a=1&b=%27%5CN%09%E2%80%AE")]
    [InlineData("https://x/%20{odd}", "https://x/%20%7Bodd%7D")]
    [InlineData("vscode://file/{file}:{line}", "vscode://file/a.c:1")]
    [InlineData("file:/usr/src/{file}", "file:/usr/src/a.c")]
    [InlineData("./{file}", "./a.c")]
    [InlineData("{file}", "a.c")]
    public void LinksHaveOnlyCharactersOfAnAddress(string template, string link)
    {
        SourceLinks.Check(template);
        Assert.Equal(link, new SourceLinks(template, "6.1").To(Function("f", null, "a.c:1")));
        Assert.Equal(link.Replace("&", "&amp;", StringComparison.Ordinal), new SourceLinks(template, "6.1", forXml: true).To(Function("f", null, "a.c:1")));
    }

    [Theory]
    [InlineData("javascript:alert(1)//{file}")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData(" \u0001java\tscr\nipt:alert(1)")]
    [InlineData("\u200Bjavascript:alert(1)")]
    [InlineData("javascript&#58;alert(1)")]
    [InlineData("javascript&colon;alert(1)")]
    [InlineData("javascript://x/%0aalert(1)")]
    [InlineData("data:text/html,<script>")]
    [InlineData("vbscript:x")]
    [InlineData("blob:https://x")]
    [InlineData("{release}:{file}")]
    [InlineData("mailto:x")]
    public void TemplatesOfLinksThatRunAScriptAreRefused(string template)
    {
        var options = new GraphOptions { SourceUrl = template };
        foreach (var extension in new[] { ".gv", ".svg", ".html" })
        {
            var path = Path.Combine(_folder, "refused" + extension);
            var error = Assert.Throws<KernelMagnifierException>(() => GraphExporter.Export(Of(Edge("a", "b", 1)), path, options));
            Assert.Equal((ErrorCode.ValueOutOfRange, template), (error.Code, error.Target));
            Assert.False(File.Exists(path));
        }
    }

    public static TheoryData<string> HostileNames =>
    [
        "quote\"quote", "back\\slash", "ends in \\", "\\N \\G \\l \\\"", "line\nbreak\r\n\u2028", "</script><script>alert(1)</script>", "</td></tr></table>>]", "&lt;&amp;&#60;",
        "\u202Eevil\u2066", "\u001b[31mred\u001b[0m", "nul\0nul", "tab\tbell\a", "=cmd|' /C calc'!A1", "a:b:c", "-> x [label=y]", "lone \ud800 surrogate", "\ufffe\uffff", "😀 emoji", new string('k', 4096),
        new string('\u202E', 4096), "''", "",
    ];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void HostileNamesAreEscaped(string name)
    {
        var hostile = Function(name, name, name);
        var graph = new CallGraph([Trace(name.Replace('\0', '0'), 1, name)], [Edge(hostile, Function("victim"), 3), Edge(Function("caller"), hostile, 2)]);
        var (dot, _) = Dot(graph, new GraphOptions { Title = name, Filter = new CallFilter { SourcePath = [name], Comm = [name] } });
        Assert.All(dot.Where(char.IsControl), c => Assert.Equal('\n', c));
        Assert.DoesNotContain(dot, c => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u2028' or '\ufffe' or '\uffff');
        Assert.All(dot.Split('\n'), line => Assert.InRange(line.Length, 0, 12_000));

        // Graphviz parses the text as the same graph.
        if (!GraphvizFactAttribute.IsThere) return;
        var counted = Tools.Run("gvpr", "BEG_G{printf(\"%d %d\\n\", nNodes($G), nEdges($G))}", dot);
        Assert.Equal("3 2", counted.Trim());
        var svg = Path.Combine(_folder, "g.svg");
        GraphExporter.Export(graph, svg, new GraphOptions { Title = name });
        // A large picture brings a script of its own.
        var text = File.ReadAllText(svg).Replace("<script><![CDATA[\n(function () {", "", StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        var xml = new System.Xml.XmlDocument { XmlResolver = null };
        using var reader = System.Xml.XmlReader.Create(svg, new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore });
        xml.Load(reader);
        Assert.Equal(3, xml.SelectNodes("//*[@class='node']")!.Count);
    }

    [Fact]
    public void TopKeepsTheBusiestFunctionsWithThePathToThem()
    {
        var graph = Of(Edge("root", "hub", 10), Edge("hub", "hot", 1000), Edge("root", "rare", 1), Edge("rare", "rarer", 1), Edge("hub", "warm", 50));
        var (dot, export) = Dot(graph, new GraphOptions { Top = 3 });
        Assert.Equal((3, 2, 3, 3, 52L), (export.Functions, export.Edges, export.OmittedFunctions, export.OmittedEdges, export.OmittedCalls));
        foreach (var name in new[] { "root", "hub", "hot" }) NodeLine(dot, name);
        Assert.Contains("3 of 6 functions", export.Note, StringComparison.Ordinal);
        Assert.Contains("95 % of 1,062 calls", export.Note, StringComparison.Ordinal);
        Assert.Contains("Shows 3 of 6 functions", dot, StringComparison.Ordinal);
        // The tooltip of a function counts its edges that are not drawn.
        Assert.Contains("not drawn: 1 callee, 50 calls", NodeLine(dot, "hub"), StringComparison.Ordinal);
    }

    [Fact]
    public void MinCountOmitsRareEdgesAndReportsIt()
    {
        var (dot, export) = Dot(Of(Edge("a", "b", 10), Edge("b", "c", 1)), new GraphOptions { MinCount = 2 });
        Assert.Equal((2, 1, 1, 1, 1L), (export.Functions, export.Edges, export.OmittedFunctions, export.OmittedEdges, export.OmittedCalls));
        Assert.NotNull(export.Note);
        Assert.Contains("edges with at least 2 calls", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void CyclesAndSelfCallsHaveAPath()
    {
        // There is no root, so the cycle is entered at its busiest function.
        var model = new GraphModel(Of(Edge("a", "b", 5), Edge("b", "c", 9), Edge("c", "a", 2), Edge("c", "c", 7)), _ => false);
        Assert.Null(model.Nodes.Single(n => n.Symbol.Name == "c").Parent);
        Assert.Equal("a", model.Nodes.Single(n => n.Symbol.Name == "b").Parent!.Symbol.Name);
        Assert.Equal("c", model.Nodes.Single(n => n.Symbol.Name == "a").Parent!.Symbol.Name);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(200)]
    public void EveryFunctionOfAThinnedGraphIsReachedFromARootInIt(int most)
    {
        var model = new GraphModel(Tree(2000), _ => false);
        var part = model.Busiest(most, most * 2, 0);
        Assert.InRange(part.Nodes.Count, most - 10, most);
        var kept = part.Nodes.ToHashSet();
        Assert.All(part.Nodes, n => Assert.True(n.Parent is null || kept.Contains(n.Parent)));
        Assert.All(part.Nodes.Where(n => n.Parent is not null), n => Assert.Contains(part.Edges, e => e.Caller == n.Parent && e.Callee == n));
        // The busiest edges between these functions are drawn.
        Assert.InRange(part.Edges.Count, part.Nodes.Count - 1, most * 2);
        Assert.True(part.Edges.Sum(e => e.Calls) > model.Calls / 3);
    }

    [Fact]
    public void AnEmptyGraphIsLabelledAsEmpty()
    {
        var (dot, export) = Dot(Of());
        Assert.Contains("no calls", dot, StringComparison.Ordinal);
        Assert.Equal((0, 0), (export.Functions, export.Edges));
    }

    [Fact]
    public void FillsGetMonotonicallyDarkerAndTheirTextStaysReadable()
    {
        var scale = new HeatScale(1_000_000);
        var last = 1.0;
        for (var exponent = 0.0; exponent <= 6; exponent += 0.02)
        {
            var calls = (long)Math.Pow(10, exponent);
            var fill = HeatScale.Luminance(int.Parse(scale.Fill(calls).AsSpan(1), NumberStyles.HexNumber));
            var text = scale.Text(calls) == "#ffffff" ? 1.0 : 0.0;
            Assert.True(fill <= last + 2e-3, $"{calls}: lighter than a smaller count");
            Assert.True((Math.Max(fill, text) + 0.05) / (Math.Min(fill, text) + 0.05) >= 4.5, $"{calls}: contrast below WCAG AA");
            last = fill;
        }
        Assert.Equal([1, 10, 100, 1000, 10_000, 100_000, 1_000_000], scale.Ticks());
        Assert.Equal([1, 10, 79], new HeatScale(79).Ticks());
    }
}
