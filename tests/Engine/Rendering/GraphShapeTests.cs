using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;
using static KernelMagnifier.Engine.Tests.Rendering.Graphs;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Tests paths, groups, highlights and the counts of what is not drawn.</summary>
public sealed partial class GraphShapeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private (string Text, GraphExport Export) Dot(CallGraph graph, GraphOptions? options = null)
    {
        var path = Path.Combine(_folder, "g.dot");
        var export = GraphExporter.Export(graph, path, (options ?? new GraphOptions()) with { Force = true });
        return (File.ReadAllText(path), export);
    }

    private static string Node(string dot, string id) => Assert.Single(dot.Split('\n'), l => l.TrimStart().StartsWith($"\"{id}\" [", StringComparison.Ordinal));

    private static string Arrow(string dot, string from, string to) => Assert.Single(dot.Split('\n'), l => l.StartsWith($"  \"{from}\" -> \"{to}\" [", StringComparison.Ordinal));

    private static List<string> Arrows(string dot)
        => [.. ArrowPattern().Matches(dot).Where(m => !m.Groups[1].Value.StartsWith('…') && !m.Groups[2].Value.StartsWith('…')).Select(m => $"{m.Groups[1].Value}>{m.Groups[2].Value}").Order(StringComparer.Ordinal)];

    [GeneratedRegex("^  \"([^\"]+)\" -> \"([^\"]+)\" \\[", RegexOptions.Multiline)]
    private static partial Regex ArrowPattern();

    [GeneratedRegex(@", calls=(\d+)[,\]]")]
    private static partial Regex CallsAttribute();

    /// <summary>The calls of all edges and of all nodes marked "…".</summary>
    private static long CountedCalls(string dot)
        => dot.Split('\n').Where(l => l.StartsWith("  \"… ", StringComparison.Ordinal) && !l.Contains(" -> ", StringComparison.Ordinal) || (l.Contains("\" -> \"", StringComparison.Ordinal) && !l.Contains("folded=", StringComparison.Ordinal)))
            .Sum(l => long.Parse(CallsAttribute().Match(l).Groups[1].Value, CultureInfo.InvariantCulture));

    private static CallGraph Ways => Of(Edge("a", "b", 9), Edge("b", "c", 8), Edge("a", "c", 2), Edge("c", "d", 7), Edge("x", "b", 1), Edge("c", "y", 5), Edge("d", "a", 1), Edge("b", "dead", 3));

    [Theory]
    [InlineData("a", "c", "a>b a>c b>c")]
    [InlineData("a", "d", "a>b a>c b>c c>d")]
    [InlineData("x", "y", "a>b a>c b>c c>d c>y d>a x>b")]
    [InlineData("b", null, "a>b a>c b>c b>dead c>d c>y d>a")]
    [InlineData(null, "dead", "a>b a>c b>c b>dead c>d d>a x>b")]
    [InlineData("b", "b", "a>b a>c b>c c>d d>a")]
    [InlineData("[ax]", "dead", "a>b b>dead x>b")]
    public void OnlyPathsBetweenFunctionsAreDrawn(string? from, string? to, string expected)
    {
        var (dot, _) = Dot(Ways, new GraphOptions { From = from is null ? [] : [from], To = to is null ? [] : [to] });
        Assert.Equal(expected, string.Join(' ', Arrows(dot)));
    }

    [Theory]
    [InlineData("b", null, 10)]
    [InlineData("b", "d", 10)]
    [InlineData("a", null, 1)]
    public void StartsOfPathsHaveTheirCallsOfTheWholeGraph(string from, string? to, int calls)
    {
        var (dot, _) = Dot(Ways, new GraphOptions { From = [from], To = to is null ? [] : [to] });
        Assert.EndsWith($", calls={calls}]", Node(dot, from), StringComparison.Ordinal);
        Assert.Contains("by caller links", to is null ? dot : "by caller links", StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void BelowAStartIsWhatRanBelowItWhereStacksAreKnown()
    {
        var file = SharedData.Shared("dat/fg-small.dat");
        const CallGrouping grouping = CallGrouping.Edge | CallGrouping.Context | CallGrouping.Task;
        using var whole = TraceFile.Open(file);
        var graph = whole.ReadGraph(new CallTally(byStack: true, grouping, CallGrouping.Edge));
        using var rooted = TraceFile.Open(file);
        var below = rooted.ReadGraph(new CallTally(grouping), new CallFilter { Root = ["__x64_sys_fsync"] });
        var options = new GraphOptions { From = ["__x64_sys_fsync"], ClusterBy = GraphClustering.Context };
        var (from, _) = Dot(graph, options);
        var (root, _) = Dot(below, options with { From = [] });
        Assert.Contains("Only calls at or below __x64_sys_fsync<", from, StringComparison.Ordinal);
        Assert.Contains("4,697 of 732,010 calls", from, StringComparison.Ordinal);
        // Everything behind the caption is equal: functions, counts and contexts.
        Assert.Equal(root[root.IndexOf("\n  node [", StringComparison.Ordinal)..], from[from.IndexOf("\n  node [", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void MissingPathsAndFunctionsAreErrors()
    {
        Check(new GraphOptions { From = ["y"], To = ["a"] }, ErrorCode.PathNotFound, "y → a", "no path of these calls leads from the start to the end");
        Check(new GraphOptions { From = ["nothing"] }, ErrorCode.FunctionNotFound, "nothing", "it names the start of the paths");
        Check(new GraphOptions { To = ["nothing"] }, ErrorCode.FunctionNotFound, "nothing", "it names the end of the paths");
        Check(new GraphOptions { Highlight = ["no*"] }, ErrorCode.FunctionNotFound, "no*", "it names the highlighted functions");
        Check(new GraphOptions { From = ["y"] }, ErrorCode.PathNotFound, "y", "it calls nothing in these calls");
        Check(new GraphOptions { To = ["x"] }, ErrorCode.PathNotFound, "x", "nothing calls it in these calls");

        void Check(GraphOptions options, ErrorCode code, string target, string cause)
        {
            var error = Assert.Throws<KernelMagnifierException>(() => Dot(Ways, options));
            Assert.Equal((code, target), (error.Code, error.Target));
            Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
            Assert.NotNull(error.RecommendedAction);
            Assert.DoesNotContain("--", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void HighlightFadesEverythingNotOnAPathThroughTheFunction()
    {
        var (dot, export) = Dot(Of(Edge("root", "f", 5), Edge("f", "leaf", 4), Edge("root", "other", 100), Edge("other", "leaf", 2)), new GraphOptions { Highlight = ["f"] });
        Assert.Equal(4, export.Edges);
        var faded = $"color=\"{GraphPalette.Light.Faded}\"";
        Assert.DoesNotContain(faded, Arrow(dot, "root", "f"), StringComparison.Ordinal);
        Assert.DoesNotContain(faded, Arrow(dot, "f", "leaf"), StringComparison.Ordinal);
        Assert.Contains(faded, Arrow(dot, "root", "other"), StringComparison.Ordinal);
        Assert.Contains(faded, Arrow(dot, "other", "leaf"), StringComparison.Ordinal);
        Assert.Contains(GraphPalette.Light.Mark, Node(dot, "f"), StringComparison.Ordinal);
        Assert.Contains("Highlighted: paths through f", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void TheHotPathIsTheBusiestEdgeWithThePathToItAndFromIt()
    {
        var graph = Of(Edge("root", "a", 10), Edge("root", "b", 3), Edge("a", "b", 20), Edge("b", "hot", 90), Edge("hot", "x", 4), Edge("hot", "y", 30), Edge("y", "hot", 2), Edge("b", "b", 500));
        string Hot(GraphOptions options) => HotOf(graph, options);
        string HotOf(CallGraph graph, GraphOptions options) => string.Join(' ', Arrows(string.Join('\n', Dot(graph, options with { HotPath = true }).Text.Split('\n').Where(l => l.Contains("penwidth=4.50", StringComparison.Ordinal)))));
        Assert.Equal("a>b b>hot hot>y root>a", Hot(new GraphOptions()));
        Assert.Equal("a>b b>hot root>a", Hot(new GraphOptions { From = ["root"], To = ["hot", "y"] }));
        Assert.Contains("hot>x", Hot(new GraphOptions { Highlight = ["x"] }), StringComparison.Ordinal);
        Assert.Contains("Hot path: root → a → b → hot → y", Dot(graph, new GraphOptions { HotPath = true }).Text, StringComparison.Ordinal);
        // Between two functions, it is the shortest path whose rarest edge has the most calls. The busiest first edge leads to a
        // rarer one.
        var detour = Of(Edge("s", "busy", 100), Edge("busy", "rare", 1), Edge("rare", "end", 90), Edge("s", "t", 50), Edge("t", "u", 40), Edge("u", "end", 45), Edge("t", "w", 40), Edge("w", "u", 40));
        Assert.Equal("s>t t>u u>end", HotOf(detour, new GraphOptions { From = ["s"], To = ["end"] }));
        // Of edges with equal counts, the one with a continuation is chosen.
        Assert.Contains("Hot path: s → v → end", Dot(Of(Edge("s", "t", 5), Edge("s", "u", 5), Edge("s", "v", 5), Edge("v", "end", 2)), new GraphOptions { HotPath = true }).Text, StringComparison.Ordinal);
        // It is drawn even if little else is.
        Assert.Equal("a>b b>hot hot>y root>a", Hot(new GraphOptions { Top = 5 }));
    }

    [Fact]
    public void EdgesThatAreNotDrawnAreCountedOnce()
    {
        var graph = Tree(1500);
        var model = new GraphModel(graph, _ => false);
        var part = model.Busiest(60, 120, 0);
        Assert.Equal(graph.Calls, part.Edges.Sum(e => e.Calls) + part.Folds.Sum(f => f.Calls));
        Assert.Equal(graph.Edges.Count, part.Edges.Count + part.Folds.Sum(f => f.Edges));
        Assert.Single(part.Folds, f => f.At is null);
        var (dot, export) = Dot(graph, new GraphOptions { Top = 60 });
        Assert.Equal(graph.Calls, CountedCalls(dot));
        Assert.Equal(60, export.Functions);
        Assert.Contains("nodes marked “…” count the rest", export.Note, StringComparison.Ordinal);
        // There are no counting nodes if everything is drawn, nor for edges below the minimum count.
        Assert.DoesNotContain("folded=", Dot(graph).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("folded=", Dot(graph, new GraphOptions { MinCount = 100 }).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCallsOfARootAreItsCountAndNotEdges()
    {
        var context = FilteredContext.Of(new TraceContext(new TraceSource(Trace()), new CallNames()), new CallFilter { Root = ["root"] });
        CallEdge In(string caller, string callee, long count) => new(Function(caller), Function(callee), count, -1, -1, context);
        var graph = Of(In("outside", "root", 7), In("other", "root", 2), In("root", "a", 5), In("a", "root", 1), In("a", "b", 4));
        var (dot, export) = Dot(graph);
        Assert.Equal("a>b a>root root>a", string.Join(' ', Arrows(dot)));
        Assert.Contains(", calls=10", Node(dot, "root"), StringComparison.Ordinal);
        Assert.Contains("10 calls", Node(dot, "root"), StringComparison.Ordinal);
        Assert.DoesNotContain("outside", dot, StringComparison.Ordinal);
        Assert.Equal((3, 3, 0L), (export.Functions, export.Edges, export.OmittedCalls));
        // A root that called nothing is drawn too, and so are all callers without a root.
        Assert.Contains("7 calls", Node(Dot(Of(In("outside", "root", 7))).Text, "root"), StringComparison.Ordinal);
        Assert.Contains("\"outside\"", Dot(Of(Edge("outside", "root", 7))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAnInterruptInterruptedIsCountedAndNotDrawn()
    {
        // Twelve functions of a task, and an interrupt that came in during each of them and calls two functions of its own.
        var names = Enumerable.Range(0, 12).Select(i => $"t{i}").ToList();
        List<(string Caller, string Callee, ExecutionContext Context, long Calls)> calls =
        [
            .. names.Select(n => ("main", n, ExecutionContext.Task, 1000L)), .. names.Select(n => (n, "irq", ExecutionContext.HardIrq, 3L)),
            ("irq", "tick", ExecutionContext.HardIrq, 36L), ("tick", "clock", ExecutionContext.HardIrq, 36L),
        ];
        var graph = new CallGraph([Trace()], calls.Select(c => Edge(c.Caller, c.Callee, c.Calls)),
            [.. calls.Select(c => new CallShare(Function(c.Caller), Function(c.Callee), KernelTask.Unknown, c.Context, c.Calls))]);
        var model = new GraphModel(graph, _ => false);
        Assert.Null(model.Nodes.Single(n => n.Symbol.Name == "irq").Parent);
        var part = model.Busiest(14, 1000, 0);
        var irq = Assert.Single(part.Folds, f => f.At?.Symbol.Name == "irq" && f.IsCallers);
        Assert.True(part.Edges.All(e => !e.IsInterruption));
        Assert.Equal(12 * 3, irq.Calls);
        // The whole graph has all edges.
        Assert.Equal(graph.Edges.Count, model.Whole(0).Edges.Count);
    }

    [Fact]
    public void ARequestedLimitIsNoWarning()
    {
        Assert.False(Dot(Tree(100), new GraphOptions { Top = 10 }).Export.NoteIsWarning);
        Assert.NotNull(Dot(Tree(100), new GraphOptions { Top = 10 }).Export.Note);
    }

    [Theory]
    [InlineData(GraphClustering.Directory, "fs/ext4:e net/ipv4:a,b")]
    [InlineData(GraphClustering.Module, "ext4:e kernel:a,b,both,d")]
    public void FunctionsAreGrouped(GraphClustering by, string expected)
    {
        var a = Function("a", null, "net/ipv4/tcp.c:1");
        var graph = Of(Edge(a, Function("b", null, "net/ipv4/ip.c"), 1), Edge(a, Function("both", null, "net/a/x.c", "net/b/x.c"), 1), Edge(a, Function("d"), 1), Edge(a, Function("e", "ext4", "fs/ext4/inode.c"), 1), Edge(FunctionSymbol.Unknown, a, 1));
        var (dot, _) = Dot(graph, new GraphOptions { ClusterBy = by });
        var found = Regex.Matches(dot, @"  subgraph cluster_\d+ \{\n.*?label=<<b>([^<]+)</b>>.*\n((?:  ""[^\n]+\n)+)  \}")
            .Select(m => $"{m.Groups[1].Value}:{string.Join(',', Regex.Matches(m.Groups[2].Value, "^  \"([a-z]+)", RegexOptions.Multiline).Select(n => n.Groups[1].Value))}");
        Assert.Equal(expected, string.Join(' ', found));
        Assert.Equal(6, Regex.Count(dot, @"^\s*""[^""]+"" \[label=", RegexOptions.Multiline));
    }

    [Fact]
    public void GroupingByUnknownPropertiesIsAnError()
    {
        var directory = Assert.Throws<KernelMagnifierException>(() => Dot(Ways, new GraphOptions { ClusterBy = GraphClustering.Directory }));
        Assert.Equal(ErrorCode.NeedsSymbolMap, directory.Code);
        Assert.Contains("symbol map", directory.Message, StringComparison.Ordinal);
        var context = Assert.Throws<KernelMagnifierException>(() => Dot(Ways, new GraphOptions { ClusterBy = GraphClustering.Context }));
        Assert.Equal(ErrorCode.NotForEdges, context.Code);
        Assert.Contains("edges do not hold it", context.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// A task calls do_softirq, which runs net_rx_action as a softirq. A function without callers enters a timer interrupt.
    /// </summary>
    private static CallGraph Interrupted
    {
        get
        {
            var names = "sys do_softirq net_rx_action lock sysvec irq_enter hrtimer".Split(' ').ToDictionary(n => n, n => Function(n));
            CallShare Share(string from, string to, ExecutionContext context, long calls) => new(names[from], names[to], KernelTask.Unknown, context, calls);
            List<CallShare> shares =
            [
                Share("sys", "do_softirq", ExecutionContext.Task, 10), Share("do_softirq", "net_rx_action", ExecutionContext.SoftIrq, 10),
                Share("sys", "lock", ExecutionContext.Task, 5), Share("net_rx_action", "lock", ExecutionContext.SoftIrq, 6),
                Share("sysvec", "irq_enter", ExecutionContext.Task, 3), Share("sysvec", "hrtimer", ExecutionContext.HardIrq, 3), Share("sysvec", "irq_enter", ExecutionContext.SoftIrq, 1),
            ];
            var edges = shares.GroupBy(s => (s.Caller, s.Callee)).Select(g => new CallEdge(g.Key.Caller, g.Key.Callee, g.Sum(s => s.Calls), -1, -1, null));
            return new CallGraph([Trace()], edges, shares);
        }
    }

    [Fact]
    public void EntriesIntoSoftirqsAndInterruptsAreDashed()
    {
        var (dot, _) = Dot(Interrupted, new GraphOptions { ClusterBy = GraphClustering.Context });
        var entries = dot.Split('\n').Where(l => l.Contains("arrowhead=veeodot", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, entries.Count);
        Assert.Contains("the kernel enters softirq context here", Arrow(dot, "do_softirq", "net_rx_action"), StringComparison.Ordinal);
        Assert.Contains("style=dashed", Arrow(dot, "do_softirq", "net_rx_action"), StringComparison.Ordinal);
        Assert.Contains("the kernel enters hardirq context here", Arrow(dot, "sysvec", "hrtimer"), StringComparison.Ordinal);
        // A function that runs in both contexts is not an entry.
        Assert.DoesNotContain("enters", Arrow(dot, "net_rx_action", "lock"), StringComparison.Ordinal);
        Assert.Contains("6 in softirq, 5 in task", Node(dot, "lock"), StringComparison.Ordinal);
        foreach (var group in new[] { "task", "softirq", "hardirq", "several contexts" }) Assert.Contains($"label=<<b>{group}</b>>", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void RecursionIsMarked()
    {
        var (dot, export) = Dot(Of(Edge("root", "a", 2), Edge("a", "a", 7), Edge("a", "b", 3), Edge("b", "a", 4)));
        Assert.Equal(4, export.Edges);
        Assert.Contains("the function calls itself", Arrow(dot, "a", "a"), StringComparison.Ordinal);
        Assert.Contains("the functions call each other", Arrow(dot, "a", "b"), StringComparison.Ordinal);
        Assert.Contains("the functions call each other", Arrow(dot, "b", "a"), StringComparison.Ordinal);
        Assert.DoesNotContain("recursion", Arrow(dot, "root", "a"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp_v4_syn_recv_sock")]
    [InlineData("a_very_long_name_of_a_function_that_goes_on_and_on.constprop.0.isra.12")]
    [InlineData("nobreaksinthisnameatallthatislongerthanaline")]
    [InlineData("")]
    public void LongNamesWrapWithoutChange(string name)
    {
        var lines = DisplayText.WrapName(name, 30).ToList();
        Assert.Equal(name, string.Concat(lines));
        Assert.All(lines, l => Assert.InRange(l.Length, 0, 33));
        Assert.Equal(name.Length <= 30, lines.Count == 1);
    }

    [Fact]
    public void AllTextHasEnoughContrast()
    {
        static double Contrast(string one, string other)
        {
            static double Light(string hex) => HeatScale.Luminance(int.Parse(hex.AsSpan(1), NumberStyles.HexNumber));
            var (a, b) = (Light(one), Light(other));
            return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
        }
        foreach (var palette in new[] { GraphPalette.Light, GraphPalette.Dark })
            foreach (var ground in new[] { palette.Ground, palette.Plain, palette.Apart, palette.Group })
                foreach (var ink in new[] { palette.Ink, palette.Faint, palette.Alarm, palette.Mark, palette.SoftIrq, palette.HardIrq })
                    Assert.True(Contrast(ink, ground) >= 4.5, $"{ink} on {ground}: {Contrast(ink, ground):0.00}");
        foreach (var theme in Enum.GetValues<GraphTheme>())
        {
            var scale = new HeatScale(1_000_000, theme == GraphTheme.Dark);
            for (var calls = 1L; calls <= 1_000_000; calls = (calls * 21 / 20) + 1)
            {
                Assert.True(Contrast(scale.Text(calls), scale.Fill(calls)) >= 4.5);
                Assert.True(Contrast(scale.Line(calls), GraphPalette.Of(theme).Ground) >= 1.9);
            }
        }
    }

    [Fact]
    public void ThemesChangeOnlyColours()
    {
        var options = new GraphOptions { HotPath = true };
        var (light, dark) = (Dot(Ways, options).Text, Dot(Ways, options with { Theme = GraphTheme.Dark }).Text);
        Assert.Contains($"bgcolor=\"{GraphPalette.Dark.Ground}\"", dark, StringComparison.Ordinal);
        Assert.Equal(Regex.Replace(light, "#[0-9a-f]{6}", "#"), Regex.Replace(dark, "#[0-9a-f]{6}", "#"));
    }

    [GraphvizFact]
    public void APictureFitsItsSheetOfPaper()
    {
        foreach (var (paper, layout, across, down) in new[] { (GraphPaper.A4, GraphLayout.TopDown, 842, 595), (GraphPaper.A4, GraphLayout.LeftRight, 595, 842), (GraphPaper.A3, GraphLayout.TopDown, 1191, 842) })
        {
            var path = Path.Combine(_folder, "p.svg");
            var export = GraphExporter.Export(Tree(800), path, new GraphOptions { Paper = paper, Layout = layout, Force = true, TimeLimit = TimeSpan.FromMinutes(5) });
            var size = Regex.Match(File.ReadAllText(path), "<svg width=\"([0-9]+)pt\" height=\"([0-9]+)pt\"");
            int Points(int group) => int.Parse(size.Groups[group].Value, CultureInfo.InvariantCulture);
            Assert.InRange(Points(1), across / 3, across);
            Assert.InRange(Points(2), down / 3, down);
            Assert.True(Points(1) > across * 0.8 || Points(2) > down * 0.8);
            Assert.InRange(export.Functions, 10, PaperSize.ReadableFunctions(paper));
            Assert.True(export.IsThinned);
        }
    }

    [GraphvizFact]
    public void EveryGroupingOfARecordingIsLaidOut()
    {
        var tally = new CallTally(CallGrouping.Edge | CallGrouping.Context);
        using (var reader = TraceFile.Open(SharedData.Local("tcp-echo.trace.zst"), new TraceReadOptions { SourceResolver = SymbolMap.Open(SharedData.Local("symbol-filepath.map.zst")) })) reader.Read(tally);
        var graph = tally.ToGraph();
        foreach (var by in Enum.GetValues<GraphClustering>())
        {
            var path = Path.Combine(_folder, $"{by}.svg");
            var export = GraphExporter.Export(graph, path, new GraphOptions { ClusterBy = by, Top = 150, HotPath = true, TimeLimit = TimeSpan.FromMinutes(5) });
            Assert.Equal(150, export.Functions);
            Assert.Equal(by == GraphClustering.None, !File.ReadAllText(path).Contains("class=\"cluster\"", StringComparison.Ordinal));
            Assert.Contains("enters softirq context", File.ReadAllText(path), StringComparison.Ordinal);
        }
    }
}
