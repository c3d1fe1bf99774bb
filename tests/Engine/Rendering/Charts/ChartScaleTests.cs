using KernelMagnifier.Rendering.Charts;

namespace KernelMagnifier.Engine.Tests.Rendering.Charts;

/// <summary>Tests the axes of charts and the texts on them.</summary>
public class ChartScaleTests
{
    [Theory]
    [InlineData(256, 1e9)]
    [InlineData(1000, 1000)]
    [InlineData(128, 128)]
    [InlineData(128, 9.2e18)]
    [InlineData(990, 1010)]
    public void A_logarithmic_axis_holds_its_lengths_and_has_labels(double low, double high)
    {
        var scale = new LogScale(low, high, 100, 900);
        Assert.InRange(scale.At(low), 100, 500);
        Assert.InRange(scale.At(high), 500, 900);
        var ticks = scale.Ticks().ToList();
        Assert.NotEmpty(ticks);
        Assert.InRange(ticks.Count, 1, 20);
        Assert.Equal(ticks.Order(), ticks);
        Assert.All(ticks, t => Assert.InRange(t, scale.Least, scale.Largest));
        Assert.Equal(100, scale.At(0));
        Assert.Equal(900, scale.At(double.MaxValue));
        Assert.Equal(100, scale.At(-5));
        // Equal factors have equal distances.
        if (high / low > 100) Assert.Equal(scale.At(low * 10) - scale.At(low), scale.At(low * 100) - scale.At(low * 10), 6);
    }

    [Theory]
    [InlineData(0, 7, 5, new double[] { 0, 2, 4, 6 })]
    [InlineData(0, 1, 5, new double[] { 0, 1 })]
    [InlineData(0, 100, 5, new double[] { 0, 20, 40, 60, 80, 100 })]
    [InlineData(0, 1234567, 4, new double[] { 0, 500000, 1000000 })]
    public void Counts_have_round_whole_ticks(double low, double high, int count, double[] ticks)
        => Assert.Equal(ticks, new LinearScale(low, high, 0, 100).Ticks(count, 1));

    [Fact]
    public void A_linear_axis_has_few_ticks_of_any_range()
    {
        foreach (var high in new[] { 0, 1e-3, 1, 3, 1e6, 9.2e18 })
            Assert.InRange(new LinearScale(0, high, 0, 100).Ticks(9).Take(100).Count(), 1, 12);
    }

    [Theory]
    [InlineData(0, "0 ns")]
    [InlineData(256, "256 ns")]
    [InlineData(999.4, "999 ns")]
    [InlineData(999.6, "1 µs")]
    [InlineData(1000, "1 µs")]
    [InlineData(3124, "3.12 µs")]
    [InlineData(99_960, "100 µs")]
    [InlineData(999_950, "1 ms")]
    [InlineData(1.5e9, "1.5 s")]
    [InlineData(3.6e12, "3,600 s")]
    public void Lengths_have_three_digits_and_a_unit(double length, string text) => Assert.Equal(text, ChartUnits.Of(length));

    [Fact]
    public void Counts_of_a_clock_have_no_unit() => Assert.Equal("1,234,567", ChartUnits.Of(1234567, isCounts: true));

    [Fact]
    public void Labels_of_an_axis_do_not_touch()
    {
        foreach (var kind in Enum.GetValues<ChartKind>())
        {
            var picture = ChartDrawing.Draw([ChartFixtures.Series("Wakeup")], 0, new ChartOptions { Kind = kind });
            var labels = picture.Shapes.OfType<ChartLabel>().Where(l => l.Anchor == 1 && l.Size == 12 && !l.IsUpright).OrderBy(l => l.X).ToList();
            Assert.True(labels.Count > 3, $"{kind} has {labels.Count} labels on its horizontal axis");
            foreach (var row in labels.GroupBy(l => l.Y))
            {
                foreach (var (a, b) in row.Zip(row.Skip(1)))
                {
                    var room = (ChartPicture.WidthOfText(a.Text, 12) + ChartPicture.WidthOfText(b.Text, 12)) / 2;
                    Assert.True(b.X - a.X > room, $"{kind}: {a.Text} touches {b.Text}");
                }
            }
        }
    }
}
