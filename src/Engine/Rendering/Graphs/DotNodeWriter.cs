using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Writes the nodes of a DOT text. Besides what is drawn, a node has the attributes <c>calls</c> and <c>source</c> for programs.
/// </summary>
internal sealed class DotNodeWriter(DotDrawing drawing, TextWriter to)
{
    private const int LongestName = 96, LongestModule = 24, LongestSource = 80;

    // Characters per line of a node.
    private const int NameWidth = 30, SourceWidth = 40;

    private GraphPalette Palette => drawing.Palette;

    /// <summary>The name of a function in a tooltip.</summary>
    public static string Name(GraphNode node)
        => node.IsUnknown ? FunctionText.Unknown : DisplayText.Fit(node.Symbol.ToString(), LongestName * 2);

    /// <summary>The name of a group of functions.</summary>
    public static string GroupName(string name) => DisplayText.Fit(name, LongestName);

    /// <summary>Writes a node.</summary>
    public void Write(GraphNode node)
    {
        var symbol = node.Symbol;
        var source = Source(symbol);
        var (faded, apart) = (drawing.Marks.IsFaded(node), node.IsBorder || node.IsUnknown);
        var marked = drawing.Marks.IsHot(node) || drawing.Marks.Functions.Contains(node);
        // The context of a function that is only seen as a caller is that of its own calls, so it is not shown as an interrupt.
        var interrupt = faded || node.Calls == 0 ? null : drawing.InterruptColour(node.Context);
        var plain = faded || node.Calls == 0;
        var ink = faded || apart ? Palette.Faint : node.Calls == 0 ? Palette.Ink : drawing.Scale.Text(node.Calls);
        var outline = marked ? Palette.Mark : interrupt ?? (plain || apart ? Palette.Faint : drawing.Scale.Line(node.Calls));

        to.Write($"  \"{drawing.Id(node)}\" [label=<{Label(node, source, Calls(node))}>, fontcolor=\"{ink}\", ");
        if (apart) to.Write($"style=\"rounded,filled,dashed\", fillcolor=\"{Palette.Apart}\", ");
        else to.Write($"fillcolor=\"{(plain ? Palette.Plain : drawing.Scale.Fill(node.Calls))}\", ");
        to.Write($"color=\"{outline}\", ");
        if (marked) to.Write("penwidth=2.6, ");
        else if (interrupt is not null) to.Write("penwidth=1.6, ");
        to.Write($"tooltip={DotText.Tooltip(Tip(node, source))}");
        if (drawing.Links.To(symbol) is { } url) to.Write($", URL={DotText.Quote(url)}");
        to.Write(string.Create(CultureInfo.InvariantCulture, $", calls={node.Calls}"));
        if (source is not null) to.Write($", source={DotText.Quote(DisplayText.Fit(source, DotText.LongestId))}");
        to.Write("]\n");
    }

    private static string? Calls(GraphNode node) => node.Calls == 0 ? null : DisplayText.Count(node.Calls, "call");

    /// <summary>The source file and line of a function; null if no symbol map contains it.</summary>
    internal static string? Source(FunctionSymbol symbol)
        => symbol.SourceFile is { } file ? symbol.SourceLine is { } line ? $"{file}:{line}" : file : null;

    /// <summary>The label of a node.</summary>
    /// <param name="node">The function.</param>
    /// <param name="source">Its source; null for none.</param>
    /// <param name="numbers">The last line, which is markup; null for none.</param>
    internal static StringBuilder Label(GraphNode node, string? source, string? numbers)
    {
        var label = new StringBuilder("<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\">");
        var (open, close) = node.IsUnknown ? ("<i>", "</i>") : ("<b>", "</b>");
        var name = node.IsUnknown ? FunctionText.Unknown : DisplayText.Fit(node.Symbol.Name, LongestName);
        Rows(label, name, NameWidth, open, close);
        var module = node.Symbol.Module is { } m ? $"[{DisplayText.Fit(m, LongestModule)}]" : null;
        string?[] place = [module, source is null ? null : DisplayText.Fit(source, LongestSource)];
        var where = string.Join(" · ", place.OfType<string>());
        if (where.Length > 0) Rows(label, where, SourceWidth, "<font point-size=\"9\">", "</font>");
        if (numbers is not null) label.Append("<tr><td><font point-size=\"10\">").Append(numbers).Append("</font></td></tr>");
        return label.Append("</table>");
    }

    /// <summary>Writes the lines as rows of a table, because dot does not centre lines of different sizes well.</summary>
    private static void Rows(StringBuilder label, string text, int width, string open, string close)
    {
        foreach (var line in DisplayText.WrapName(text, width))
            label.Append("<tr><td>").Append(open).Append(DotText.Html(line)).Append(close).Append("</td></tr>");
    }

    private List<string> Tip(GraphNode node, string? source)
    {
        var symbol = node.Symbol;
        var tip = new List<string>
        {
            node.IsUnknown ? "callers that the recording does not name" : DisplayText.Fit(symbol.ToString(), DotText.LongestId),
        };
        if (source is not null)
            tip.Add((symbol.Sources.Length > 1 ? "one of: " : "") + DisplayText.Fit(source, DotText.LongestId));
        tip.Add(Calls(node) ?? "seen only as a caller");
        if (DotDrawing.Contexts(node.Contexts) is { } contexts) tip.Add(node.Calls > 0 ? contexts : $"calls made: {contexts}");
        if (node.IsBorder && drawing.Caption.Border is { } border) tip.Add($"outside {border}");
        AddNotDrawn(tip, "caller", node.Callers);
        AddNotDrawn(tip, "callee", node.Callees);
        return tip;
    }

    /// <summary>Adds the number of callers or callees that the drawing does not show.</summary>
    private void AddNotDrawn(List<string> tip, string what, List<GraphEdge> edges)
    {
        var (others, calls) = (0, 0L);
        foreach (var edge in edges)
        {
            if (drawing.Draws(edge)) continue;
            others++;
            calls += edge.Calls;
        }
        if (others > 0) tip.Add($"not drawn: {DisplayText.Count(others, what)}, {DisplayText.Count(calls, "call")}");
    }
}
