using KernelMagnifier.Comparison;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>
/// Draws the cumulative distributions of latencies before and after: a plot for each latency, in which the side before is a solid
/// blue line and the side after a dashed orange one.
/// </summary>
internal sealed class DifferenceDrawing
{
    private const double Left = 92, Right = 24, TitleSize = 18, NameSize = 14, TextSize = 12.5;
    private const double LineHeight = 17, LegendHeight = 64, AxisHeight = 42, LeastPlot = 210, Tallest = 400;
    private const int LongestTitle = 110, NoteColumns = 150, MostNotes = 6;
    private const int BeforeStyle = 0, AfterStyle = 1;

    private readonly IReadOnlyList<DifferencePlot> _plots;
    private readonly TraceComparison _sides;
    private readonly ChartPicture _picture;
    private readonly List<(string Text, ChartColor Color)> _notes = [];

    private DifferenceDrawing(IReadOnlyList<DifferencePlot> plots, TraceComparison sides, int omitted, ChartOptions options)
    {
        (_plots, _sides) = (plots, sides);
        _picture = new ChartPicture(TitleOf(plots, options));
        if (options.Doubt is { } doubt) Note(doubt, ChartColor.Warning);
        foreach (var drift in sides.Drift) Note($"Drift: {drift}", ChartColor.Soft);
        if (omitted > 0) Note($"Not drawn: {DisplayText.Number(omitted)} more, which changed less.", ChartColor.Soft);
    }

    /// <summary>Draws the chart.</summary>
    /// <param name="plots">The latencies, at least one, each with intervals on one side at least.</param>
    /// <param name="sides">The recordings of both sides.</param>
    /// <param name="omitted">The number of latencies without room.</param>
    /// <param name="options">What to draw.</param>
    public static ChartPicture Draw(
        IReadOnlyList<DifferencePlot> plots, TraceComparison sides, int omitted, ChartOptions options)
    {
        var drawing = new DifferenceDrawing(plots, sides, omitted, options);
        drawing.Draw();
        return drawing._picture;
    }

    private static string TitleOf(IReadOnlyList<DifferencePlot> plots, ChartOptions options)
    {
        if (options.Title is { } title) return DisplayText.Fit(title, LongestTitle);
        var kinds = plots.SelectMany(plot => plot.Series).Select(series => series.Kind).Distinct().ToList();
        return $"{(kinds is [var kind] ? kind : "Latencies")}: cumulative distribution before and after";
    }

    private void Note(string text, ChartColor color)
    {
        foreach (var line in DisplayText.Wrap(DisplayText.Visible(text), NoteColumns))
            if (_notes.Count < MostNotes)
                _notes.Add((line, color));
    }

    private void Draw()
    {
        _picture.Box(0, 0, _picture.Width, _picture.Height, ChartColor.Ground);
        Text(24, 34, _picture.Title, TitleSize, ChartColor.Ink, isBold: true);
        Text(24, 56, $"Before: {SideText(_sides.Before)}", TextSize, ChartColor.Soft);
        Text(24, 56 + LineHeight, $"After: {SideText(_sides.After)}", TextSize, ChartColor.Soft);
        var top = 56 + (2 * LineHeight);
        var plot = _plots.Count == 1 ? Tallest : Math.Max(LeastPlot, Tallest / _plots.Count);
        var height = LegendHeight + plot + AxisHeight;
        for (var i = 0; i < _plots.Count; i++) Draw(_plots[i], top + (i * height), plot);
        var bottom = top + (_plots.Count * height);
        _picture.Text(22, (top + LegendHeight + bottom - AxisHeight) / 2, CdfChart.Vertical, 13, ChartColor.Ink, anchor: 1,
            isUpright: true);
        _picture.Text((Left + _picture.Width - Right) / 2, bottom, CdfChart.Horizontal, 13, ChartColor.Ink, anchor: 1);
        _picture.Height = bottom + 18 + (_notes.Count * LineHeight);
        for (var i = 0; i < _notes.Count; i++)
            Text(24, bottom + 8 + ((i + 1) * LineHeight), _notes[i].Text, 12, _notes[i].Color);
        _picture.Description = string.Join(". ", _plots.SelectMany(shown => shown.Series)
            .Select(series => $"{series.Name}: {series.Summary()}").Concat(_notes.Select(note => note.Text)));
    }

    private void Draw(DifferencePlot plot, double top, double height)
    {
        Text(24, top + 16, plot.Name, NameSize, ChartColor.Ink, isBold: true, (_picture.Width - 48) * 0.45);
        var taken = 24 + ChartPicture.WidthOfText(
            ChartPicture.Fit(plot.Name, (_picture.Width - 48) * 0.45, NameSize, isBold: true), NameSize, isBold: true) + 14;
        Text(taken, top + 16, plot.Verdicts, TextSize, ChartColor.Soft, isBold: false, _picture.Width - 24 - taken);
        Legend(plot.Before, "before", BeforeStyle, top + 16 + LineHeight);
        Legend(plot.After, "after", AfterStyle, top + 16 + (2 * LineHeight));
        var series = plot.Series;
        var panel = new ChartPanel(Left, top + LegendHeight, _picture.Width - Right, top + LegendHeight + height);
        var low = Math.Max(ChartSeries.Lowest, series.Min(side => side.Min));
        var high = Math.Max(ChartSeries.Lowest, series.Max(side => side.Max));
        var (lengths, shares) = CdfChart.Axes(_picture, panel, series, low, high);
        Line(plot.Before, BeforeStyle, CdfChart.Line);
        Line(plot.After, AfterStyle, CdfChart.Line);
        Line(plot.Before, BeforeStyle, CdfChart.Marks);
        Line(plot.After, AfterStyle, CdfChart.Marks);
        ChartAxes.Lines(_picture, panel);

        void Line(ChartSeries? side, int style, Action<ChartPicture, ChartSeries, LogScale, LinearScale, int> draw)
        {
            if (side is not null) draw(_picture, side, lengths, shares, style);
        }
    }

    private void Legend(ChartSeries? side, string name, int style, double y)
    {
        var color = ChartColor.Series[style];
        _picture.Line(24, y - 4, 60, y - 4, color, 2.5, CdfChart.DashOf(style));
        _picture.Box(38, y - 8, 8, 8, color);
        _picture.Text(70, y, name, TextSize, ChartColor.Ink, isBold: true);
        Text(118, y, side?.Summary() ?? "no intervals", TextSize, ChartColor.Soft);
    }

    private void Text(double x, double y, string text, double size, ChartColor color, bool isBold = false, double? room = null)
        => _picture.Text(x, y, ChartPicture.Fit(text, room ?? _picture.Width - 24 - x, size, isBold), size, color,
            isBold: isBold);

    private static string SideText(IReadOnlyList<TraceInfo> traces)
    {
        var kernels = traces.Select(trace => trace.KernelRelease).OfType<string>().Distinct().ToList();
        return $"{DisplayText.Count(traces.Count, "recording")}, {RecordingTitle.Names(traces)}"
            + (kernels.Count == 0 ? "" : $", kernel {string.Join(", ", kernels)}");
    }
}
