using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>Who called whom and how often, over a set of events.</summary>
public sealed class CallGraph
{
    /// <summary>Makes a graph of edges; edges of the same two functions are added up.</summary>
    /// <param name="traces">The recordings the edges were counted in.</param>
    /// <param name="edges">The edges, in any order.</param>
    public CallGraph(IEnumerable<TraceInfo> traces, IEnumerable<CallEdge> edges) : this(traces, edges, null) { }

    internal CallGraph(IEnumerable<TraceInfo> traces, IEnumerable<CallEdge> edges, IReadOnlyList<CallShare>? shares)
    {
        Shares = shares;
        Traces = [.. traces.Distinct()];
        var merged = new Dictionary<(FunctionKey, FunctionKey), CallEdge>();
        foreach (var edge in edges)
        {
            var key = (new FunctionKey(edge.CallerSymbol), new FunctionKey(edge.CalleeSymbol));
            merged[key] = merged.TryGetValue(key, out var other)
                ? new CallEdge(other.CallerSymbol, other.CalleeSymbol, other.Count + edge.Count,
                    Sum(other.TotalNanoseconds, edge.TotalNanoseconds), Sum(other.SelfNanoseconds, edge.SelfNanoseconds), Common(other.Origin, edge.Origin))
                : edge;
        }
        Edges = [.. merged.Values.OrderByDescending(e => e.Count).ThenBy(e => e.Caller, StringComparer.Ordinal).ThenBy(e => e.Callee, StringComparer.Ordinal)];
    }

    /// <summary>The recordings the edges were counted in.</summary>
    public IReadOnlyList<TraceInfo> Traces { get; }

    /// <summary>The edges, most calls first, then by name.</summary>
    public IReadOnlyList<CallEdge> Edges { get; }

    /// <summary>The filter that all the calls passed; null if there is none, or not one for all.</summary>
    public CallFilter? Filter
        => Edges.Count > 0 && FilteredContext.FilterOf(Edges[0].Origin) is { } filter && Edges.All(edge => ReferenceEquals(FilteredContext.FilterOf(edge.Origin), filter)) ? filter : null;

    /// <summary>Calls over all edges.</summary>
    public long Calls => Edges.Sum(e => e.Count);

    /// <summary>
    /// The calls of the edges by task and execution context, as far as they were counted by these; null when they were not.
    /// There may be shares of edges that are no longer in the graph.
    /// </summary>
    internal IReadOnlyList<CallShare>? Shares { get; }

    /// <summary>Adds up the graphs of several recordings, or of several parts of one.</summary>
    public static CallGraph Merge(params IReadOnlyList<CallGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        if (graphs is [var one]) return one;
        // A share that is not known of one is not known of the sum.
        var known = graphs.All(g => g.Shares is not null || g.Edges.Count == 0);
        return new CallGraph(graphs.SelectMany(g => g.Traces), graphs.SelectMany(g => g.Edges), known ? [.. graphs.SelectMany(g => g.Shares ?? [])] : null);
    }

    /// <summary>The context of calls of two contexts together: the recording remains, the filter only if it is the same.</summary>
    private static TraceContext? Common(TraceContext? a, TraceContext? b)
        => b is null || ReferenceEquals(FilteredContext.FilterOf(a), FilteredContext.FilterOf(b)) ? b : new TraceContext(b.Source, b.Names);

    /// <summary>Adds durations: what is not known adds nothing.</summary>
    internal static long Sum(long a, long b) => a < 0 ? b : b < 0 ? a : a + b;

    /// <summary>What makes a function the same in two recordings: its name, its module, its source where that is known.</summary>
    internal readonly record struct FunctionKey(string Name, string? Module, string? Source)
    {
        public FunctionKey(FunctionSymbol symbol) : this(symbol.Name, symbol.Module, symbol.SourceFile) { }
    }
}
