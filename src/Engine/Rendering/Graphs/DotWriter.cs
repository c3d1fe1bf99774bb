using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Writes a graph in Graphviz's DOT language (graphviz.org/doc/info/lang.html). The same graph gives the same bytes. Nodes and
/// edges have the attribute <c>calls</c> for programs that read the text.
/// </summary>
internal sealed class DotWriter
{
    private const string Font = "Helvetica,Arial,sans-serif";

    private readonly TextWriter _to;
    private readonly DotDrawing _drawing;
    private readonly DotNodeWriter _nodes;
    private readonly DotDifferenceWriter? _difference;

    private DotWriter(DotDrawing drawing, TextWriter to)
    {
        (_drawing, _to, _nodes) = (drawing, to, new DotNodeWriter(drawing, to));
        if (drawing.Options.Difference is { } difference) _difference = new DotDifferenceWriter(drawing, difference, to);
    }

    private GraphPalette Palette => _drawing.Palette;

    /// <summary>Writes the text of a graph.</summary>
    public static void Write(DotDrawing drawing, GraphDetail detail, TextWriter to)
        => new DotWriter(drawing, to).WriteAll(detail);

    private void WriteAll(GraphDetail detail)
    {
        var part = _drawing.Part;
        WriteHeader(detail);
        if (part.Nodes.Count == 0)
            Line($"  none [label=\"no calls\", style=dashed, color=\"{Palette.Faint}\", fontcolor=\"{Palette.Faint}\"]");
        WriteNodes();
        Line("");
        foreach (var edge in part.Edges)
            if (_difference is not null) _difference.Write(edge, detail.CountLabels);
            else WriteEdge(edge, detail.CountLabels);
        for (var i = 0; i < part.Folds.Count; i++) WriteFold(part.Folds[i], i);
        Line("}");
    }

    private void WriteHeader(GraphDetail detail)
    {
        var options = _drawing.Options;
        // The more edges, the more space between the ranks for them.
        var ranks = (0.45 + (1.1 * Math.Min(_drawing.Part.Nodes.Count, 300) / 300))
            .ToString("0.00", CultureInfo.InvariantCulture);
        var (direction, apart) = options.Layout == GraphLayout.LeftRight ? ("LR", "0.14") : ("TB", "0.22");
        // With its older ranking, dot fails on some graphs with clusters ("trouble in init_rank").
        var ranking = options.ClusterBy == GraphClustering.None ? "" : ", newrank=true";
        var tooltip = DotText.Tooltip([DisplayText.Fit(_drawing.Caption.Title, DotText.LongestId)]);
        Line("digraph calls {");
        Line($"  graph [rankdir={direction}, nodesep={apart}, ranksep={ranks}{detail.Attributes}{ranking}"
            + $"{PaperSize.Attributes(options.Paper, options.Layout)}, outputorder=edgesfirst, "
            + $"bgcolor=\"{Palette.Ground}\", pad=0.35,");
        Line($"         fontname=\"{Font}\", fontcolor=\"{Palette.Ink}\", labelloc=t, labeljust=l, tooltip={tooltip},");
        Line($"         label=<{DotCaption.Of(_drawing)}>]");
        Line($"  node [shape=box, style=\"rounded,filled\", fontname=\"{Font}\", fontsize=12, penwidth=0.7, "
            + "margin=\"0.11,0.065\", height=0.3, target=\"_blank\"]");
        Line($"  edge [fontname=\"{Font}\", fontsize=9, fontcolor=\"{Palette.Faint}\", arrowsize=0.6]");
        Line("");
    }

    private void WriteNodes()
    {
        var (part, by) = (_drawing.Part, _drawing.Options.ClusterBy);
        var grouped = new HashSet<GraphNode>();
        var number = 0;
        foreach (var (name, nodes) in GraphClusters.Of(part.Nodes, by))
        {
            var interrupt = by == GraphClustering.Context ? _drawing.InterruptColour(nodes[0].Context) : null;
            Line(string.Create(CultureInfo.InvariantCulture, $"  subgraph cluster_{number++} {{"));
            var tooltip = DotText.Tooltip([DisplayText.Fit(name, DotText.LongestId)]);
            var line = interrupt ?? Palette.GroupLine;
            Line($"    graph [style=\"rounded,filled\", fillcolor=\"{Palette.Group}\", color=\"{line}\", penwidth=1, "
                + $"margin=10, labelloc=t, labeljust=l, fontsize=13, fontcolor=\"{Palette.Faint}\", "
                + $"label=<<b>{DotText.Html(DotNodeWriter.GroupName(name))}</b>>, tooltip={tooltip}]");
            foreach (var node in nodes) WriteNode(node);
            Line("  }");
            grouped.UnionWith(nodes);
        }
        foreach (var node in part.Nodes)
            if (!grouped.Contains(node))
                WriteNode(node);
    }

    private void WriteNode(GraphNode node)
    {
        if (_difference is not null) _difference.Write(node);
        else _nodes.Write(node);
    }

    private void WriteEdge(GraphEdge edge, bool label)
    {
        var tooltip = DotText.Tooltip(Tip(edge));
        var heat = _drawing.Scale.Heat(edge.Calls);
        var (hot, faded) = (_drawing.Marks.IsHot(edge), _drawing.Marks.IsFaded(edge));
        var entry = _drawing.InterruptColour(edge.Entry);
        var colour = hot ? Palette.Mark : faded ? Palette.Faded : entry ?? _drawing.Scale.Line(edge.Calls);
        Append($"  \"{_drawing.Id(edge.Caller)}\" -> \"{_drawing.Id(edge.Callee)}\" [");
        var context = edge.Entry is { } entered ? EdgeContexts.Name(entered) + ": " : "";
        if (label && !faded) Append($"label=\" {context}{DisplayText.Number(edge.Calls)}\", ");
        if (hot || entry is not null) Append($"fontcolor=\"{colour}\", ");
        // The busiest path to a function gets a short, straight line.
        var width = (hot ? 4.5 : faded ? 0.6 : 0.8 + (2.8 * heat)).ToString("0.00", CultureInfo.InvariantCulture);
        var weight = hot ? 9 : edge.IsTrunk ? 3 + (int)(4 * heat) : 1;
        Append($"color=\"{colour}\", penwidth={width}, weight={weight}, ");
        // A softirq or an interrupt is not a step of the task that it interrupts, so it is drawn lower and with another arrow.
        if (edge.Entry is not null) Append("style=dashed, arrowhead=veeodot, minlen=2, ");
        else if (edge.Caller.IsUnknown) Append("style=dashed, ");
        Append($"tooltip={tooltip}, edgetooltip={tooltip}");
        if (label && !faded) Append($", labeltooltip={tooltip}");
        Line($", calls={edge.Calls}]");
    }

    private List<string> Tip(GraphEdge edge)
    {
        var tip = new List<string>
        {
            $"{DotNodeWriter.Name(edge.Caller)} → {DotNodeWriter.Name(edge.Callee)}", DisplayText.Count(edge.Calls, "call"),
        };
        if (DotDrawing.Contexts(edge.Contexts) is { } contexts) tip.Add(contexts);
        if (edge.Entry is { } inside) tip.Add($"the kernel enters {EdgeContexts.Name(inside)} context here");
        if (edge.Caller == edge.Callee) tip.Add("recursion: the function calls itself");
        else if (_drawing.Draws(edge.Callee, edge.Caller)) tip.Add("recursion: the functions call each other");
        if (edge.Edge.TotalTime is { } total) tip.Add(string.Create(CultureInfo.InvariantCulture, $"total time {total:N1} µs"));
        if (edge.Edge.SelfTime is { } self) tip.Add(string.Create(CultureInfo.InvariantCulture, $"self time {self:N1} µs"));
        return tip;
    }

    /// <summary>Writes a node that counts edges which are not drawn.</summary>
    private void WriteFold(GraphFold fold, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"… {number + 1}");
        var (functions, edges) = (fold.Functions, DisplayText.Count(fold.Edges, "edge"));
        // An edge of a difference counts its change.
        var (calls, attribute) = _difference is not null ? ("changed less", "")
            : (DisplayText.Count(fold.Calls, "call"), string.Create(CultureInfo.InvariantCulture, $"calls={fold.Calls}, "));
        var role = fold.IsCallers ? "caller" : "callee";
        var label = fold.At is null
            ? $"<b>…</b> {DisplayText.Count(functions, "more function")}<br/>{edges}, {calls}"
            : $"<b>…</b> {DisplayText.Count(functions, $"more {role}")}<br/>{calls}";
        var what = fold.At is null ? "not drawn: functions with " + (_difference is null ? "fewer calls" : "smaller changes")
            : $"not drawn: more {role}s of {DotNodeWriter.Name(fold.At)}";
        var tip = DotText.Tooltip([what, $"{DisplayText.Count(functions, "function")}, {edges}, {calls}"]);
        Line($"  \"{id}\" [label=<<font point-size=\"9\">{label}</font>>, style=\"rounded,filled,dotted\", "
            + $"fillcolor=\"{Palette.Ground}\", color=\"{Palette.Faint}\", fontcolor=\"{Palette.Faint}\", tooltip={tip}, "
            + $"{attribute}folded={fold.Edges}]");
        if (fold.At is null) return;
        var (from, to) = fold.IsCallers ? (id, _drawing.Id(fold.At)) : (_drawing.Id(fold.At), id);
        Line($"  \"{from}\" -> \"{to}\" [style=dotted, color=\"{Palette.Faint}\", penwidth=0.8, tooltip={tip}, "
            + $"edgetooltip={tip}, folded={fold.Edges}]");
    }

    private void Append(string text) => _to.Write(text);

    private void Line(string text)
    {
        _to.Write(text);
        _to.Write('\n');
    }
}
