using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
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

    private static long HoverCount(string hover)
    {
        var text = System.Text.RegularExpressions.Regex.Match(hover, @"([\d,]+) intervals?").Groups[1].Value;
        return long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }
}
