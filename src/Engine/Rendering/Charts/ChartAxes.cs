using KernelMagnifier.Latency;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Draws the grid, the axes and their labels.</summary>
internal static class ChartAxes
{
    private const double LabelSize = 12, TitleSize = 13;

    /// <summary>Draws a horizontal axis of lengths.</summary>
    public static void Lengths(ChartPicture to, ChartPanel panel, LogScale scale, ChartSeries series)
    {
        foreach (var length in scale.SmallTicks().Where(l => l >= LatencyHistogram.Least))
            to.Line(scale.At(length), panel.Bottom, scale.At(length), panel.Bottom + 3, ChartColor.Axis);
        var free = double.MinValue;
        // The lengths below are not told apart.
        if (scale.Least < LatencyHistogram.Least)
        {
            var below = $"< {series.Text(LatencyHistogram.Least)}";
            var middle = scale.At(Math.Sqrt(ChartSeries.Lowest * (double)LatencyHistogram.Least));
            free = Label(to, middle, panel.Bottom + 18, below, free);
        }
        foreach (var length in scale.Ticks())
        {
            if (length < LatencyHistogram.Least) continue;
            var x = scale.At(length);
            to.Line(x, panel.Top, x, panel.Bottom, ChartColor.Grid);
            to.Line(x, panel.Bottom, x, panel.Bottom + 6, ChartColor.Axis);
            free = Label(to, x, panel.Bottom + 18, series.Text(length), free);
        }
    }

    /// <summary>Draws a vertical axis of lengths.</summary>
    public static void LengthsUpward(ChartPicture to, ChartPanel panel, LogScale scale, ChartSeries series)
    {
        foreach (var length in scale.SmallTicks().Where(l => l >= LatencyHistogram.Least))
            to.Line(panel.Left - 3, scale.At(length), panel.Left, scale.At(length), ChartColor.Axis);
        var free = double.MaxValue;
        if (scale.Least < LatencyHistogram.Least)
        {
            free = scale.At(Math.Sqrt(ChartSeries.Lowest * (double)LatencyHistogram.Least));
            to.Text(panel.Left - 9, free + 4, $"< {series.Text(LatencyHistogram.Least)}", LabelSize, ChartColor.Soft, anchor: 2);
            free -= 14;
        }
        foreach (var length in scale.Ticks())
        {
            if (length < LatencyHistogram.Least) continue;
            var y = scale.At(length);
            to.Line(panel.Left, y, panel.Right, y, ChartColor.Grid);
            to.Line(panel.Left - 6, y, panel.Left, y, ChartColor.Axis);
            if (y > free) continue;
            to.Text(panel.Left - 9, y + 4, series.Text(length), LabelSize, ChartColor.Soft, anchor: 2);
            free = y - 14;
        }
    }

    /// <summary>Draws a vertical axis of counts.</summary>
    public static void Counts(ChartPicture to, ChartPanel panel, LinearScale scale)
    {
        foreach (var count in scale.Ticks(Math.Clamp((int)(panel.Height / 45), 2, 6), 1))
        {
            var y = scale.At(count);
            to.Line(panel.Left, y, panel.Right, y, ChartColor.Grid);
            to.Text(panel.Left - 9, y + 4, Shown(count), LabelSize, ChartColor.Soft, anchor: 2);
        }
    }

    /// <summary>Draws a horizontal axis of the time since the start of the histogram.</summary>
    /// <param name="to">The picture.</param>
    /// <param name="panel">The plot.</param>
    /// <param name="scale">The scale, in nanoseconds or counts of the clock.</param>
    /// <param name="isCounts">Whether the scale is in counts of the clock.</param>
    /// <param name="range">What the scale is of.</param>
    public static void Times(ChartPicture to, ChartPanel panel, LinearScale scale, bool isCounts, TimeRange range)
    {
        var free = double.MinValue;
        var ticks = range.IsWallTime ? WallTime.Ticks(range.Start, range.Span)
            : scale.Ticks(9).Select(time => (time, TimeText(time, isCounts, range.Span)));
        foreach (var (time, text) in ticks)
        {
            var x = scale.At(time);
            to.Line(x, panel.Top, x, panel.Bottom, ChartColor.Grid);
            to.Line(x, panel.Bottom, x, panel.Bottom + 6, ChartColor.Axis);
            free = Label(to, x, panel.Bottom + 18, text, free);
        }
    }

    /// <summary>Draws the lines of both axes, over the grid and the data.</summary>
    public static void Lines(ChartPicture to, ChartPanel panel)
    {
        to.Line(panel.Left, panel.Top, panel.Left, panel.Bottom, ChartColor.Axis);
        to.Line(panel.Left, panel.Bottom, panel.Right, panel.Bottom, ChartColor.Axis);
    }

    /// <summary>Writes the titles of the axes.</summary>
    /// <param name="to">The picture.</param>
    /// <param name="all">The area of all plots.</param>
    /// <param name="horizontal">The title below the plots.</param>
    /// <param name="vertical">The title to their left.</param>
    public static void Titles(ChartPicture to, ChartPanel all, string horizontal, string vertical)
    {
        to.Text((all.Left + all.Right) / 2, all.Bottom + 38, horizontal, TitleSize, ChartColor.Ink, anchor: 1);
        to.Text(22, (all.Top + all.Bottom) / 2, vertical, TitleSize, ChartColor.Ink, anchor: 1, isUpright: true);
    }

    /// <summary>The text of a time since the start, with the unit that suits the whole axis.</summary>
    public static string TimeText(double time, bool isCounts, double largest)
    {
        if (isCounts) return Shown(time);
        var (size, unit) = largest switch { >= 1e9 => (1e9, "s"), >= 1e6 => (1e6, "ms"), _ => (1e3, "µs") };
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time / size:#,0.######} {unit}");
    }

    private static string Shown(double count) => Text.DisplayText.Number((long)Math.Round(count));

    /// <summary>Writes a label unless it would touch the one before. Returns where the next one may begin.</summary>
    private static double Label(ChartPicture to, double x, double y, string text, double free)
    {
        var half = ChartPicture.WidthOfText(text, LabelSize) / 2;
        if (x - half < free) return free;
        to.Text(x, y, text, LabelSize, ChartColor.Soft, anchor: 1);
        return x + half + 8;
    }
}
