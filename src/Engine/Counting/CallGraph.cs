using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>A graph of callers and callees with the number of calls of each edge.</summary>
internal sealed class CallGraph
{
    /// <summary>Creates a graph. Edges between the same two functions are merged.</summary>
    /// <param name="traces">The recordings in which the edges were counted.</param>
    /// <param name="edges">The edges, in any order.</param>
    public CallGraph(IEnumerable<TraceInfo> traces, IEnumerable<CallEdge> edges) : this(traces, edges, null) { }

    internal CallGraph(IEnumerable<TraceInfo> traces, IEnumerable<CallEdge> edges, IReadOnlyList<CallShare>? shares)
    {
        Shares = shares;
        Traces = [.. traces.Distinct()];
        var merged = new MergedEdges(edges.TryGetNonEnumeratedCount(out var count) ? count : 0);
        foreach (var edge in edges) merged.Add(edge, Merge);
        Edges = merged.Sorted();
    }

    /// <summary>The recordings in which the edges were counted.</summary>
    public IReadOnlyList<TraceInfo> Traces { get; }

    /// <summary>The edges, largest count first, then by name.</summary>
    public IReadOnlyList<CallEdge> Edges { get; }

    /// <summary>The filter that all calls passed; null if there is none or if it is not the same for all.</summary>
    public CallFilter? Filter
        => Edges.Count > 0 && FilteredContext.FilterOf(Edges[0].Origin) is { } filter
            && Edges.All(edge => ReferenceEquals(FilteredContext.FilterOf(edge.Origin), filter)) ? filter : null;

    /// <summary>The number of calls of all edges.</summary>
    public long Calls => Edges.Sum(e => e.Count);

    /// <summary>
    /// The calls of the edges by execution context, and by task if tasks were counted; null if contexts were not counted.
    /// Can contain shares of edges that were removed from the graph.
    /// </summary>
    internal IReadOnlyList<CallShare>? Shares { get; }

    /// <summary>Whether the calls of every edge are known by their stacks.</summary>
    public bool HasStacks => Edges.Count > 0 && Edges.All(edge => edge.Stacks is not null);

    /// <summary>Merges the graphs of several recordings or of several parts of one.</summary>
    public static CallGraph Merge(params IReadOnlyList<CallGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        if (graphs is [var one]) return one;
        // Without the shares of one graph, those of the sum are not known.
        var known = graphs.All(g => g.Shares is not null || g.Edges.Count == 0);
        CallShare[]? shares = known ? [.. graphs.SelectMany(g => g.Shares ?? [])] : null;
        return new CallGraph(graphs.SelectMany(g => g.Traces), graphs.SelectMany(g => g.Edges), shares);
    }

    private static CallEdge Merge(CallEdge edge, CallEdge other)
        => new(edge.CallerSymbol, edge.CalleeSymbol, edge.Count + other.Count,
            Sum(edge.TotalNanoseconds, other.TotalNanoseconds), Sum(edge.SelfNanoseconds, other.SelfNanoseconds),
            Common(edge.Origin, other.Origin), Common(edge.Stacks, other.Stacks));

    /// <summary>
    /// Returns the context of an edge merged from two: the filter is kept only if both have the same, and the recording too.
    /// </summary>
    private static TraceContext? Common(TraceContext? a, TraceContext? b)
    {
        if (a is null || b is null || ReferenceEquals(a, b)) return a is null ? null : b;
        var filter = FilteredContext.FilterOf(b);
        if (!ReferenceEquals(FilteredContext.FilterOf(a), filter)) filter = null;
        return FilteredContext.Of(new TraceContext(TraceSource.Of(a.Source, b.Source), b.Names), filter);
    }

    private static IReadOnlyList<StackShare>? Common(IReadOnlyList<StackShare>? a, IReadOnlyList<StackShare>? b)
        => a is null || b is null ? null : [.. a, .. b];

    /// <summary>
    /// Adds two durations. <see cref="CallRecord.NoDuration"/> adds nothing; the sum of two unknown durations is unknown.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Sum(long sum, long duration) => duration < 0 ? sum : (sum < 0 ? 0 : sum) + duration;

    /// <summary>Adds durations. <see cref="CallRecord.NoDuration"/> if all are unknown.</summary>
    internal static long Sum(IEnumerable<long> durations) => durations.Aggregate(CallRecord.NoDuration, Sum);

    /// <summary>The identity of a function across recordings: its name, its module and, if known, its source file.</summary>
    internal readonly record struct FunctionKey(string Name, string? Module, string? Source)
    {
        public FunctionKey(FunctionSymbol symbol) : this(symbol.Name, symbol.Module, symbol.SourceFile) { }
    }
}
