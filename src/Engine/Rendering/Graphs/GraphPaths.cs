using KernelMagnifier.Counting;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>Finds paths through a graph: between functions, through functions, and the hot path.</summary>
internal static class GraphPaths
{
    /// <summary>What a pattern names, for errors.</summary>
    public const string Start = "the start of the paths", End = "the end of the paths", Highlighted = "the highlighted functions";

    private const int LongestNames = 200;

    /// <summary>The functions that match any of the names or patterns.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="names">Names or patterns.</param>
    /// <param name="role">What they name: <see cref="Start"/>, <see cref="End"/> or <see cref="Highlighted"/>.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.FunctionNotFound"/>: no function of the graph
    /// matches.</exception>
    public static HashSet<GraphNode> Find(GraphModel model, IReadOnlyList<string> names, string role)
    {
        var globs = names.Select(n => new Glob(n)).ToList();
        var found = model.Nodes.Where(n => !n.IsUnknown && globs.Exists(g => g.IsMatch(n.Symbol.Name))).ToHashSet();
        return found.Count > 0 ? found : throw new KernelMagnifierException(ErrorCode.FunctionNotFound, Names(names),
            $"no function of these calls matches, but it names {role}.",
            Suggestion.Before(names[0], model.Nodes.Where(n => !n.IsUnknown).Select(n => n.Symbol.Name),
                "Use the name of a function or a pattern such as tcp_*; case matters."));
    }

    /// <summary>
    /// The part of a graph on paths from some functions to others; either may be empty. A path ends at the first end it reaches,
    /// and does not return to a start.
    /// </summary>
    /// <exception cref="KernelMagnifierException"> <see cref="ErrorCode.FunctionNotFound"/>: a name matches no function;
    /// <see cref="ErrorCode.PathNotFound"/>: there is no path.
    /// </exception>
    public static CallGraph Between(GraphModel model, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        if (FollowsStacks(model.Graph, from, to))
        {
            Find(model, from, Start);
            return ReachableEdges.Of(model.Graph, new CallFilter { Root = from });
        }
        var starts = from.Count > 0 ? Find(model, from, Start) : null;
        var ends = to.Count > 0 ? Find(model, to, End) : null;
        // With both, a path neither enters a start nor leaves an end, unless that function is both.
        var edges = starts is null || ends is null ? model.Edges.ToHashSet()
            : model.Edges.Where(e => (!starts.Contains(e.Callee) || ends.Contains(e.Callee))
                && (!ends.Contains(e.Caller) || starts.Contains(e.Caller))).ToHashSet();
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
        return edges.Count > 0 ? new CallGraph(model.Graph.Traces, edges.Select(e => e.Edge), model.Graph.Shares)
            : throw NotFound(from, to);
    }

    /// <summary>
    /// Whether the calls below the starts are selected by the calls' stacks, which hold what really ran there, not by caller links.
    /// </summary>
    public static bool FollowsStacks(CallGraph graph, IReadOnlyList<string> from, IReadOnlyList<string> to)
        => from.Count > 0 && to.Count == 0 && graph.HasStacks;

    /// <summary>The edges of all paths through some functions.</summary>
    public static HashSet<GraphEdge> Through(IReadOnlySet<GraphNode> functions)
    {
        var before = Reach(functions, n => n.Callers.Select(e => e.Caller));
        var after = Reach(functions, n => n.Callees.Select(e => e.Callee));
        return [.. before.SelectMany(n => n.Callers), .. after.SelectMany(n => n.Callees)];
    }

    /// <summary>The path with the busiest edge, in the order of its calls; empty when there is none.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="from">The functions that it can start at; null for a root.</param>
    /// <param name="through">Functions of which the busiest edge has one; null for any.</param>
    public static List<GraphEdge> Hottest(GraphModel model, IReadOnlySet<GraphNode>? from, IReadOnlySet<GraphNode>? through)
    {
        bool IsCandidate(GraphEdge e) => from is not null ? from.Contains(e.Caller)
            : through is null || through.Contains(e.Caller) || through.Contains(e.Callee);
        var edge = Best(model.Edges.Where(e => e.Caller != e.Callee && !e.Caller.IsUnknown && IsCandidate(e)));
        if (edge is null) return [];
        var path = new List<GraphEdge>();
        var passed = new HashSet<GraphNode> { edge.Caller, edge.Callee };
        if (from is null)
            for (var node = edge.Caller; node.Parent is { IsUnknown: false } parent && passed.Add(parent); node = parent)
                path.Add(node.Callers.First(e => e.Caller == parent));
        path.Reverse();
        path.Add(edge);
        for (var node = edge.Callee; Best(node.Callees.Where(e => !passed.Contains(e.Callee))) is { } next; node = next.Callee)
        {
            path.Add(next);
            passed.Add(next.Callee);
        }
        return path;
    }

    /// <summary>
    /// The path between functions whose rarest edge has the most calls; of several, the shortest. Always following the busiest
    /// edge could end in a rare detour. Empty when there is no path.
    /// </summary>
    public static List<GraphEdge> Widest(IReadOnlySet<GraphNode> from, IReadOnlySet<GraphNode> to)
    {
        // Dijkstra's algorithm with the number of calls of the rarest edge in place of the length.
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
                for (var edge = by; edge is not null; edge = best[edge.Caller].By) path.Add(edge);
                path.Reverse();
                return path;
            }
            foreach (var edge in node.Callees)
            {
                var way = (Rarest: Math.Min(rarest, edge.Calls), Steps: steps + 1);
                if (done.Contains(edge.Callee)) continue;
                if (best.TryGetValue(edge.Callee, out var known) && !IsBetter(way, known)) continue;
                best[edge.Callee] = (way.Rarest, way.Steps, edge);
                open.Enqueue(edge.Callee, (-way.Rarest, way.Steps, edge.Callee.Order));
            }
        }
        return [];

        static bool IsBetter((long Rarest, int Steps) way, (long Rarest, int Steps, GraphEdge? By) known)
            => way.Rarest > known.Rarest || (way.Rarest == known.Rarest && way.Steps < known.Steps);
    }

    /// <summary>
    /// The edge with the most calls; of several, the one whose callee makes the most calls. The edges are in descending order of
    /// calls.
    /// </summary>
    private static GraphEdge? Best(IEnumerable<GraphEdge> edges)
    {
        GraphEdge? best = null;
        var most = 0L;
        foreach (var edge in edges)
        {
            if (best is not null && edge.Calls < best.Calls) break;
            var onward = edge.Callee.CallsOnward;
            if (best is null || onward > most) (best, most) = (edge, onward);
        }
        return best;
    }

    /// <summary>Returns the error of paths that do not exist.</summary>
    public static KernelMagnifierException NotFound(IReadOnlyList<string> from, IReadOnlyList<string> to)
        => to.Count == 0 ? new(ErrorCode.PathNotFound, Names(from),
                $"it calls nothing in these calls, but it names {Start}.", "Choose a function that calls others.")
            : from.Count == 0 ? new(ErrorCode.PathNotFound, Names(to),
                $"nothing calls it in these calls, but it names {End}.", "Choose a function that is called.")
            : new(ErrorCode.PathNotFound, $"{Names(from)} → {Names(to)}",
                "no path of these calls leads from the start to the end.",
                "Exchange start and end, or choose functions closer to each other; a lost event also interrupts a path.");

    private static string Names(IReadOnlyList<string> names) => DisplayText.Fit(string.Join(", ", names), LongestNames);

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
