using System.Globalization;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Writes Graphviz's DOT language (graphviz.org/doc/info/lang.html). The same graph gives the same bytes. Beside what is drawn,
/// nodes and edges carry <c>calls</c> and nodes <c>source</c>, for programs that read the text.
/// </summary>
internal sealed class DotWriter
{
    private const int LongestName = 96, LongestSource = 80, LongestId = 400, LongestLine = 600;

    // Characters in a line of a node.
    private const int NameWidth = 30, SourceWidth = 40;
    private const string Font = "Helvetica,Arial,sans-serif";

    private readonly StringBuilder _to = new();
    private readonly GraphPart _part;
    private readonly GraphCaption _caption;
    private readonly SourceLinks _links;
    private readonly HeatScale _scale;
    private readonly Dictionary<GraphNode, string> _ids = [];
    private readonly HashSet<GraphEdge> _drawn;
    private readonly HashSet<(GraphNode, GraphNode)> _pairs;
    private readonly GraphMarks _marks;
    private readonly GraphOptions _options;
    private readonly GraphPalette _palette;

    private DotWriter(GraphPart part, GraphCaption caption, SourceLinks links, GraphMarks marks, GraphOptions options)
    {
        (_part, _caption, _links, _marks, _options) = (part, caption, links, marks, options);
        _palette = GraphPalette.Of(options.Theme);
        _drawn = [.. part.Edges];
        _pairs = [.. part.Edges.Select(e => (e.Caller, e.Callee))];
        _scale = new HeatScale(part.Nodes.Select(n => n.Calls).DefaultIfEmpty(1).Max(), options.Theme);
        NameNodes();
    }

    /// <summary>The text of a graph.</summary>
    public static string Write(GraphPart part, GraphCaption caption, SourceLinks links, GraphMarks marks, GraphOptions options, GraphDetail detail)
    {
        var writer = new DotWriter(part, caption, links, marks, options);
        writer.WriteAll(detail);
        return writer._to.ToString();
    }

    /// <summary>With its older way of ranking, dot fails on some graphs with clusters ("trouble in init_rank").</summary>
    private string Grouping => _options.ClusterBy == GraphClustering.None ? "" : ", newrank=true";

    private string Ink => _palette.Ink;

    private string Faint => _palette.Faint;

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

    private void WriteAll(GraphDetail detail)
    {
        // Ranks further apart the more edges have to find their way between them.
        var ranks = (0.45 + (1.1 * Math.Min(_part.Nodes.Count, 300) / 300)).ToString("0.00", CultureInfo.InvariantCulture);
        var (direction, apart) = _options.Layout == GraphLayout.LeftRight ? ("LR", "0.14") : ("TB", "0.22");
        Line("digraph calls {");
        Line($"  graph [rankdir={direction}, nodesep={apart}, ranksep={ranks}{detail.Attributes}{Grouping}{PaperSize.Attributes(_options.Paper, _options.Layout)}, outputorder=edgesfirst, bgcolor=\"{_palette.Ground}\", pad=0.35,");
        Line($"         fontname=\"{Font}\", fontcolor=\"{Ink}\", labelloc=t, labeljust=l, tooltip={Tooltip([Shown(_caption.Title, LongestId)])},");
        Line($"         label=<{Caption()}>]");
        Line($"  node [shape=box, style=\"rounded,filled\", fontname=\"{Font}\", fontsize=12, penwidth=0.7, margin=\"0.11,0.065\", height=0.3, target=\"_blank\"]");
        Line($"  edge [fontname=\"{Font}\", fontsize=9, fontcolor=\"{Faint}\", arrowsize=0.6]");
        Line("");
        if (_part.Nodes.Count == 0) Line($"  none [label=\"no calls\", style=dashed, color=\"{Faint}\", fontcolor=\"{Faint}\"]");
        var grouped = new HashSet<GraphNode>();
        var number = 0;
        foreach (var (name, nodes) in GraphClusters.Of(_part.Nodes, _options.ClusterBy))
        {
            var line = _options.ClusterBy == GraphClustering.Context ? InterruptColour(nodes[0].Context) ?? _palette.GroupLine : _palette.GroupLine;
            Line(string.Create(CultureInfo.InvariantCulture, $"  subgraph cluster_{number++} {{"));
            Line($"    graph [style=\"rounded,filled\", fillcolor=\"{_palette.Group}\", color=\"{line}\", penwidth=1, margin=10, labelloc=t, labeljust=l, fontsize=13, fontcolor=\"{Faint}\", label=<<b>{Html(Shown(name, LongestName))}</b>>, tooltip={Tooltip([Shown(name, LongestId)])}]");
            foreach (var node in nodes) WriteNode(node);
            Line("  }");
            grouped.UnionWith(nodes);
        }
        foreach (var node in _part.Nodes)
            if (!grouped.Contains(node))
                WriteNode(node);
        Line("");
        foreach (var edge in _part.Edges) WriteEdge(edge, detail.CountLabels);
        for (var i = 0; i < _part.Folds.Count; i++) WriteFold(_part.Folds[i], i);
        Line("}");
    }

    private string? InterruptColour(ExecutionContext? context) => context is { } known ? _palette.Interrupt(known) : null;

    /// <summary>Rows of a table; a table, not lines, since dot centres lines of several sizes badly.</summary>
    private static void Rows(StringBuilder to, string text, int width, string open, string close)
    {
        foreach (var line in DisplayText.WrapName(text, width)) to.Append(CultureInfo.InvariantCulture, $"<tr><td>{open}{Html(line)}{close}</td></tr>");
    }

    private void WriteNode(GraphNode node)
    {
        var symbol = node.Symbol;
        var name = node.IsUnknown ? "(not traced)" : Shown(symbol.Name, LongestName);
        var source = symbol.SourceFile is { } file ? symbol.SourceLine is { } line ? $"{file}:{line}" : file : null;
        var where = string.Join(" · ", new[] { symbol.Module is { } m ? $"[{Shown(m, 24)}]" : null, source is null ? null : Shown(source, LongestSource) }.OfType<string>());
        var calls = node.Calls == 0 ? null : node.Calls == 1 ? "1 call" : $"{DisplayText.Number(node.Calls)} calls";

        var (faded, apart) = (_marks.IsFaded(node), node.IsBorder || node.IsUnknown);
        var ink = faded || apart ? Faint : node.Calls == 0 ? Ink : _scale.Text(node.Calls);
        var label = new StringBuilder("<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\">");
        var (open, close) = node.IsUnknown ? ("<i>", "</i>") : ("<b>", "</b>");
        Rows(label, name, NameWidth, open, close);
        if (where.Length > 0) Rows(label, where, SourceWidth, "<font point-size=\"9\">", "</font>");
        if (calls is not null) label.Append(CultureInfo.InvariantCulture, $"<tr><td><font point-size=\"10\">{calls}</font></td></tr>");
        label.Append("</table>");

        var tip = new List<string> { node.IsUnknown ? "callers the recording does not name" : Shown(symbol.ToString(), LongestId) };
        if (source is not null) tip.Add(symbol.Sources.Length > 1 ? $"one of: {Shown(source, LongestId)}" : Shown(source, LongestId));
        tip.Add(calls ?? "seen only as a caller");
        if (Contexts(node.Contexts) is { } contexts) tip.Add(node.Calls == 0 ? $"calls others in {contexts}" : contexts);
        if (node.IsBorder && _caption.Border is { } border) tip.Add($"outside {border}");
        Rest(tip, "caller", node.Callers);
        Rest(tip, "callee", node.Callees);

        Append($"  \"{_ids[node]}\" [label=<{label}>, fontcolor=\"{ink}\", ");
        // A function seen only as a caller ran somewhere before its calls did.
        var interrupt = faded || node.Calls == 0 ? null : InterruptColour(node.Context);
        var marked = _marks.IsHot(node) || _marks.Functions.Contains(node);
        var outline = marked ? _palette.Mark : interrupt ?? (faded || apart || node.Calls == 0 ? Faint : _scale.Line(node.Calls));
        if (apart) Append($"style=\"rounded,filled,dashed\", fillcolor=\"{_palette.Apart}\", ");
        else Append($"fillcolor=\"{(faded || node.Calls == 0 ? _palette.Plain : _scale.Fill(node.Calls))}\", ");
        Append($"color=\"{outline}\", ");
        if (marked) Append("penwidth=2.6, ");
        else if (interrupt is not null) Append("penwidth=1.6, ");
        Append($"tooltip={Tooltip(tip)}");
        if (_links.To(symbol) is { } url) Append($", URL={Quote(url)}");
        Append($", calls={node.Calls}");
        if (source is not null) Append($", source={Quote(Shown(source, LongestId))}");
        Line("]");
    }

    /// <summary>Calls by context in words; null when they were not counted.</summary>
    private static string? Contexts(long[]? counts)
    {
        if (counts is null) return null;
        var parts = Enumerable.Range(1, counts.Length - 1).Where(i => counts[i] > 0).OrderByDescending(i => counts[i])
            .Select(i => (Name: EdgeContexts.Name((ExecutionContext)i), Calls: counts[i])).ToList();
        return parts.Count == 0 ? null : parts is [var one] ? $"in {one.Name} context" : string.Join(", ", parts.Select(p => $"{DisplayText.Number(p.Calls)} in {p.Name}"));
    }

    /// <summary>What is not drawn at a function, or nowhere, as one node with its count.</summary>
    private void WriteFold(GraphFold fold, int number)
    {
        string Count(long n, string what) => $"{DisplayText.Number(n)} {what}{(n == 1 ? "" : "s")}";
        var id = string.Create(CultureInfo.InvariantCulture, $"… {number + 1}");
        var what = fold.At is null ? "rarer functions" : fold.IsCallers ? "more callers" : "more callees";
        var label = fold.At is null
            ? $"<b>…</b> {Count(fold.Functions, "more function")}<br/>{Count(fold.Edges, "edge")}, {Count(fold.Calls, "call")}"
            : $"<b>…</b> {Count(fold.Functions, fold.IsCallers ? "more caller" : "more callee")}<br/>{Count(fold.Calls, "call")}";
        var tip = Tooltip([fold.At is null ? "folded: what is rare, and has no place of its own here" : $"folded: {what} of {Name(fold.At)}", $"{Count(fold.Functions, "function")}, {Count(fold.Edges, "edge")}, {Count(fold.Calls, "call")}"]);
        Line($"  \"{id}\" [label=<<font point-size=\"9\">{label}</font>>, style=\"rounded,filled,dotted\", fillcolor=\"{_palette.Ground}\", color=\"{Faint}\", fontcolor=\"{Faint}\", tooltip={tip}, calls={fold.Calls}, folded={fold.Edges}]");
        if (fold.At is null) return;
        var (from, to) = fold.IsCallers ? (id, _ids[fold.At]) : (_ids[fold.At], id);
        Line($"  \"{from}\" -> \"{to}\" [style=dotted, color=\"{Faint}\", penwidth=0.8, tooltip={tip}, edgetooltip={tip}, folded={fold.Edges}]");
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
        if (Contexts(edge.Contexts) is { } contexts) tip.Add(contexts);
        if (edge.Entry is { } inside) tip.Add($"here the kernel enters {EdgeContexts.Name(inside)} context");
        if (edge.Caller == edge.Callee) tip.Add("recursion: it calls itself");
        else if (_pairs.Contains((edge.Callee, edge.Caller))) tip.Add("recursion: they call each other");
        if (edge.Edge.TotalTime is { } total) tip.Add(string.Create(CultureInfo.InvariantCulture, $"{total:N1} µs in it and below"));
        if (edge.Edge.SelfTime is { } self) tip.Add(string.Create(CultureInfo.InvariantCulture, $"{self:N1} µs in itself"));
        var tooltip = Tooltip(tip);
        var heat = _scale.Heat(edge.Calls);
        var (hot, faded, entry) = (_marks.IsHot(edge), _marks.IsFaded(edge), edge.Entry is { } context ? InterruptColour(context) : null);
        var colour = hot ? _palette.Mark : faded ? _palette.Faded : entry ?? _scale.Line(edge.Calls);
        Append($"  \"{_ids[edge.Caller]}\" -> \"{_ids[edge.Callee]}\" [");
        if (label && !faded) Append($"label=\" {(edge.Entry is { } entered ? EdgeContexts.Name(entered) + ": " : "")}{count}\", ");
        if (hot || entry is not null) Append($"fontcolor=\"{colour}\", ");
        // The busiest way to a function is short and straight; what else calls it bends around.
        var width = hot ? 4.5 : faded ? 0.6 : 0.8 + (2.8 * heat);
        Append($"color=\"{colour}\", penwidth={string.Create(CultureInfo.InvariantCulture, $"{width:0.00}")}, weight={(hot ? 9 : edge.IsTrunk ? 3 + (int)(4 * heat) : 1)}, ");
        // A softirq or an interrupt is no step of the task that it interrupts: it begins further down, behind an arrow of its own.
        if (edge.Entry is not null) Append("style=dashed, arrowhead=veeodot, minlen=2, ");
        else if (edge.Caller.IsUnknown) Append("style=dashed, ");
        Append($"tooltip={tooltip}, edgetooltip={tooltip}");
        if (label && !faded) Append($", labeltooltip={tooltip}");
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
        Row(_caption.Lost, 11, _caption.HasLost ? _palette.Alarm : Faint, _caption.HasLost);
        if (_caption.Omitted is { } omitted) Row(omitted, 11, Ink, bold: true);

        if (_part.Nodes.Count > 0)
        {
            to.Append("<tr><td align=\"left\"><table border=\"0\" cellborder=\"0\" cellspacing=\"3\" cellpadding=\"4\"><tr>");
            void Cell(string text, string attributes, string color)
                => to.Append(CultureInfo.InvariantCulture, $"<td {attributes}><font point-size=\"{Points(10)}\" color=\"{color}\">{Html(text)}</font></td>");
            Cell("calls:", "", Faint);
            foreach (var tick in _scale.Ticks()) Cell(DisplayText.Number(tick), $"bgcolor=\"{_scale.Fill(tick)}\"", _scale.Text(tick));
            if (_part.Nodes.Any(n => n.Calls == 0 && !n.IsBorder && !n.IsUnknown)) Cell("seen only as a caller", $"border=\"1\" color=\"{Faint}\" bgcolor=\"{_palette.Plain}\"", Ink);
            if (_caption.Border is { } border && _part.Nodes.Any(n => n.IsBorder)) Cell($"outside {border}", $"border=\"1\" style=\"dashed\" color=\"{Faint}\" bgcolor=\"{_palette.Apart}\"", Faint);
            foreach (var kind in _part.Nodes.Where(n => n.Calls > 0).Select(n => n.Context).OfType<ExecutionContext>().Distinct().Order())
                if (InterruptColour(kind) is { } colour) Cell(EdgeContexts.Name(kind), $"border=\"2\" color=\"{colour}\"", colour);
            if (_part.Edges.FirstOrDefault(e => e.Entry is not null) is { } entry) Cell("- -▹ entered here", "", InterruptColour(entry.Entry) ?? Faint);
            if (_marks.HotPath.Count > 0) Cell("most travelled path", $"border=\"3\" color=\"{_palette.Mark}\"", Ink);
            if (_marks.Functions.Count > 0) Cell("marked function", $"border=\"3\" color=\"{_palette.Mark}\"", Ink);
            if (_part.Folds.Count > 0) Cell("… folded", $"border=\"1\" style=\"dotted\" color=\"{Faint}\"", Faint);
            to.Append("</tr></table></td></tr>");
        }
        return to.Append("</table>").ToString();
    }

    private void Append(string text) => _to.Append(text);

    private void Line(string text) => _to.Append(text).Append('\n');
}
