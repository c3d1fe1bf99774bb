using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>
/// Formats the callees or callers of a function as lines of text: the number of calls, a bar, and the tree.
/// </summary>
/// <remarks>
/// Where the calls are known by their stacks, it is a calling-context tree: each function has the calls that were made there.
/// Otherwise a call graph holds the calls of each caller and callee, but not the stack they were made from: below the first
/// level, a count is that of the edge, whatever called its caller. Each function is expanded once, where it is nearest to the root;
/// elsewhere a
/// mark refers to that place. So there are never more lines than edges. A function that is its own ancestor is marked as
/// recursion and not expanded again.
/// </remarks>
internal sealed class CallTree
{
    private readonly ILookup<CallGraph.FunctionKey, CallEdge> _next;
    private readonly ILookup<CallGraph.FunctionKey, CallEdge> _into;
    private readonly CallGraph _graph;
    // Found once, not per tree: it looks at each edge.
    private readonly bool _hasStacks;

    /// <summary>Creates the trees of a graph.</summary>
    public CallTree(CallGraph graph, CallTreeOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        (_graph, _hasStacks, Options) = (graph, graph.HasStacks, options);
        IsUnicode = options.Charset == TreeCharset.Unicode
            || (options.Charset == TreeCharset.Auto && CallTreeOptions.TerminalHasUnicode(Environment.GetEnvironmentVariable));
        // The edges are in descending order of calls, and so are the branches.
        _into = graph.Edges.ToLookup(e => new CallGraph.FunctionKey(e.CalleeSymbol));
        _next = options.Direction == TreeDirection.Callers
            ? _into : graph.Edges.ToLookup(e => new CallGraph.FunctionKey(e.CallerSymbol));
    }

    internal CallTreeOptions Options { get; }

    /// <summary>Whether the trees are drawn with Unicode characters.</summary>
    internal bool IsUnicode { get; }

    /// <summary>The functions that match a name or pattern, in descending order of calls.</summary>
    public IReadOnlyList<FunctionSymbol> Find(string pattern)
    {
        var wanted = new CallPredicate(new CallFilter { Function = [pattern] });
        return [.. _graph.Edges.SelectMany(e => new[] { e.CalleeSymbol, e.CallerSymbol })
            .Where(f => f.Name.Length > 0 && wanted.IsFunction(f))
            .DistinctBy(f => new CallGraph.FunctionKey(f)).OrderByDescending(f => Into(f).Sum(e => e.Count))
            .ThenBy(f => f.Name, StringComparer.Ordinal)];
    }

    /// <summary>The name of a function that is similar to an unknown name, or null.</summary>
    public string? NearestTo(string name)
    {
        var names = _graph.Edges.SelectMany(e => new[] { e.Caller, e.Callee }).OfType<string>();
        return Suggestion.For(name, names) is [var nearest, ..] ? nearest : null;
    }

    /// <summary>The tree of a function, line by line. Names are escaped for a terminal.</summary>
    public IEnumerable<string> Lines(FunctionSymbol root)
    {
        if (!_hasStacks) return new CallTreeDrawing(this, root).Lines();
        // One level more than is drawn: the number of callers further up is.
        var tree = Options.Direction == TreeDirection.Callers
            ? StackBranches.Above(root, Into(root), Options.Depth + 1) : StackBranches.Below(_graph, root);
        return new StackTreeDrawing(tree, Options, IsUnicode, _graph.Traces.Sum(trace => trace.NotPlaced ?? 0)).Lines();
    }

    /// <summary>The edges to a function, in descending order of calls.</summary>
    internal IEnumerable<CallEdge> Into(FunctionSymbol function) => _into[new CallGraph.FunctionKey(function)];

    /// <summary>The edges from a function to those of the next level, in descending order of calls.</summary>
    internal IEnumerable<CallEdge> Next(FunctionSymbol function) => _next[new CallGraph.FunctionKey(function)];

    /// <summary>The function of the next level at an edge.</summary>
    internal FunctionSymbol Other(CallEdge edge)
        => Options.Direction == TreeDirection.Callers ? edge.CallerSymbol : edge.CalleeSymbol;
}
