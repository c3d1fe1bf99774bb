using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// The rows of a comparison of calls as a graph. An edge of <see cref="Graph"/> counts how much it changed in place of calls, so
/// that layout and thinning follow the changes.
/// </summary>
internal sealed class GraphDifference
{
    // What the edge with the largest change counts.
    private const double Most = 1e6;

    private const double DefaultThreshold = 0.05;

    private const string Arrow = " → ";

    private readonly Dictionary<(string, string?, string, string?), DifferenceMark> _edges = [];
    private readonly Dictionary<(string, string?), DifferenceMark> _functions = [];

    private GraphDifference(CallGraph graph, TraceComparison? comparison) => (Graph, Comparison) = (graph, comparison);

    /// <summary>The edges, which count changes.</summary>
    public CallGraph Graph { get; }

    /// <summary>The recordings of both sides; null for rows that come back from a file or another process.</summary>
    public TraceComparison? Comparison { get; }

    /// <summary>The marks of all edges.</summary>
    public IReadOnlyCollection<DifferenceMark> Edges => _edges.Values;

    /// <summary>Whether any edge or function has changed by its verdict. Without one, pale colours show directions.</summary>
    public bool HasVerdicts { get; private set; }

    /// <summary>The unit of all numbers.</summary>
    public string Unit { get; private init; } = "";

    /// <summary>The method of the verdicts.</summary>
    public string Method { get; private init; } = "";

    /// <summary>Makes the graph of the rows that are about calls; null if none is about an edge.</summary>
    /// <param name="rows">The rows. Those about anything but calls are left out.</param>
    /// <param name="minCount">The fewest calls of an edge, on the side that has more.</param>
    /// <param name="resolve">Adds what a symbol map knows to an edge; null for nothing.</param>
    public static GraphDifference? Of(
        IEnumerable<TraceDifference> rows, long minCount = 0, Func<CallEdge, CallEdge>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var marks = rows.Where(r => r is { Kind: "Call", Metric: "Rate", Callee: not null })
            .Select(r => new DifferenceMark(r)).ToList();
        var edges = marks.Where(m => IsEdge(m.Row) && Math.Max(m.Row.BeforeCount, m.Row.AfterCount) >= minCount).ToList();
        if (edges.Count == 0) return null;
        var most = Math.Max(edges.Max(m => m.Score), double.Epsilon);
        var pairs = edges.Select(mark =>
        {
            var count = 1 + (long)Math.Round(Most * (mark.Score / most));
            var edge = new CallEdge(Symbol(mark.Row.Caller), Symbol(mark.Row.Callee), count, -1, -1, null);
            return (Mark: mark, Edge: resolve?.Invoke(edge) ?? edge);
        }).ToList();
        var comparison = marks.Select(m => m.Row.Comparison).OfType<TraceComparison>().FirstOrDefault();
        var graph = new CallGraph([.. comparison?.Before ?? [], .. comparison?.After ?? []], pairs.Select(p => p.Edge));
        var difference = new GraphDifference(graph, comparison)
        {
            Unit = edges[0].Row.Unit,
            Method = edges.Select(m => m.Row.Method).FirstOrDefault(m => m != nameof(DifferenceMethod.None)) ?? "",
        };
        foreach (var (mark, edge) in pairs)
            Keep(difference._edges, (edge.CallerSymbol.Name, edge.CallerSymbol.Module, edge.CalleeSymbol.Name,
                edge.CalleeSymbol.Module), mark);
        foreach (var mark in marks.Where(m => !IsEdge(m.Row)))
            Keep(difference._functions, Key(Symbol(mark.Row.Callee)), mark);
        difference.HasVerdicts = difference._edges.Values.Concat(difference._functions.Values)
            .Any(m => m.Change != DifferenceChange.None);
        return difference;
    }

    /// <summary>The mark of an edge.</summary>
    public DifferenceMark? Of(GraphEdge edge)
    {
        var (caller, callee) = (Key(edge.Caller.Symbol), Key(edge.Callee.Symbol));
        return _edges.GetValueOrDefault((caller.Name, caller.Module, callee.Name, callee.Module));
    }

    /// <summary>The mark of a function; null if it has no row of its own.</summary>
    public DifferenceMark? Of(GraphNode node) => node.IsUnknown ? null : _functions.GetValueOrDefault(Key(node.Symbol));

    /// <summary>How a mark is drawn.</summary>
    public (DifferenceChange Change, double Strength) Look(DifferenceMark? mark)
        => mark is null ? default : HasVerdicts ? (mark.Change, mark.Strength)
            : (mark.Direction(Comparison?.Threshold ?? DefaultThreshold), 0);

    /// <summary>Whether a row is about an edge, and not about a function.</summary>
    internal static bool IsEdge(TraceDifference row)
        => row.Caller is not null || (row.Key is { } key && key != row.Callee && key.Contains(Arrow, StringComparison.Ordinal));

    /// <summary>The number of edges of each change, in words.</summary>
    public string Summary()
    {
        long Count(DifferenceChange change) => _edges.Values.LongCount(m => m.Change == change);
        var unchanged = _edges.Values.LongCount(m => m.Row.Verdict == nameof(DifferenceVerdict.NoDifference));
        (long Number, string What)[] parts =
        [
            (Count(DifferenceChange.More), "with more calls"), (Count(DifferenceChange.Less), "with fewer"),
            (Count(DifferenceChange.New), "new"), (Count(DifferenceChange.Gone), "gone"), (unchanged, "without a difference"),
            (Count(DifferenceChange.None) - unchanged, "without a verdict"),
        ];
        return $"{DisplayText.Count(_edges.Count, "edge")}: "
            + string.Join(", ", parts.Where(p => p.Number > 0).Select(p => $"{DisplayText.Number(p.Number)} {p.What}"));
    }

    private static (string Name, string? Module) Key(FunctionSymbol symbol) => (symbol.Name, symbol.Module);

    /// <summary>A function by its name, which can end with its module: <c>ext4_sync_file [ext4]</c>.</summary>
    private static FunctionSymbol Symbol(string? text)
    {
        if (string.IsNullOrEmpty(text)) return FunctionSymbol.Unknown;
        var at = text[^1] == ']' ? text.LastIndexOf(" [", StringComparison.Ordinal) : -1;
        return at <= 0 || at + 3 >= text.Length ? new FunctionSymbol(0, text, null, null, [])
            : new FunctionSymbol(0, text[..at], text[(at + 2)..^1], null, []);
    }

    /// <summary>Of several rows about the same functions, the one with the largest change is kept.</summary>
    private static void Keep<TKey>(Dictionary<TKey, DifferenceMark> marks, TKey key, DifferenceMark mark) where TKey : notnull
    {
        if (!marks.TryGetValue(key, out var other) || other.Score < mark.Score) marks[key] = mark;
    }
}
