using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using KernelMagnifier.Latency;
using KernelMagnifier.Rendering.Charts;
using static KernelMagnifier.Engine.Tests.Rendering.Charts.ChartFixtures;

namespace KernelMagnifier.Engine.Tests.Rendering.Charts;

/// <summary>Tests charts as SVG and as a part of a page.</summary>
public class ChartSvgTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly string[] Elements = ["svg", "title", "desc", "rect", "path", "text"];

    private static string Write(ChartPicture picture, bool isInPage)
    {
        using var stream = new MemoryStream();
        var text = new StringBuilder();
        ChartSvg.Write(picture, text, stream, isInPage);
        return Encoding.UTF8.GetString(stream.ToArray()) + text;
    }

    private static XElement Read(string svg)
    {
        // The reader rejects characters that XML does not allow, also as references.
        using var reader = XmlReader.Create(new StringReader(svg), new XmlReaderSettings { CheckCharacters = true, DtdProcessing = DtdProcessing.Prohibit });
        return XDocument.Load(reader).Root!;
    }

    private static void AssertInert(XElement svg, ChartPicture picture)
    {
        foreach (var element in svg.DescendantsAndSelf())
        {
            Assert.Contains(element.Name.LocalName, Elements);
            Assert.Equal(Svg, element.Name.Namespace);
            Assert.DoesNotContain(element.Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                || a.Name.LocalName is "href" or "style");
        }
        foreach (var text in svg.DescendantNodes().OfType<XText>().Where(t => t.Parent!.Name.LocalName != "svg"))
        {
            Assert.DoesNotContain(text.Value, c => CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format);
        }
        foreach (var box in svg.Descendants(Svg + "rect"))
        {
            double Side(string name) => double.Parse(box.Attribute(name)!.Value, CultureInfo.InvariantCulture);
            Assert.InRange(Side("x"), 0, picture.Width);
            Assert.InRange(Side("y"), 0, picture.Height);
            Assert.InRange(Side("x") + Side("width"), 0, picture.Width + 0.02);
            Assert.InRange(Side("y") + Side("height"), 0, picture.Height + 0.02);
        }
    }

    [Fact]
    public void Names_are_inert_and_keep_the_picture_well_formed()
    {
        foreach (var kind in Enum.GetValues<ChartKind>())
        {
            foreach (var name in Hostile)
            {
                var picture = ChartDrawing.Draw([Named(name), Named(name)], 3, new ChartOptions { Kind = kind, Doubt = name });
                var file = Write(picture, isInPage: false);
                AssertInert(Read(file), picture);
                AssertInert(Read(Write(picture, isInPage: true)), picture);
                Assert.True(file.Length < 600_000, $"{kind} of a name of {name.Length} characters has {file.Length}");
            }
        }
    }

    [Fact]
    public void Texts_stay_in_the_picture()
    {
        foreach (var kind in Enum.GetValues<ChartKind>())
        {
            var long1 = new string('W', 10_000);
            var picture = ChartDrawing.Draw([Named(long1), Series("Wakeup", string.Join(' ', Enumerable.Repeat("word", 500)))], 0,
                new ChartOptions { Kind = kind, Title = long1, Doubt = string.Join(' ', Enumerable.Repeat("lost", 500)) });
            foreach (var label in picture.Shapes.OfType<ChartLabel>().Where(l => !l.IsUpright))
            {
                var width = ChartPicture.WidthOfText(label.Text, label.Size, label.IsBold);
                var left = label.X - (width * label.Anchor / 2);
                Assert.True(left >= 0 && left + width <= picture.Width, $"{kind}: {label}");
                Assert.InRange(label.Y, label.Size, picture.Height);
            }
        }
    }

    [Fact]
    public void A_histogram_has_a_bar_for_each_range_with_intervals()
    {
        var series = Series("Wakeup", count: 5000);
        var picture = ChartDrawing.Draw([series], 0, new ChartOptions());
        var bars = picture.Shapes.OfType<ChartBox>().Where(b => b.Hover is not null).ToList();
        Assert.InRange(bars.Count, 10, series.Buckets.Count);
        Assert.Equal(5000, bars.Sum(b => HoverCount(b.Hover!)));
    }

    [Fact]
    public void A_heat_map_has_every_interval_in_a_cell()
    {
        ChartSeries[] series = [Series("Wakeup", "a", 5000), Series("Wakeup", "b", 300, seed: 2)];
        var picture = ChartDrawing.Draw(series, 0, new ChartOptions { Kind = ChartKind.Heatmap });
        var cells = picture.Shapes.OfType<ChartBox>().Where(b => b.Hover is not null).ToList();
        Assert.Equal(5300, cells.Sum(b => HoverCount(b.Hover!)));
        // The counts and the colours are in the same order.
        var levels = cells.GroupBy(c => c.Color.Name).Select(g => (Level: g.Key, Least: g.Min(c => HoverCount(c.Hover!)), Most: g.Max(c => HoverCount(c.Hover!))))
            .OrderBy(l => l.Level, StringComparer.Ordinal).ToList();
        for (var i = 1; i < levels.Count; i++) Assert.True(levels[i - 1].Most < levels[i].Least);
    }

    [Fact]
    public void One_interval_can_be_drawn()
    {
        foreach (var kind in Enum.GetValues<ChartKind>())
        {
            var picture = ChartDrawing.Draw([Series("Wakeup", count: 1)], 0, new ChartOptions { Kind = kind });
            var svg = Write(picture, isInPage: false);
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", svg, StringComparison.Ordinal);
            Read(svg);
        }
    }

    [Fact]
    public void A_page_runs_and_loads_nothing()
    {
        foreach (var name in Hostile)
        {
            ChartSeries[] series = [Named(name), Named(name)];
            using var stream = new MemoryStream();
            ChartPage.Write(ChartDrawing.Draw(series, 0, new ChartOptions()), series, ChartKind.Histogram, stream);
            var page = Encoding.UTF8.GetString(stream.ToArray());
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
            Assert.Single(page.Split("<svg").Skip(1));
            Assert.DoesNotContain(page, c => c != '\n' && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format);
        }
    }

    [Theory]
    [InlineData(ChartKind.Histogram)]
    [InlineData(ChartKind.Cdf)]
    [InlineData(ChartKind.Heatmap)]
    [InlineData(ChartKind.Percentiles)]
    public void A_chart_of_several_recordings_names_that_of_each_series(ChartKind kind)
    {
        ChartSeries[] series =
        [
            Series("Wakeup", recording: "/a/one.dat", doubt: "1 still open"), Series("Wakeup", recording: "/a/two.dat"),
            Series("Wakeup", "12 cat", recording: "/b/two.dat"),
        ];
        var options = new ChartOptions { Kind = kind };
        var (drawn, _, _) = ChartExporter.Drawn(series, options);
        string[] names = ["Wakeup in one.dat", "Wakeup in /a/two.dat", "Wakeup · 12 cat in /b/two.dat"];
        Assert.Equal(names, drawn.Select(s => s.Name));
        var picture = ChartDrawing.Draw(drawn, 0, options);
        var texts = picture.Shapes.OfType<ChartLabel>().Select(l => l.Text).ToList();
        Assert.All(names, name => Assert.Contains(name, texts));
        Assert.Contains("Wakeup in one.dat: 1 still open", texts);
        Assert.Equal(names, ChartTable.Of(drawn, kind).First().Rows.Select(r => r[0]));
        Assert.Equal(names, ChartTable.Of(drawn, kind).Skip(1).Select(t => t.Caption));
        // One recording is in the title only.
        Assert.Equal("Wakeup", Assert.Single(ChartExporter.Drawn(series[..1], options).Series).Name);
    }

    [Fact]
    public void Text_histograms_tell_recordings_of_the_same_name_apart()
    {
        var series = LatencySeries.ByRecording([Series("Wakeup", recording: "/a/two.dat"), Series("Wakeup", recording: "/b/two.dat")]);
        var text = new HistogramText(100, isUnicode: true);
        Assert.Equal(["Wakeup in /a/two.dat", "Wakeup in /b/two.dat"], series.Select(s => text.Lines(s).First()));
    }

    [Theory]
    [InlineData(ChartKind.Heatmap)]
    [InlineData(ChartKind.Percentiles)]
    public void Plots_over_time_have_one_axis(ChartKind kind)
    {
        // The second begins 0.5 s later on the same clock, and the third is of another clock.
        var series = new[] { (0L, 2_000, "a.dat"), (500_000_000, 300, "a.dat"), (77_000_000_000, 2_000, "b.dat") }
            .Select(s => Timed(s.Item1, s.Item2, s.Item3)).ToList();
        var times = TimeRange.Of(series);
        Assert.Equal([0, 500_000_000, 0], times.Select(t => t.Offset));
        Assert.Single(times.Select(t => t.Span).Distinct());
        Assert.Equal([0, 0, 77_000_000_000], times.Select(t => t.Start));
        var picture = ChartDrawing.Draw(series, 0, new ChartOptions { Kind = kind });
        Assert.Contains(picture.Shapes.OfType<ChartLabel>(), l => l.Text == "time since the start of each plot");
        var places = picture.Shapes.OfType<ChartLabel>().Where(l => l.Text == "1 s").Select(l => l.X).ToList();
        Assert.Equal(3, places.Count);
        Assert.Single(places.Distinct());
        var same = ChartDrawing.Draw(series[..2], 0, new ChartOptions { Kind = kind });
        Assert.Contains(same.Shapes.OfType<ChartLabel>(), l => l.Text.StartsWith("time since 0.000000 s on", StringComparison.Ordinal));
    }

    /// <summary>A series with an interval each millisecond.</summary>
    private static ChartSeries Timed(long origin, int count, string recording)
    {
        var times = new TimeHistogram(origin);
        for (var i = 0; i < count; i++) times.Add(origin + (i * 1_000_000L), 5_000 + i);
        return new ChartSeries
        {
            Kind = "Wakeup", Recordings = [recording], Count = count, Min = 5_000, Max = 5_000 + count,
            Buckets = [new ChartBucket(4_096, 8_192, count)], OverTime = times,
        };
    }

    [Theory]
    [InlineData(5, "")]
    [InlineData(73, "p50 p90")]
    [InlineData(367, "p50 p90")]
    [InlineData(368, "p50 p90 p99")]
    [InlineData(3688, "p50 p90 p99 p99.9")]
    public void Captions_have_the_percentiles_with_a_confidence_interval(int count, string expected)
    {
        var intervals = new IntervalSeries();
        for (var i = 0; i < count; i++) intervals.Add("Wakeup", null, false, i, 1_000 + i);
        var one = Assert.Single(intervals.All());
        Assert.Equal(expected, string.Join(' ', one.Percentiles.Keys.Order().Select(ChartSeries.RankText)));
        Assert.Equal(expected.Length > 0, one.Summary().Contains("p50", StringComparison.Ordinal));
        Assert.Equal(expected.EndsWith("p99.9", StringComparison.Ordinal), one.Summary().Contains("p99.9", StringComparison.Ordinal));
    }

    private static long HoverCount(string hover)
    {
        var text = System.Text.RegularExpressions.Regex.Match(hover, @"([\d,]+) intervals?").Groups[1].Value;
        return long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }
}
