using System.Globalization;
using System.Text;

namespace KernelMagnifier.Rendering;

/// <summary>How much of a graph's text <c>dot</c> is given, and how hard it tries; settled by size.</summary>
/// <param name="CountLabels">Counts stand on the edges. They take room and time; without them, width, colour and tooltips tell.</param>
/// <param name="Attributes">Graph attributes, each after a comma.</param>
internal readonly record struct GraphDetail(bool CountLabels, string Attributes);

/// <summary>
/// Writes Graphviz's DOT language (graphviz.org/doc/info/lang.html). The same graph gives the same bytes. Beside what is drawn,
/// nodes and edges carry <c>calls</c> and nodes <c>source</c>, for programs that read the text.
/// </summary>
internal sealed class DotWriter
{
    private const int LongestName = 56, LongestSource = 48, LongestId = 400, LongestLine = 600;
    private const string Font = "Helvetica,Arial,sans-serif";
    private const string Ink = "#1f2933", Faint = "#5b6770", Alarm = "#a11616", BorderInk = "#4a545c";

    private readonly StringBuilder _to = new();
    private readonly GraphPart _part;
    private readonly GraphCaption _caption;
    private readonly SourceLinks _links;
    private readonly HeatScale _scale;
    private readonly Dictionary<GraphNode, string> _ids = [];
    private readonly HashSet<GraphEdge> _drawn;

    private DotWriter(GraphPart part, GraphCaption caption, SourceLinks links)
    {
        (_part, _caption, _links) = (part, caption, links);
        _drawn = [.. part.Edges];
        _scale = new HeatScale(part.Nodes.Select(n => n.Calls).DefaultIfEmpty(1).Max());
        NameNodes();
    }

    /// <summary>The text of a graph.</summary>
    public static string Write(GraphPart part, GraphCaption caption, SourceLinks links, GraphLayout layout, GraphDetail detail)
    {
        var writer = new DotWriter(part, caption, links);
        writer.WriteAll(layout, detail);
        return writer._to.ToString();
    }

    /// <summary>A quoted string of the DOT language; no escape of its own (<c>\N</c>, <c>\l</c>) is left in it.</summary>
    internal static string Quote(string text) => $"\"{EscapeQuoted(DisplayText.Visible(text))}\"";

    /// <summary>Text inside an HTML-like label.</summary>
    internal static string Html(string text)
        => DisplayText.Visible(text).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);

    private static string EscapeQuoted(string text)
        => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>A tooltip of several lines.</summary>
    private static string Tooltip(IEnumerable<string> lines)
        // In a tooltip, dot itself takes &...; for a character: an ampersand of ours must stay one.
        => "\"" + string.Join("\\n", lines.Select(l => EscapeQuoted(DisplayText.Visible(l)).Replace("&", "&amp;", StringComparison.Ordinal))) + "\"";

    private static string Shown(string text, int most) => DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(text, most)), most);

    /// <summary>
    /// A node is called after its function, so that the text can be read and searched. Functions of one name in several modules or
    /// files, and names cut to the same ends, stay nodes of their own.
    /// </summary>
    private void NameNodes()
    {
        var taken = new Dictionary<string, int>();
        foreach (var node in _part.Nodes)
        {
            var symbol = node.Symbol;
            var id = node.IsUnknown ? "(not traced)" : Shown(symbol.Name, LongestId);
            if (symbol.Module is { } module) id += $" [{Shown(module, LongestId)}]";
            if (taken.ContainsKey(id) && symbol.SourceFile is { } file) id += $" {Shown(file, LongestId)}";
            for (var name = id; ;)
            {
                if (taken.TryAdd(name, 1))
                {
                    _ids.Add(node, EscapeQuoted(name));
                    break;
                }
                name = string.Create(CultureInfo.InvariantCulture, $"{id} #{++taken[id]}");
            }
        }
    }

    private void WriteAll(GraphLayout layout, GraphDetail detail)
    {
        // Ranks further apart the more edges have to find their way between them.
        var ranks = (0.45 + (1.1 * Math.Min(_part.Nodes.Count, 300) / 300)).ToString("0.00", CultureInfo.InvariantCulture);
        var (direction, apart) = layout == GraphLayout.LeftRight ? ("LR", "0.14") : ("TB", "0.22");
        Line("digraph calls {");
        Line($"  graph [rankdir={direction}, nodesep={apart}, ranksep={ranks}{detail.Attributes}, outputorder=edgesfirst, bgcolor=white, pad=0.35,");
        Line($"         fontname=\"{Font}\", fontcolor=\"{Ink}\", labelloc=t, labeljust=l, tooltip={Tooltip([Shown(_caption.Title, LongestId)])},");
        Line($"         label=<{Caption()}>]");
        Line($"  node [shape=box, style=\"rounded,filled\", fontname=\"{Font}\", fontsize=12, penwidth=0.7, margin=\"0.11,0.065\", height=0.3, target=\"_blank\"]");
        Line($"  edge [fontname=\"{Font}\", fontsize=9, fontcolor=\"{BorderInk}\", arrowsize=0.6]");
        Line("");
        if (_part.Nodes.Count == 0) Line($"  none [label=\"no calls\", style=dashed, color=\"{Faint}\", fontcolor=\"{Faint}\"]");
        foreach (var node in _part.Nodes) WriteNode(node);
        Line("");
        foreach (var edge in _part.Edges) WriteEdge(edge, detail.CountLabels);
        Line("}");
    }

    private void WriteNode(GraphNode node)
    {
        var symbol = node.Symbol;
        var name = node.IsUnknown ? "(not traced)" : Shown(symbol.Name, LongestName);
        var source = symbol.SourceFile is { } file ? symbol.SourceLine is { } line ? $"{file}:{line}" : file : null;
        var where = string.Join(" · ", new[] { symbol.Module is { } m ? $"[{Shown(m, 24)}]" : null, source is null ? null : Shown(source, LongestSource) }.OfType<string>());
        var calls = node.Calls == 0 ? null : node.Calls == 1 ? "1 call" : $"{DisplayText.Number(node.Calls)} calls";

        var apart = node.IsBorder || node.IsUnknown;
        var ink = apart ? BorderInk : node.Calls == 0 ? Ink : _scale.Text(node.Calls);
        // A table, not lines: dot centres lines of several sizes badly.
        var label = new StringBuilder("<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\">");
        label.Append(node.IsUnknown ? $"<tr><td><i>{Html(name)}</i></td></tr>" : $"<tr><td><b>{Html(name)}</b></td></tr>");
        if (where.Length > 0) label.Append(CultureInfo.InvariantCulture, $"<tr><td><font point-size=\"9\">{Html(where)}</font></td></tr>");
        if (calls is not null) label.Append(CultureInfo.InvariantCulture, $"<tr><td><font point-size=\"10\">{calls}</font></td></tr>");
        label.Append("</table>");

        var tip = new List<string> { node.IsUnknown ? "callers the recording does not name" : Shown(symbol.ToString(), LongestId) };
        if (source is not null) tip.Add(symbol.Sources.Length > 1 ? $"one of: {Shown(source, LongestId)}" : Shown(source, LongestId));
        tip.Add(calls ?? "seen only as a caller");
        if (node.IsBorder && _caption.Border is { } border) tip.Add($"outside {border}");
        Rest(tip, "caller", node.Callers);
        Rest(tip, "callee", node.Callees);

        Append($"  \"{_ids[node]}\" [label=<{label}>, fontcolor=\"{ink}\", ");
        if (apart) Append($"style=\"rounded,filled,dashed\", fillcolor=\"#f5f6f7\", color=\"{Faint}\", ");
        else if (node.Calls == 0) Append($"fillcolor=white, color=\"{Faint}\", ");
        else Append($"fillcolor=\"{_scale.Fill(node.Calls)}\", color=\"{_scale.Line(node.Calls)}\", ");
        Append($"tooltip={Tooltip(tip)}");
        if (_links.To(symbol) is { } url) Append($", URL={Quote(url)}");
        Append($", calls={node.Calls}");
        if (source is not null) Append($", source={Quote(Shown(source, LongestId))}");
        Line("]");
    }

    /// <summary>Says of a function what is not drawn at it.</summary>
    private void Rest(List<string> tip, string what, List<GraphEdge> edges)
    {
        var (rest, calls) = (0, 0L);
        foreach (var edge in edges)
        {
            if (_drawn.Contains(edge)) continue;
            rest++;
            calls += edge.Calls;
        }
        if (rest > 0) tip.Add($"not drawn: {DisplayText.Number(rest)} {what}{(rest == 1 ? "" : "s")}, {DisplayText.Number(calls)} call{(calls == 1 ? "" : "s")}");
    }

    private void WriteEdge(GraphEdge edge, bool label)
    {
        var count = DisplayText.Number(edge.Calls);
        var tip = new List<string> { $"{Name(edge.Caller)} → {Name(edge.Callee)}", edge.Calls == 1 ? "1 call" : $"{count} calls" };
        if (edge.Edge.TotalTime is { } total) tip.Add(string.Create(CultureInfo.InvariantCulture, $"{total:N1} µs in it and below"));
        if (edge.Edge.SelfTime is { } self) tip.Add(string.Create(CultureInfo.InvariantCulture, $"{self:N1} µs in itself"));
        var tooltip = Tooltip(tip);
        var heat = _scale.Heat(edge.Calls);
        Append($"  \"{_ids[edge.Caller]}\" -> \"{_ids[edge.Callee]}\" [");
        if (label) Append($"label=\" {count}\", ");
        // The busiest way to a function is short and straight; what else calls it bends around.
        Append($"color=\"{_scale.Line(edge.Calls)}\", penwidth={string.Create(CultureInfo.InvariantCulture, $"{0.8 + (2.8 * heat):0.00}")}, weight={(edge.IsTrunk ? 3 + (int)(4 * heat) : 1)}, ");
        if (edge.Caller.IsUnknown) Append("style=dashed, ");
        Append($"tooltip={tooltip}, edgetooltip={tooltip}");
        if (label) Append($", labeltooltip={tooltip}");
        Line($", calls={edge.Calls}]");
    }

    private static string Name(GraphNode node) => node.IsUnknown ? "(not traced)" : Shown(node.Symbol.ToString(), LongestName * 2);

    /// <summary>Heading, recording, filter, losses, and what colours and lines mean; larger above a larger graph, to be read at the same zoom.</summary>
    private string Caption()
    {
        var size = Math.Clamp(Math.Sqrt(_part.Nodes.Count / 40.0), 1, 3.5);
        string Points(double points) => Math.Round(points * size).ToString(CultureInfo.InvariantCulture);
        var to = new StringBuilder("<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"2\">");
        void Row(string text, double points, string color, bool bold = false)
        {
            foreach (var line in DisplayText.Wrap(Shown(text, LongestLine), 110))
            {
                var (open, close) = bold ? ("<b>", "</b>") : ("", "");
                to.Append(CultureInfo.InvariantCulture, $"<tr><td align=\"left\"><font point-size=\"{Points(points)}\" color=\"{color}\">{open}{Html(line)}{close}</font></td></tr>");
            }
        }
        Row(_caption.Title, 18, Ink, bold: true);
        foreach (var line in _caption.Lines) Row(line, 11, Faint);
        Row(_caption.Lost, 11, _caption.HasLost ? Alarm : Faint, _caption.HasLost);
        if (_caption.Omitted is { } omitted) Row(omitted, 11, Ink, bold: true);

        if (_part.Nodes.Count > 0)
        {
            to.Append("<tr><td align=\"left\"><table border=\"0\" cellborder=\"0\" cellspacing=\"3\" cellpadding=\"4\"><tr>");
            void Cell(string text, string attributes, string color)
                => to.Append(CultureInfo.InvariantCulture, $"<td {attributes}><font point-size=\"{Points(10)}\" color=\"{color}\">{Html(text)}</font></td>");
            Cell("calls:", "", Faint);
            foreach (var tick in _scale.Ticks()) Cell(DisplayText.Number(tick), $"bgcolor=\"{_scale.Fill(tick)}\"", _scale.Text(tick));
            if (_part.Nodes.Any(n => n.Calls == 0 && !n.IsBorder && !n.IsUnknown)) Cell("seen only as a caller", $"border=\"1\" color=\"{Faint}\" bgcolor=\"white\"", Ink);
            if (_caption.Border is { } border && _part.Nodes.Any(n => n.IsBorder)) Cell($"outside {border}", $"border=\"1\" style=\"dashed\" color=\"{Faint}\" bgcolor=\"#f5f6f7\"", BorderInk);
            to.Append("</tr></table></td></tr>");
        }
        return to.Append("</table>").ToString();
    }

    private void Append(string text) => _to.Append(text);

    private void Line(string text) => _to.Append(text).Append('\n');
}
