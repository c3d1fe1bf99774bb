using KernelMagnifier.Counting;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Paths through a graph: between functions, through functions, and the most travelled one.</summary>
internal static class GraphPaths
{
    /// <summary>The functions that names or patterns mean.</summary>
    /// <exception cref="RenderException">None is in the graph.</exception>
    public static HashSet<GraphNode> Find(GraphModel model, IReadOnlyList<string> names, string option)
    {
        var globs = names.Select(n => new Glob(n)).ToList();
        var found = model.Nodes.Where(n => !n.IsUnknown && globs.Exists(g => g.IsMatch(n.Symbol.Name))).ToHashSet();
        if (found.Count > 0) return found;
        throw new RenderException($"{option}: no function in these calls is called {DisplayText.Shorten(DisplayText.Visible(string.Join(", ", names)), 200)}. Patterns such as tcp_* are understood; case matters.");
    }

    /// <summary>
    /// The part of a graph that lies on paths from some functions to others; either may be left out. A path ends where it has arrived, and
    /// does not return to where it began.
    /// </summary>
    /// <exception cref="RenderException">A name means nothing, or no path leads from one to the other.</exception>
    public static CallGraph Between(GraphModel model, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        HashSet<GraphNode>? starts = from.Count > 0 ? Find(model, from, "-From (--from)") : null, ends = to.Count > 0 ? Find(model, to, "-To (--to)") : null;
        var edges = model.Edges.Where(e => !(Has(starts, e.Callee) && ends is not null && !Has(ends, e.Callee)) && !(Has(ends, e.Caller) && starts is not null && !Has(starts, e.Caller))).ToHashSet();
        if (starts is not null)
        {
            var reached = Reach(starts, n => n.Callees.Where(edges.Contains).Select(e => e.Callee));
            edges.RemoveWhere(e => !reached.Contains(e.Caller));
        }
        if (ends is not null)
        {
            var reached = Reach(ends, n => n.Callers.Where(edges.Contains).Select(e => e.Caller));
            edges.RemoveWhere(e => !reached.Contains(e.Callee));
        }
        if (edges.Count == 0)
            throw new RenderException(starts is null || ends is null
                ? $"Nothing {(ends is null ? $"is called by {Names(from)}" : $"calls {Names(to)}")} in these calls."
                : $"No path leads from {Names(from)} to {Names(to)} in these calls. The recording may have lost a call on the way, or the paths run the other way round.");
        return new CallGraph(model.Graph.Traces, edges.Select(e => e.Edge), model.Graph.Shares);
    }

    /// <summary>The edges of all paths through some functions: what leads to them and what they lead to.</summary>
    public static HashSet<GraphEdge> Through(IReadOnlySet<GraphNode> functions)
    {
        var before = Reach(functions, n => n.Callers.Select(e => e.Caller));
        var after = Reach(functions, n => n.Callees.Select(e => e.Callee));
        return [.. before.SelectMany(n => n.Callers), .. after.SelectMany(n => n.Callees)];
    }

    /// <summary>The most travelled path, in the order of its calls; empty when nothing calls anything.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="from">Where it begins; null for a root.</param>
    /// <param name="through">A function of these lies on it; null for any.</param>
    public static List<GraphEdge> Hottest(GraphModel model, IReadOnlySet<GraphNode>? from, IReadOnlySet<GraphNode>? through)
    {
        // Of equals, the one after which more goes on: a way that ends at once is travelled no further.
        static GraphEdge? Best(IEnumerable<GraphEdge> edges)
        {
            GraphEdge? best = null;
            var most = 0L;
            foreach (var one in edges)
            {
                if (best is not null && one.Calls < best.Calls) break;
                var on = one.Callee.Callees.Where(e => e.Callee != one.Callee).Sum(e => e.Calls);
                if (best is null || on > most) (best, most) = (one, on);
            }
            return best;
        }
        var edge = Best(model.Edges.Where(e => e.Caller != e.Callee && !e.Caller.IsUnknown
            && (from is not null ? from.Contains(e.Caller) : through is null || through.Contains(e.Caller) || through.Contains(e.Callee))));
        if (edge is null) return [];
        var path = new List<GraphEdge> { edge };
        var passed = new HashSet<GraphNode> { edge.Caller, edge.Callee };
        if (from is null)
            for (var node = edge.Caller; node.Parent is { IsUnknown: false } parent && passed.Add(parent); node = parent)
                path.Insert(0, node.Callers.First(e => e.Caller == parent));
        // Callees stand in the order of their calls.
        for (var node = edge.Callee; Best(node.Callees.Where(e => !passed.Contains(e.Callee))) is { } next; node = next.Callee)
        {
            path.Add(next);
            passed.Add(next.Callee);
        }
        return path;
    }

    /// <summary>
    /// The path between functions whose rarest edge is taken most often, the shortest of such: each of its calls was made at least that often,
    /// where following the busiest edge each time may end in a rare detour. Empty when there is none.
    /// </summary>
    public static List<GraphEdge> Widest(IReadOnlySet<GraphNode> from, IReadOnlySet<GraphNode> to)
    {
        var best = new Dictionary<GraphNode, (long Rarest, int Steps, GraphEdge? By)>();
        var open = new PriorityQueue<GraphNode, (long, int, int)>();
        foreach (var node in from)
        {
            best.Add(node, (long.MaxValue, 0, null));
            open.Enqueue(node, (-long.MaxValue, 0, node.Order));
        }
        var done = new HashSet<GraphNode>();
        while (open.TryDequeue(out var node, out _))
        {
            if (!done.Add(node)) continue;
            var (rarest, steps, by) = best[node];
            if (by is not null && to.Contains(node))
            {
                var path = new List<GraphEdge>();
                for (var edge = by; edge is not null; edge = best[edge.Caller].By) path.Insert(0, edge);
                return path;
            }
            foreach (var edge in node.Callees)
            {
                var way = (Rarest: Math.Min(rarest, edge.Calls), Steps: steps + 1);
                if (done.Contains(edge.Callee) || (best.TryGetValue(edge.Callee, out var known) && (known.Rarest > way.Rarest || (known.Rarest == way.Rarest && known.Steps <= way.Steps)))) continue;
                best[edge.Callee] = (way.Rarest, way.Steps, edge);
                open.Enqueue(edge.Callee, (-way.Rarest, way.Steps, edge.Callee.Order));
            }
        }
        return [];
    }

    private static bool Has(HashSet<GraphNode>? set, GraphNode node) => set is not null && set.Contains(node);

    private static string Names(IReadOnlyList<string> names) => DisplayText.Shorten(DisplayText.Visible(string.Join(", ", names)), 200);

    private static HashSet<GraphNode> Reach(IEnumerable<GraphNode> from, Func<GraphNode, IEnumerable<GraphNode>> next)
    {
        var reached = new HashSet<GraphNode>(from);
        var open = new Stack<GraphNode>(reached);
        while (open.TryPop(out var node))
            foreach (var other in next(node))
                if (reached.Add(other))
                    open.Push(other);
        return reached;
    }
}
