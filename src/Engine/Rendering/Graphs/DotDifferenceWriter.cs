using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Writes the nodes and edges of a difference graph. Besides what is drawn, they have the attributes <c>before</c>, <c>after</c>
/// and <c>verdict</c> for programs.
/// </summary>
internal sealed class DotDifferenceWriter(DotDrawing drawing, GraphDifference difference, TextWriter to)
{
    private readonly DifferencePalette _palette = DifferencePalette.Of(drawing.Options.Theme);

    /// <summary>Writes a node.</summary>
    public void Write(GraphNode node)
    {
        var mark = difference.Of(node);
        var palette = drawing.Palette;
        var (change, strength) = difference.Look(mark);
        var faded = drawing.Marks.IsFaded(node);
        var marked = drawing.Marks.IsHot(node) || drawing.Marks.Functions.Contains(node);
        var isPlain = faded || mark is null;
        var (fill, text) = isPlain ? (palette.Plain, faded || node.IsUnknown ? palette.Faint : palette.Ink)
            : _palette.Fill(change, strength, palette.Ink);
        var line = marked ? palette.Mark : isPlain ? palette.Faint : _palette.Line(change);
        var style = isPlain ? node.IsUnknown ? "dashed" : "" : DifferencePalette.Style(change);
        var source = DotNodeWriter.Source(node.Symbol);
        var numbers = mark is null ? null : $"{mark.Numbers}  <b>{mark.Label}</b>";
        Append($"  \"{drawing.Id(node)}\" [label=<{DotNodeWriter.Label(node, source, numbers)}>, fontcolor=\"{text}\", ");
        if (style.Length > 0) Append($"style=\"rounded,filled,{style}\", ");
        Append($"fillcolor=\"{fill}\", color=\"{line}\", ");
        if (!isPlain && change == DifferenceChange.New) Append("peripheries=2, ");
        if (marked || (!isPlain && change != DifferenceChange.None))
            Append(difference.HasVerdicts || marked ? "penwidth=2, " : "penwidth=1, ");
        Append($"tooltip={DotText.Tooltip(Tip(node, mark))}");
        if (drawing.Links.To(node.Symbol) is { } url) Append($", URL={DotText.Quote(url)}");
        Append(Attributes(mark));
        Append("]\n");
    }

    /// <summary>Writes an edge.</summary>
    public void Write(GraphEdge edge, bool label)
    {
        var mark = difference.Of(edge);
        var (change, strength) = difference.Look(mark);
        var (hot, faded) = (drawing.Marks.IsHot(edge), drawing.Marks.IsFaded(edge));
        var line = hot ? drawing.Palette.Mark : faded ? drawing.Palette.Faded : _palette.Line(change);
        var tip = DotText.Tooltip([$"{DotNodeWriter.Name(edge.Caller)} → {DotNodeWriter.Name(edge.Callee)}", .. Tip(mark)]);
        Append($"  \"{drawing.Id(edge.Caller)}\" -> \"{drawing.Id(edge.Callee)}\" [");
        if (label && !faded && mark is not null) Append($"label=\" {mark.Numbers}\\n {mark.Label}\", ");
        if (change != DifferenceChange.None || hot) Append($"fontcolor=\"{line}\", ");
        var width = hot ? 4.5 : faded || change == DifferenceChange.None ? 0.8
            : difference.HasVerdicts ? 1.8 + (2.6 * strength) : 1.2;
        // Two parallel lines for what is new.
        var colour = change == DifferenceChange.New && !hot && !faded ? $"{line}:{drawing.Palette.Ground}:{line}" : line;
        var style = DifferencePalette.Style(change);
        var weight = hot ? 9 : edge.IsTrunk ? 3 + (int)(4 * strength) : 1;
        if (colour != line) width = Math.Min(width, 1.6);
        Append(string.Create(CultureInfo.InvariantCulture, $"color=\"{colour}\", penwidth={width:0.00}, weight={weight}, "));
        if (style.Length > 0) Append($"style={style}, ");
        else if (edge.Caller.IsUnknown && change == DifferenceChange.None) Append("style=dashed, ");
        Append($"tooltip={tip}, edgetooltip={tip}");
        if (label && !faded) Append($", labeltooltip={tip}");
        Append(Attributes(mark));
        Append("]\n");
    }

    private static string Attributes(DifferenceMark? mark)
    {
        if (mark is null) return "";
        static string Value(string name, double? value)
            => value is { } known ? string.Create(CultureInfo.InvariantCulture, $", {name}={known:0.######}") : "";
        return Value("before", mark.Before) + Value("after", mark.After) + $", verdict={DotText.Quote(mark.Row.Verdict)}";
    }

    private List<string> Tip(GraphNode node, DifferenceMark? mark)
    {
        List<string> tip = [DotNodeWriter.Name(node), .. mark is null ? ["without a row of its own"] : Tip(mark)];
        if (DotNodeWriter.Source(node.Symbol) is { } source) tip.Insert(1, DisplayText.Fit(source, DotText.LongestId));
        var (callers, callees) = (NotDrawn(node.Callers), NotDrawn(node.Callees));
        if (callers > 0) tip.Add($"not drawn: {DisplayText.Count(callers, "caller")}");
        if (callees > 0) tip.Add($"not drawn: {DisplayText.Count(callees, "callee")}");
        return tip;
    }

    private IEnumerable<string> Tip(DifferenceMark? mark)
    {
        if (mark is null) yield break;
        var row = mark.Row;
        yield return $"{mark.Numbers} {DisplayText.Fit(difference.Unit, 60)}, {mark.Label}: {mark.Verdict}";
        if (row is { RatioLow: { } low, RatioHigh: { } high })
        {
            yield return $"{DifferenceText.Number(mark.Ratio)} times, 95 % confidence interval "
                + $"{DifferenceText.Number(low)} to {DifferenceText.Number(high)}";
        }
        yield return $"counted: {DisplayText.Number(row.BeforeCount)} → {DisplayText.Count(row.AfterCount, "call")}";
        foreach (var reason in row.Reasons.Take(2)) yield return DisplayText.Fit(reason, DotText.LongestId);
    }

    private int NotDrawn(List<GraphEdge> edges) => edges.Count(e => !drawing.Draws(e));

    private void Append(string text) => to.Write(text);
}
