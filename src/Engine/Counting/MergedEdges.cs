using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// The edges of a graph: merges those between the same two functions, and sorts them. A graph has a few functions for many edges,
/// so the names of the functions are compared once, and those of the edges not at all.
/// </summary>
/// <param name="count">About the number of edges.</param>
internal sealed class MergedEdges(int count)
{
    private readonly Dictionary<FunctionSymbol, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly List<FunctionSymbol> _symbols = [];
    private readonly Dictionary<CallGraph.FunctionKey, int> _functions = [];

    // By the number of a symbol: the number of its function, which symbols of several recordings can share.
    private readonly List<int> _functionOf = [];

    private readonly Dictionary<ulong, int> _places = new(count, new NumberComparer());
    private readonly List<(CallEdge Edge, int Caller, int Callee)> _edges = new(count);

    /// <summary>The place of an edge in the order of a graph: smaller numbers come first.</summary>
    private readonly record struct Place(long Count, ulong Names, ulong Functions) : IComparable<Place>
    {
        public int CompareTo(Place other)
            => Count != other.Count ? other.Count.CompareTo(Count)
                : Names != other.Names ? Names.CompareTo(other.Names)
                : Functions.CompareTo(other.Functions);
    }

    /// <summary>Adds an edge.</summary>
    /// <param name="edge">The edge.</param>
    /// <param name="merge">Merges an edge with a further one between the same functions.</param>
    public void Add(CallEdge edge, Func<CallEdge, CallEdge, CallEdge> merge)
    {
        var (caller, callee) = (NumberOf(edge.CallerSymbol), NumberOf(edge.CalleeSymbol));
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _places, Pair(_functionOf[caller], _functionOf[callee]), out var isKnown);
        if (isKnown)
        {
            // The merged edge has the symbols of the first one.
            _edges[place] = _edges[place] with { Edge = merge(_edges[place].Edge, edge) };
            return;
        }
        place = _edges.Count;
        _edges.Add((edge, caller, callee));
    }

    /// <summary>The edges, largest count first, then by names, then by everything else that is known of the functions.</summary>
    public CallEdge[] Sorted()
    {
        var (names, functions) = Ranks();
        var edges = new CallEdge[_edges.Count];
        var places = new Place[edges.Length];
        for (var i = 0; i < edges.Length; i++)
        {
            var (edge, caller, callee) = _edges[i];
            edges[i] = edge;
            places[i] = new Place(edge.Count, Pair(names[caller], names[callee]), Pair(functions[caller], functions[callee]));
        }
        Array.Sort(places, edges);
        return edges;
    }

    /// <summary>
    /// The ranks of the symbols by their names and by <see cref="FunctionOrder"/>; equal ones have the same rank.
    /// </summary>
    private (int[] Names, int[] Functions) Ranks()
    {
        var symbols = _symbols.ToArray();
        int[] order = [.. Enumerable.Range(0, symbols.Length)];
        Array.Sort(symbols, order, FunctionOrder.Instance);
        var (names, functions) = (new int[symbols.Length], new int[symbols.Length]);
        for (int i = 1, name = 0, function = 0; i < symbols.Length; i++)
        {
            if (!symbols[i].Name.Equals(symbols[i - 1].Name, StringComparison.Ordinal)) name++;
            if (FunctionOrder.Instance.Compare(symbols[i - 1], symbols[i]) != 0) function++;
            (names[order[i]], functions[order[i]]) = (name, function);
        }
        return (names, functions);
    }

    private int NumberOf(FunctionSymbol symbol)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, symbol, out var isKnown);
        if (isKnown) return number;
        number = _symbols.Count;
        _symbols.Add(symbol);
        ref var function = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _functions, new CallGraph.FunctionKey(symbol), out var isFunction);
        if (!isFunction) function = number;
        _functionOf.Add(function);
        return number;
    }

    private static ulong Pair(int high, int low) => (ulong)(uint)high << 32 | (uint)low;
}
