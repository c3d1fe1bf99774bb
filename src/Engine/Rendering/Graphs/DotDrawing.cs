using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// What all parts of a DOT text share: the part of the graph to draw, its options, colours and the ids of its nodes.
/// </summary>
internal sealed class DotDrawing
{
    private readonly Dictionary<GraphNode, string> _ids = [];
    private readonly HashSet<GraphEdge> _edges;
    private readonly HashSet<(GraphNode, GraphNode)> _pairs;

    public DotDrawing(GraphPart part, GraphCaption caption, SourceLinks links, GraphMarks marks, GraphOptions options)
    {
        (Part, Caption, Links, Marks, Options) = (part, caption, links, marks, options);
        Palette = GraphPalette.Of(options.Theme);
        Scale = new HeatScale(part.Nodes.Select(n => n.Calls).DefaultIfEmpty(1).Max(), options.Theme == GraphTheme.Dark);
        _edges = [.. part.Edges];
        _pairs = [.. part.Edges.Select(e => (e.Caller, e.Callee))];
        NameNodes();
    }

    public GraphPart Part { get; }

    public GraphCaption Caption { get; }

    public SourceLinks Links { get; }

    public GraphMarks Marks { get; }

    public GraphOptions Options { get; }

    public GraphPalette Palette { get; }

    public HeatScale Scale { get; }

    /// <summary>The id of a node, escaped for a quoted string.</summary>
    public string Id(GraphNode node) => _ids[node];

    /// <summary>Whether the drawing shows the edge.</summary>
    public bool Draws(GraphEdge edge) => _edges.Contains(edge);

    /// <summary>Whether the drawing shows an edge from one function to the other.</summary>
    public bool Draws(GraphNode caller, GraphNode callee) => _pairs.Contains((caller, callee));

    /// <summary>The colour of a context that interrupts a task; null for any other.</summary>
    public string? InterruptColour(ExecutionContext? context) => context is { } known ? Palette.Interrupt(known) : null;

    /// <summary>Calls by context in words, such as "in task context"; null when they were not counted.</summary>
    public static string? Contexts(long[]? counts)
    {
        if (counts is null) return null;
        var parts = Enumerable.Range(1, counts.Length - 1).Where(i => counts[i] > 0).OrderByDescending(i => counts[i])
            .Select(i => (Name: EdgeContexts.Name((ExecutionContext)i), Calls: counts[i])).ToList();
        return parts switch
        {
            [] => null,
            [var one] => $"in {one.Name} context",
            _ => string.Join(", ", parts.Select(p => $"{DisplayText.Number(p.Calls)} in {p.Name}")),
        };
    }

    /// <summary>
    /// Makes the name of a function the id of its node, so that the text is readable and searchable. Functions that share a name,
    /// or whose shortened names are equal, get different ids.
    /// </summary>
    private void NameNodes()
    {
        var taken = new Dictionary<string, int>();
        foreach (var node in Part.Nodes)
        {
            var symbol = node.Symbol;
            var id = node.IsUnknown ? FunctionText.Unknown : DisplayText.Fit(symbol.Name, DotText.LongestId);
            if (symbol.Module is { } module) id += $" [{DisplayText.Fit(module, DotText.LongestId)}]";
            if (taken.ContainsKey(id) && symbol.SourceFile is { } file) id += $" {DisplayText.Fit(file, DotText.LongestId)}";
            for (var name = id; ;)
            {
                if (taken.TryAdd(name, 1))
                {
                    _ids.Add(node, DotText.EscapeQuoted(name));
                    break;
                }
                name = string.Create(CultureInfo.InvariantCulture, $"{id} #{++taken[id]}");
            }
        }
    }
}
