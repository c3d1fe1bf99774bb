using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Draws a chart: its title, a plot for each series or for all of them, their legend, and what was lost.</summary>
internal sealed class ChartDrawing
{
    private const double Left = 92, Right = 24, TitleSize = 18, NameSize = 14, TextSize = 12.5, NoteSize = 12;
    private const double LeastPanel = 150, AxisHeight = 24, NoteHeight = 16, LegendRow = 19;
    private const int LongestTitle = 110, NoteColumns = 150, MostNotes = 3;

    private readonly IReadOnlyList<ChartSeries> _series;
    private readonly ChartKind _kind;
    private readonly ChartPicture _picture;
    private readonly List<string> _notes;
    private readonly IReadOnlyList<TimeRange> _times;
    private readonly bool _hasDoubt;
    private readonly double _low, _high;

    private ChartDrawing(IReadOnlyList<ChartSeries> series, int omitted, ChartOptions options)
    {
        (_series, _kind) = (series, options.Kind);
        _times = IsOverTime ? TimeRange.Of(series) : [];
        _picture = new ChartPicture(TitleOf(series, options));
        (_low, _high) = (series.Min(LeastOf), series.Max(s => Math.Max(s.Max, ChartSeries.Lowest)));
        _hasDoubt = options.Doubt is not null;
        _notes = [.. Notes(omitted, options.Doubt).SelectMany(n => DisplayText.Wrap(n, NoteColumns)).Take(MostNotes)];
    }

    /// <summary>The least length that is drawn of a series.</summary>
    private double LeastOf(ChartSeries series)
        => Math.Max(ChartSeries.Lowest, _kind == ChartKind.Percentiles ? PercentilesChart.Least(series) : series.Min);

    private bool IsOverTime => _kind is ChartKind.Heatmap or ChartKind.Percentiles;

    private double RightSide => _picture.Width - (_kind == ChartKind.Heatmap ? HeatmapChart.LegendWidth + 8 : Right);

    /// <summary>Draws the chart.</summary>
    /// <param name="series">The series, at least one.</param>
    /// <param name="omitted">The number of series without room.</param>
    /// <param name="options">What to draw.</param>
    public static ChartPicture Draw(IReadOnlyList<ChartSeries> series, int omitted, ChartOptions options)
    {
        var drawing = new ChartDrawing(series, omitted, options);
        drawing.Draw();
        return drawing._picture;
    }

    /// <summary>The title: the kind and the recordings.</summary>
    public static string TitleOf(IReadOnlyList<ChartSeries> series, ChartOptions options)
    {
        if (options.Title is { } title) return DisplayText.Fit(title, LongestTitle);
        var kinds = series.Select(s => s.Kind).Distinct().ToList();
        var what = kinds is [var kind] ? kind : "Latencies";
        var recordings = series.SelectMany(s => s.Recordings).Distinct().ToList();
        var names = recordings.Count == 0 ? "" : $" in {RecordingTitle.Names(recordings)}";
        return DisplayText.Fit($"{what}{TitleEnd(options.Kind)}{names}", LongestTitle);
    }

    private static string TitleEnd(ChartKind kind) => kind switch
    {
        ChartKind.Heatmap => " over time",
        ChartKind.Percentiles => ": percentiles over time",
        ChartKind.Cdf => ": cumulative distribution",
        _ => "",
    };

    private IEnumerable<string> Notes(int omitted, string? doubt)
    {
        if (doubt is not null) yield return DisplayText.Visible(doubt);
        var doubts = _series.Where(s => s.Doubt is not null).Select(s => $"{s.Name}: {s.Doubt}").ToList();
        if (doubts.Count > 0) yield return string.Join("; ", doubts);
        if (omitted > 0) yield return $"Not drawn: {DisplayText.Number(omitted)} more, which have fewer intervals.";
    }

    private void Draw()
    {
        _picture.Box(0, 0, _picture.Width, _picture.Height, ChartColor.Ground);
        _picture.Text(24, 34, ChartPicture.Fit(_picture.Title, _picture.Width - 48, TitleSize, isBold: true), TitleSize,
            ChartColor.Ink, isBold: true);
        var top = 48.0;
        if (_kind == ChartKind.Percentiles)
        {
            PercentilesChart.Legend(_picture, _picture.Width - Right, 58);
            top += 14;
        }
        if (_kind == ChartKind.Cdf) top = Legend(top);
        var below = (_notes.Count * NoteHeight) + (_notes.Count > 0 ? 34 : 26);
        var all = _kind == ChartKind.Cdf ? DrawCdf(top, below) : DrawPanels(top, below);
        ChartAxes.Titles(_picture, all, HorizontalTitle(), VerticalTitle());
        for (var i = 0; i < _notes.Count; i++)
        {
            var y = _picture.Height - 12 - ((_notes.Count - 1 - i) * NoteHeight);
            _picture.Text(24, y, ChartPicture.Fit(_notes[i], _picture.Width - 48, NoteSize), NoteSize,
                _hasDoubt && i == 0 ? ChartColor.Warning : ChartColor.Soft);
        }
        _picture.Description = string.Join(". ", _series.Select(s => $"{s.Name}: {s.Summary()}").Concat(_notes));
    }

    private ChartPanel DrawCdf(double top, double below)
    {
        _picture.Height = Math.Max(540, top + 300 + below);
        var panel = new ChartPanel(Left, top + 8, RightSide, _picture.Height - below - AxisHeight);
        CdfChart.Draw(_picture, panel, _series, _low, _high);
        return panel;
    }

    private ChartPanel DrawPanels(double top, double below)
    {
        var height = Math.Max((540 - top - below) / _series.Count, LeastPanel);
        _picture.Height = top + (height * _series.Count) + below;
        ChartPanel PanelOf(int i) => new(
            Left, top + (height * i) + (_kind == ChartKind.Histogram ? 42 : 28), RightSide,
            top + (height * (i + 1)) - AxisHeight);
        var heat = _kind == ChartKind.Heatmap ? HeatmapChart.Most(_series, PanelOf(0).Height, _low, _high) : 0;
        for (var i = 0; i < _series.Count; i++)
        {
            var color = ChartColor.Series[i % ChartColor.Series.Count];
            Heading(_series[i], color, top + (height * i) + 18, hasSwatch: _kind == ChartKind.Histogram);
            switch (_kind)
            {
                case ChartKind.Heatmap:
                    HeatmapChart.Draw(_picture, PanelOf(i), _series[i], _times[i], heat, _low, _high);
                    break;
                case ChartKind.Percentiles:
                    PercentilesChart.Draw(_picture, PanelOf(i), _series[i], _times[i], _low, _high);
                    break;
                default: HistogramChart.Draw(_picture, PanelOf(i), _series[i], color, _low, _high); break;
            }
        }
        var all = new ChartPanel(Left, PanelOf(0).Top, RightSide, PanelOf(_series.Count - 1).Bottom);
        if (_kind == ChartKind.Heatmap) HeatmapChart.Legend(_picture, all, heat);
        return all;
    }

    /// <summary>The rows of the legend of lines. Returns where they end.</summary>
    private double Legend(double top)
    {
        for (var i = 0; i < _series.Count; i++)
        {
            var y = top + 14 + (LegendRow * i);
            _picture.Line(24, y - 4, 60, y - 4, ChartColor.Series[i % ChartColor.Series.Count], 2.5, CdfChart.DashOf(i));
            Row(_series[i], 70, y);
        }
        return top + (LegendRow * _series.Count);
    }

    private void Heading(ChartSeries series, ChartColor color, double y, bool hasSwatch)
    {
        if (hasSwatch) _picture.Box(Left, y - 11, 12, 12, color);
        Row(series, hasSwatch ? Left + 20 : Left, y);
    }

    private void Row(ChartSeries series, double x, double y)
    {
        var summary = series.Summary();
        var room = _picture.Width - 24 - x;
        var name = ChartPicture.Fit(series.Name, room - ChartPicture.WidthOfText(summary, TextSize) - 16, NameSize, isBold: true);
        _picture.Text(x, y, name, NameSize, ChartColor.Ink, isBold: true);
        _picture.Text(x + ChartPicture.WidthOfText(name, NameSize, isBold: true) + 14, y, summary, TextSize, ChartColor.Soft);
    }

    private string HorizontalTitle()
    {
        if (!IsOverTime) return HistogramChart.Horizontal;
        var origin = _times[0].Start;
        if (_times.All(t => t.IsWallTime)) return WallTime.Title(origin);
        return _times.Any(t => t.Start != origin) ? "time since the start of each plot"
            : _series[0].IsInCounts ? $"time since {origin} on the clock of the recording"
            : string.Create(CultureInfo.InvariantCulture, $"time since {origin / 1e9:0.000000} s on the clock of the recording");
    }

    private string VerticalTitle() => _kind switch
    {
        ChartKind.Cdf => CdfChart.Vertical,
        ChartKind.Heatmap or ChartKind.Percentiles => HeatmapChart.Vertical,
        _ => HistogramChart.Vertical,
    };
}
