using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// The edges by which the roots of a filter are called from outside. They tell how often a root was called, but their callers are
/// not part of what the filter selects.
/// </summary>
internal static class RootEntries
{
    /// <summary>Returns the edges into a root whose caller is neither a root nor below one.</summary>
    /// <param name="edges">The edges.</param>
    /// <param name="names">Names or patterns of roots besides those of the edges' own filters.</param>
    public static HashSet<CallEdge> Of(IReadOnlyList<CallEdge> edges, IReadOnlyList<string> names)
    {
        var roots = Roots(edges, names);
        if (roots.Count == 0) return [];
        var byCaller = edges.ToLookup(e => new CallGraph.FunctionKey(e.CallerSymbol));
        var reached = new HashSet<CallGraph.FunctionKey>(roots);
        var open = new Queue<CallGraph.FunctionKey>(roots);
        while (open.TryDequeue(out var caller))
            foreach (var edge in byCaller[caller])
                if (reached.Add(new CallGraph.FunctionKey(edge.CalleeSymbol)))
                    open.Enqueue(new CallGraph.FunctionKey(edge.CalleeSymbol));
        return [.. edges.Where(e => roots.Contains(new CallGraph.FunctionKey(e.CalleeSymbol))
            && !reached.Contains(new CallGraph.FunctionKey(e.CallerSymbol)))];
    }

    private static HashSet<CallGraph.FunctionKey> Roots(IReadOnlyList<CallEdge> edges, IReadOnlyList<string> names)
    {
        var predicates = new Dictionary<CallFilter, CallPredicate>(ReferenceEqualityComparer.Instance);
        var roots = new HashSet<CallGraph.FunctionKey>();
        var given = new NameList(names);
        foreach (var edge in edges)
        {
            foreach (var symbol in new[] { edge.CallerSymbol, edge.CalleeSymbol })
                if (symbol.Name.Length > 0 && given.Contains(symbol.Name))
                    roots.Add(new CallGraph.FunctionKey(symbol));
            if (FilteredContext.FilterOf(edge.Origin) is not { Root.Count: > 0 } filter) continue;
            if (!predicates.TryGetValue(filter, out var isRoot))
                predicates.Add(filter, isRoot = new CallPredicate(new CallFilter { Function = filter.Root }));
            foreach (var symbol in new[] { edge.CallerSymbol, edge.CalleeSymbol })
                if (symbol.Name.Length > 0 && isRoot.IsFunction(symbol))
                    roots.Add(new CallGraph.FunctionKey(symbol));
        }
        return roots;
    }
}
