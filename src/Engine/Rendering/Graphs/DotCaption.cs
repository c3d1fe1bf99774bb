using System.Globalization;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Writes the caption of a picture as an HTML-like label: the title, the recording, the filter, the lost events, and the legend.
/// The text is larger above a larger graph, so that it is readable at the same zoom.
/// </summary>
internal sealed class DotCaption
{
    private const int LongestLine = 600, LineWidth = 110;

    private readonly StringBuilder _to = new("<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"2\">");
    private readonly DotDrawing _drawing;
    private readonly double _size;

    private DotCaption(DotDrawing drawing)
        => (_drawing, _size) = (drawing, Math.Clamp(Math.Sqrt(drawing.Part.Nodes.Count / 40.0), 1, 3.5));

    private GraphPalette Palette => _drawing.Palette;

    /// <summary>The content of the label.</summary>
    public static string Of(DotDrawing drawing)
    {
        var caption = new DotCaption(drawing);
        caption.WriteLines(drawing.Caption);
        if (drawing.Part.Nodes.Count > 0)
            if (drawing.Options.Difference is null) caption.WriteLegend();
            else caption.WriteChanges();
        return caption._to.Append("</table>").ToString();
    }

    private void WriteLines(GraphCaption caption)
    {
        Row(caption.Title, 18, Palette.Ink, bold: true);
        foreach (var line in caption.Lines) Row(line, 11, Palette.Faint);
        Row(caption.Lost, 11, caption.HasLost ? Palette.Alarm : Palette.Faint, caption.HasLost);
        if (caption.Omitted is { } omitted) Row(omitted, 11, Palette.Ink, bold: true);
    }

    private void WriteLegend()
    {
        var (part, marks, scale, faint) = (_drawing.Part, _drawing.Marks, _drawing.Scale, Palette.Faint);
        _to.Append("<tr><td align=\"left\"><table border=\"0\" cellborder=\"0\" cellspacing=\"3\" cellpadding=\"4\"><tr>");
        Cell("calls:", "", faint);
        foreach (var tick in scale.Ticks()) Cell(DisplayText.Number(tick), $"bgcolor=\"{scale.Fill(tick)}\"", scale.Text(tick));
        if (part.Nodes.Any(n => n.Calls == 0 && !n.IsBorder && !n.IsUnknown))
            Cell("seen only as a caller", $"border=\"1\" color=\"{faint}\" bgcolor=\"{Palette.Plain}\"", Palette.Ink);
        if (_drawing.Caption.Border is { } border && part.Nodes.Any(n => n.IsBorder))
            Cell($"outside {border}", $"border=\"1\" style=\"dashed\" color=\"{faint}\" bgcolor=\"{Palette.Apart}\"", faint);
        var kinds = part.Nodes.Where(n => n.Calls > 0).Select(n => n.Context).OfType<ExecutionContext>().Distinct().Order();
        foreach (var kind in kinds)
            if (_drawing.InterruptColour(kind) is { } colour)
                Cell(EdgeContexts.Name(kind), $"border=\"2\" color=\"{colour}\"", colour);
        if (part.Edges.FirstOrDefault(e => e.Entry is not null) is { } entry)
            Cell("- -▹ interrupt entry", "", _drawing.InterruptColour(entry.Entry) ?? faint);
        if (marks.HotPath.Count > 0) Cell("hot path", $"border=\"3\" color=\"{Palette.Mark}\"", Palette.Ink);
        if (marks.Functions.Count > 0) Cell("highlighted function", $"border=\"3\" color=\"{Palette.Mark}\"", Palette.Ink);
        if (part.Folds.Count > 0) Cell("… not drawn", $"border=\"1\" style=\"dotted\" color=\"{faint}\"", faint);
        _to.Append("</tr></table></td></tr>");
    }

    /// <summary>Writes the legend of a difference graph, which shows the lines as well as the colours.</summary>
    private void WriteChanges()
    {
        var palette = DifferencePalette.Of(_drawing.Options.Theme);
        var isPale = _drawing.Options.Difference is { HasVerdicts: false };
        void Change(string text, DifferenceChange change, double strength)
        {
            var (fill, ink) = palette.Fill(change, isPale ? 0 : strength, Palette.Ink);
            var style = DifferencePalette.Style(change) is { Length: > 0 } line ? $" style=\"{line}\"" : "";
            var width = change == DifferenceChange.None ? 1 : change == DifferenceChange.New ? 3 : 2;
            Cell(text, $"border=\"{width}\"{style} color=\"{palette.Line(change)}\" bgcolor=\"{fill}\"", ink);
        }
        _to.Append("<tr><td align=\"left\"><table border=\"0\" cellborder=\"0\" cellspacing=\"3\" cellpadding=\"4\"><tr>");
        Change("+ more calls: solid line", DifferenceChange.More, 0.3);
        Change("new: double line", DifferenceChange.New, 1);
        Change("− fewer calls: dashed", DifferenceChange.Less, 0.3);
        Change("gone: dotted", DifferenceChange.Gone, 1);
        Change(isPale ? "grey: little or no difference" : "grey: no difference or no verdict", DifferenceChange.None, 0);
        var (marks, mark, faint) = (_drawing.Marks, $"border=\"3\" color=\"{Palette.Mark}\"", Palette.Faint);
        if (marks.HotPath.Count > 0) Cell("path that changed most", mark, Palette.Ink);
        if (marks.Functions.Count > 0) Cell("highlighted function", mark, Palette.Ink);
        if (_drawing.Part.Folds.Count > 0) Cell("… not drawn", $"border=\"1\" style=\"dotted\" color=\"{faint}\"", faint);
        _to.Append("</tr></table></td></tr>");
    }

    private string Points(double points) => Math.Round(points * _size).ToString(CultureInfo.InvariantCulture);

    private void Row(string text, double points, string colour, bool bold = false)
    {
        var (open, close) = bold ? ("<b>", "</b>") : ("", "");
        foreach (var line in DisplayText.Wrap(DisplayText.Fit(text, LongestLine), LineWidth))
        {
            _to.Append("<tr><td align=\"left\">")
                .Append(CultureInfo.InvariantCulture, $"<font point-size=\"{Points(points)}\" color=\"{colour}\">")
                .Append(open).Append(DotText.Html(line)).Append(close).Append("</font></td></tr>");
        }
    }

    private void Cell(string text, string attributes, string colour)
        => _to.Append(CultureInfo.InvariantCulture, $"<td {attributes}><font point-size=\"{Points(10)}\" color=\"{colour}\">")
            .Append(DotText.Html(text)).Append("</font></td>");
}
