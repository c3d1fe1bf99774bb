using System.Globalization;
using System.Text.RegularExpressions;
using KernelMagnifier.Counting;
using KernelMagnifier.Rendering.Trees;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;
using static KernelMagnifier.Engine.Tests.Rendering.Graphs;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Tests the lines of call trees.</summary>
public class CallTreeTests
{
    private static readonly CallTreeOptions Ascii = new() { Charset = TreeCharset.Ascii };

    private static List<string> Draw(CallGraph graph, string root, CallTreeOptions? options = null)
    {
        var tree = new CallTree(graph, options ?? Ascii);
        return [.. tree.Find(root).SelectMany(tree.Lines)];
    }

    /// <summary>The text after count and bar of each line.</summary>
    private static IEnumerable<string> Trees(IEnumerable<string> lines) => lines.Skip(1).Select(l => Regex.Replace(l, @"^ *[\d,]+  ([\d,.]* +)?[#█▏▎▍▌▋▊▉ ]{10}  ", ""));

    [Fact]
    public void Callees_and_callers()
    {
        var graph = Of(Edge("main", "a", 1500), Edge("main", "b", 20), Edge("a", "c", 7), Edge("b", "c", 3), Edge("", "main", 1));
        Assert.Equal(
        [
            "Calls              Callees, by caller links",
            "    1  #           main",
            "1,500  ##########  |- a",
            "    7  #           |  `- c",
            "   20  #           `- b",
            "    3  #              `- c",
        ], Draw(graph, "main"));
        Assert.Equal(
        [
            "Calls              Callers, by caller links",
            "   10  #           c",
            "    7  #           |- a",
            "1,500  ##########  |  `- main",
            "    1  #           |     `- (not traced)",
            "    3  #           `- b",
            "   20  #              `- main  (expanded above)",
        ], Draw(graph, "c", Ascii with { Direction = TreeDirection.Callers }));
        Assert.Equal(["main", "├─ a", "│  └─ c", "└─ b", "   └─ c"], Trees(Draw(graph, "main", new() { Charset = TreeCharset.Unicode })));
    }

    [Fact]
    public void Recursion_is_marked_and_ends()
    {
        var graph = Of(Edge("f", "f", 5), Edge("f", "g", 4), Edge("g", "h", 3), Edge("h", "f", 2));
        Assert.Equal(["f", "|- f  (recursion)", "`- g", "   `- h", "      `- f  (recursion)"], Trees(Draw(graph, "f", Ascii with { Depth = 100 })));
    }

    [Fact]
    public void Branches_that_are_not_shown_are_counted()
    {
        var graph = Of([.. Enumerable.Range(1, 9).Select(i => Edge("root", $"f{i}", 100 - i)), Edge("f1", "deep", 5), Edge("f1", "deeper", 4)]);
        var lines = Draw(graph, "root", Ascii with { Top = 2, Depth = 1 });
        Assert.Equal(["root", "|- f1  ... 2 callees", "|- f2", "`- ... 7 more"], Trees(lines));
        Assert.StartsWith($"{Enumerable.Range(3, 7).Sum(i => 100 - i)}  ", lines[^1].TrimStart(), StringComparison.Ordinal);
        Assert.Equal(["root", "|- f1", "|  `- ... 2 more", "|- f2", "`- ... 7 more"], Trees(Draw(graph, "root", Ascii with { MinCount = 98 })));
        Assert.Empty(Draw(graph, "nothing"));
        Assert.Equal("deep", new CallTree(graph, Ascii).NearestTo("depp"));
    }

    [Fact]
    public void A_function_is_expanded_where_it_is_nearest_to_the_root()
    {
        // Through a, c is at the largest depth and cannot be expanded. As a child of the root it can.
        var graph = Of(Edge("root", "a", 9), Edge("a", "c", 8), Edge("root", "c", 1), Edge("c", "d", 7));
        Assert.Equal(["root", "|- a", "|  `- c  (expanded below)", "`- c", "   `- d"], Trees(Draw(graph, "root", Ascii with { Depth = 3 })));
    }

    [Theory]
    [InlineData(TreeDirection.Callees, "tcp_sendmsg")]
    [InlineData(TreeDirection.Callers, "_raw_spin_lock")]
    public void Every_reachable_edge_is_shown_once_with_its_count(TreeDirection direction, string root)
    {
        using var reader = TraceFile.Open(SharedData.Local("tcp-echo.trace.zst"));
        var tally = new CallTally(CallGrouping.Edge);
        reader.Read(tally);
        var graph = tally.ToGraph();
        var lines = Draw(graph, root, Ascii with { Direction = direction, Depth = 1000, Top = int.MaxValue });

        var path = new List<string>();
        var drawn = new List<string>();
        foreach (var line in lines.Skip(1))
        {
            var parts = Regex.Match(line, @"^ *([\d,]+)  [# ]{10}  ((?:[|`]  ?|   )*)((?:[|`]- )?)(.+?)(  \(.*\))?$");
            Assert.True(parts.Success, line);
            var depth = parts.Groups[3].Length == 0 ? 0 : (parts.Groups[2].Length / 3) + 1;
            path.RemoveRange(depth, path.Count - depth);
            path.Add(parts.Groups[4].Value == "(not traced)" ? "" : parts.Groups[4].Value);
            if (depth == 0) continue;
            var (near, far) = (path[^2], path[^1]);
            drawn.Add($"{(direction == TreeDirection.Callees ? near : far)} > {(direction == TreeDirection.Callees ? far : near)} {parts.Groups[1].Value.Replace(",", "", StringComparison.Ordinal)}");
        }

        var reached = new HashSet<string> { root };
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var edge in graph.Edges)
                grown |= direction == TreeDirection.Callees ? edge.Caller is { } caller && reached.Contains(caller) && reached.Add(edge.Callee) : reached.Contains(edge.Callee) && edge.Caller is { } by && reached.Add(by);
        }
        var expected = graph.Edges.Where(e => reached.Contains((direction == TreeDirection.Callees ? e.Caller : e.Callee) ?? "")).Select(e => $"{e.Caller} > {e.Callee} {e.Count.ToString(CultureInfo.InvariantCulture)}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), drawn.Order(StringComparer.Ordinal));
        Assert.True(drawn.Count > 100);
    }

    [Fact]
    public void Names_are_escaped_for_the_terminal()
    {
        var graph = Of(Edge("evil", "\e[31mred\a", 3), Edge("evil", "two\nlines", 2), Edge("evil", "\u202Eback", 1), Edge("evil", new string('k', 4096), 1), Edge("evil", "漢字", 1));
        foreach (var charset in new[] { TreeCharset.Ascii, TreeCharset.Unicode })
        {
            var lines = Draw(graph, "evil", new() { Charset = charset });
            Assert.Equal(7, lines.Count);
            Assert.All(lines, l => Assert.DoesNotContain(l, c => char.IsControl(c) || c == '\u202E'));
            Assert.All(lines, l => Assert.True(l.Length < 150));
            if (charset == TreeCharset.Ascii) Assert.All(lines, l => Assert.DoesNotContain(l, c => c > '~'));
        }
    }

    [Theory]
    [InlineData("en_US.UTF-8", null, null, "xterm", true)]
    [InlineData("C", "en_US.UTF-8", null, "xterm", false)]
    [InlineData(null, null, "de_DE.utf8", "xterm", true)]
    [InlineData("", "", "C.UTF-8", null, true)]
    [InlineData(null, null, null, "xterm", false)]
    [InlineData("C.UTF-8", null, null, "dumb", false)]
    public void The_locale_chooses_the_characters(string? all, string? ctype, string? lang, string? term, bool unicode)
        => Assert.Equal(unicode, CallTreeOptions.TerminalHasUnicode(name => name switch { "LC_ALL" => all, "LC_CTYPE" => ctype, "LANG" => lang, _ => term }));

    [Fact]
    public void A_deep_tree_does_not_overflow_the_stack()
    {
        // The chain is longer than recursion allows.
        var graph = Of([.. Enumerable.Range(0, 50_000).Select(i => Edge($"f{i}", $"f{i + 1}", 1))]);
        Assert.Equal(302, new CallTree(graph, Ascii with { Depth = 300 }).Lines(graph.Edges.First(e => e.Caller == "f0").CallerSymbol).Count());
    }
}
