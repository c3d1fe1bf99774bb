using System.Text.Json;
using System.Text.RegularExpressions;
using KernelMagnifier.Comparison;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Graphs;
using static KernelMagnifier.Engine.Tests.Rendering.Differences;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Tests the DOT text and the data of the page of a comparison.</summary>
public sealed partial class DifferenceGraphTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private (string Text, GraphExport Export) Write(IEnumerable<TraceDifference> rows, GraphOptions? options = null, string name = "d.dot")
    {
        var path = Path.Combine(_folder, name);
        var export = DifferenceGraphExporter.Export(rows, path, (options ?? new GraphOptions()) with { Force = true });
        return (File.ReadAllText(path), export);
    }

    private static string Line(string dot, string start)
        => Assert.Single(dot.Split('\n'), l => l.StartsWith($"  {start} [", StringComparison.Ordinal));

    [Fact]
    public void ColourLineAndLabelSayTheChange()
    {
        var (dot, export) = Write(Every());
        Assert.Equal((8, 7, null), (export.Functions, export.Edges, export.Note));
        var more = Line(dot, "\"root\" -> \"more\"");
        Assert.Contains("""label=" 10 → 13.8\n +38 %", fontcolor="#b2182b", color="#b2182b", penwidth=2.20""", more);
        Assert.DoesNotContain("style=", more);
        Assert.EndsWith(", before=10, after=13.8, verdict=\"Regressed\"]", more);
        Assert.Contains("""label=" 100 → 50\n −50 %", fontcolor="#2166ac", color="#2166ac", penwidth=2.67""", Line(dot, "\"root\" -> \"less\""));
        Assert.Contains("style=dashed", Line(dot, "\"root\" -> \"less\""));
        Assert.Contains("label=\" 0 → 8\\n new\", fontcolor=\"#b2182b\", color=\"#b2182b:#ffffff:#b2182b\"", Line(dot, "\"more\" -> \"new\""));
        Assert.Contains("style=dotted", Line(dot, "\"less\" -> \"gone\""));
        foreach (var grey in new[] { "\"root\" -> \"same\"", "\"same\" -> \"unclear\"" })
            Assert.Contains("color=\"#7d8893\", penwidth=0.80", Line(dot, grey));
        Assert.Contains("1000 → 1,001".Replace("1000", "1,000", StringComparison.Ordinal), Line(dot, "\"root\" -> \"same\""));
        Assert.Contains("inconclusive", Line(dot, "\"same\" -> \"unclear\""));
        Assert.Contains("One recording on each side.", Line(dot, "\"same\" -> \"unclear\""));
    }

    [Fact]
    public void FunctionsHaveTheColourOfTheirOwnRows()
    {
        var (dot, _) = Write(Every());
        Assert.Contains("10 → 13.8  <b>+38 %</b>", Line(dot, "\"more\""));
        Assert.Contains("fillcolor=\"#fddbc7\", color=\"#b2182b\"", Line(dot, "\"more\""));
        Assert.Contains("style=\"rounded,filled,dashed\", fillcolor=\"#92c5de\", color=\"#2166ac\"", Line(dot, "\"less\""));
        Assert.Contains("fillcolor=\"#d6604d\", color=\"#b2182b\", peripheries=2", Line(dot, "\"new\""));
        Assert.Contains("style=\"rounded,filled,dotted\"", Line(dot, "\"gone\""));
        Assert.Contains("fillcolor=\"#e9edf0\"", Line(dot, "\"unclear\""));
        // It has edges, but no row of its own.
        Assert.Contains("fillcolor=\"#ffffff\"", Line(dot, "\"root\""));
        Assert.Contains("without a row of its own", Line(dot, "\"root\""));
    }

    [Fact]
    public void TheCaptionSaysWhatTheNumbersAre()
    {
        var (dot, _) = Write(Every());
        foreach (var text in new[]
        {
            "Calls in before.dat → after.dat", "Before: 1 recording, before.dat, kernel 6.1.0 · After: 1 recording, after.dat",
            "Drift: The recordings have 2 and 4 CPUs.", "calls per second of CPU time (1/CPU-s)", "at least 10 %", "never significant",
            "7 edges: 1 with more calls, 1 with fewer, 1 new, 1 gone, 2 without a difference, 1 without a verdict",
            "− fewer calls: dashed", "grey: no difference or no verdict", "No events were lost",
        }) Assert.Contains(text, Unwrapped(dot));
        // The layout counts changes, which nobody should take for calls.
        Assert.DoesNotContain("calls=", dot);
    }

    private static string Unwrapped(string dot) => Joint().Replace(dot, " ");

    [GeneratedRegex("</font></td></tr><tr><td align=\"left\"><font [^>]*>")]
    private static partial Regex Joint();

    [Fact]
    public void ThinningKeepsWhatChangedMost()
    {
        var rows = Enumerable.Range(0, 400).Select(i => Edge($"busy{i / 4}", $"busy{i + 100}", 1e6 + i, 1e6 + i + 200, "NoDifference")).ToList();
        rows.Add(Edge("busy0", "rare", 3, 900, "Regressed"));
        rows.Add(Edge("rare", "vanished", 700, 0, "Improved"));
        var (dot, export) = Write(rows, new GraphOptions { Top = 10 });
        Assert.True(export.OmittedEdges > 300, export.ToString());
        Assert.Contains("×300", Line(dot, "\"busy0\" -> \"rare\""));
        Assert.Contains("gone", Line(dot, "\"rare\" -> \"vanished\""));
        Assert.Contains("those that changed most", export.Note);
        Assert.Contains("2 of 2 changes", export.Note);
        Assert.Contains("changed less", dot);
        Assert.True(export.OmittedCalls > 1_000_000_000, "calls, not changes");
    }

    [Fact]
    public void HostileNamesAreText()
    {
        const string Name = "a\"];b<i>&amp;\\N\n\u202e</table>";
        var (dot, _) = Write([Edge(Name, "x [mod\"]", 1, 2, "Regressed"), Function(Name, 1, 2, "Regre\"ssed")]);
        Assert.Contains("<b>a&quot;];b&lt;i&gt;&amp;amp;\\N‹U+000A›", dot);
        Assert.Contains("\"a\\\"];b<i>&amp;\\\\N‹U+000A›", dot);
        Assert.DoesNotContain("\u202e", dot);
        Assert.Contains("‹U+202E›", dot);
        Assert.Contains("verdict=\"Regre\\\"ssed\"", dot);
        if (!GraphvizFactAttribute.IsThere) return;
        Assert.Equal(3, Tools.Run("dot", "-Tplain", dot).Split('\n').Count(l => l.StartsWith("node ", StringComparison.Ordinal) || l.StartsWith("edge ", StringComparison.Ordinal)));
    }

    [Fact]
    public void RowsAboutNoEdgeAreRefused()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Write([Function("f", 1, 2, "Regressed"), new TraceDifference { Kind = "Wakeup" }]));
        Assert.Equal(ErrorCode.NotForEdges, error.Code);
        Assert.False(File.Exists(Path.Combine(_folder, "d.dot")));
    }

    [Fact]
    public void WithoutAnyVerdictPaleColoursShowDirections()
    {
        var (dot, _) = Write([Edge("a", "b", 1, 3, "Inconclusive"), Edge("a", "c", 100, 101, "Inconclusive"), Edge("c", "d", 1, 1.5, "NoDifference"), Function("b", 1, 3, "Inconclusive")]);
        Assert.Contains("No change has a verdict", dot);
        Assert.Contains("color=\"#b2182b\", penwidth=1.20", Line(dot, "\"a\" -> \"b\""));
        Assert.Contains("inconclusive", Line(dot, "\"a\" -> \"b\""));
        Assert.Contains("fillcolor=\"#fddbc7\"", Line(dot, "\"b\""));
        Assert.Contains("color=\"#7d8893\"", Line(dot, "\"a\" -> \"c\""));
        Assert.Contains("color=\"#7d8893\"", Line(dot, "\"c\" -> \"d\""));
    }

    [Fact]
    public void ARareEdgeIsLeftOutByItsCalls()
    {
        var (_, export) = Write(Every(), new GraphOptions { MinCount = 100 });
        Assert.Equal(3, export.Edges);
    }

    [PageFact]
    public void ThePageHasBothSidesOfEveryRow()
    {
        var (html, export) = Write([.. Every(), Edge("</script><b>", "more", 1, 3, "Made up")], name: "d.html");
        Assert.Equal(8, export.Edges);
        Assert.DoesNotContain("</script><b>", html);
        var data = JsonDocument.Parse(Data().Match(html).Groups[1].Value).RootElement;
        var names = data.GetProperty("names").EnumerateArray().Select(n => n.GetString()).ToList();
        string Function(string side, int e) => names[data.GetProperty(side)[e].GetInt32()]!;
        var of = data.GetProperty("difference").GetProperty("edges");
        var edges = Enumerable.Range(0, 8).ToDictionary(e => $"{Function("from", e)}>{Function("to", e)}");
        var more = edges["root>more"];
        Assert.Equal((10, 13.8, 1.38, "More", "+38 %"), (of.GetProperty("before")[more].GetDouble(), of.GetProperty("after")[more].GetDouble(),
            of.GetProperty("ratio")[more].GetDouble(), of.GetProperty("change")[more].GetString(), of.GetProperty("label")[more].GetString()));
        Assert.Equal(JsonValueKind.Null, of.GetProperty("ratio")[edges["more>new"]].ValueKind);
        // A verdict comes from a file, and the page knows five.
        Assert.Equal("Inconclusive", of.GetProperty("verdict")[edges["</script><b>>more"]].GetString());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("difference").GetProperty("functions").GetProperty("before")[names.IndexOf("root")].ValueKind);
        Assert.Equal("before.dat", data.GetProperty("difference").GetProperty("before").GetString());
    }

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();

    [Theory]
    [InlineData(1.38, "+38 %")]
    [InlineData(0.5, "−50 %")]
    [InlineData(1.004, "+0.4 %")]
    [InlineData(1.0001, "±0 %")]
    [InlineData(25, "×25")]
    [InlineData(0.0004, "−99.96 %")]
    [InlineData(0.0000001, "−99.99 %")]
    [InlineData(double.NaN, "?")]
    public void ChangesHaveASign(double ratio, string text) => Assert.Equal(text, DifferenceText.Percent(ratio));

    [Theory]
    [InlineData(GraphTheme.Light)]
    [InlineData(GraphTheme.Dark)]
    public void TextAndLinesHaveEnoughContrast(GraphTheme theme)
    {
        static double Contrast(string a, string b)
        {
            static double Of(string hex) => HeatScale.Luminance(Convert.ToInt32(hex[1..], 16)) + 0.05;
            return Math.Max(Of(a), Of(b)) / Math.Min(Of(a), Of(b));
        }
        var (palette, base_) = (DifferencePalette.Of(theme), GraphPalette.Of(theme));
        foreach (var change in Enum.GetValues<DifferenceChange>())
        {
            Assert.InRange(Contrast(palette.Line(change), base_.Ground), change == DifferenceChange.None ? 3 : 4.5, 21);
            foreach (var strength in new[] { 0, 0.3, 1 })
            {
                var (fill, text) = palette.Fill(change, strength, base_.Ink);
                Assert.InRange(Contrast(fill, text), 4.5, 21);
            }
        }
    }
}
