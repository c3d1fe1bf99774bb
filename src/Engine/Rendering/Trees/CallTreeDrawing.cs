using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>Formats the tree of one function by caller links, for calls whose stacks are not known.</summary>
internal sealed class CallTreeDrawing
{
    private readonly CallTree _tree;
    private readonly bool _unicode;
    private readonly FunctionSymbol _root;
    private readonly long _calls, _total;
    private readonly Dictionary<CallGraph.FunctionKey, int> _depths = [];
    private readonly HashSet<CallGraph.FunctionKey> _expanded = [];
    private readonly HashSet<CallGraph.FunctionKey> _path = [];

    // The largest values, which determine the width of the columns.
    private long _mostCalls, _mostHidden, _longest;
    private readonly TreeLines _lines;

    public CallTreeDrawing(CallTree tree, FunctionSymbol root)
    {
        (_tree, _unicode, _root) = (tree, tree.IsUnicode, root);
        var into = tree.Into(root).ToList();
        _calls = into.Sum(e => e.Count);
        _total = CallGraph.Sum(into.Select(e => e.TotalNanoseconds));
        (_mostCalls, _longest) = (_calls, _total);
        Measure();
        _lines = new TreeLines(_unicode, _mostCalls, _mostHidden, _longest);
    }

    private bool ShowsCallers => _tree.Options.Direction == TreeDirection.Callers;

    /// <summary>The lines: a header, then one per function.</summary>
    public IEnumerable<string> Lines()
    {
        yield return _lines.Heading($"{(ShowsCallers ? "Callers" : "Callees")}, by caller links");
        // The stack is explicit, because the depth of the tree depends on the recording.
        var open = new Stack<(IEnumerator<CallEdge> Branches, CallGraph.FunctionKey Function, string Indent, Rest More)>();
        yield return _lines.Line(_calls, _total, "", _lines.Name(_root));
        Open(_root, new CallGraph.FunctionKey(_root), "");
        while (open.TryPeek(out var level))
        {
            if (!level.Branches.MoveNext())
            {
                open.Pop();
                _path.Remove(level.Function);
                if (level.More.Edges > 0) yield return _lines.MoreLine(level.Indent, level.More.Edges, level.More.Calls);
                continue;
            }
            var edge = level.Branches.Current;
            var isLast = ReferenceEquals(edge, level.More.Last) && level.More.Edges == 0;
            var function = _tree.Other(edge);
            var key = new CallGraph.FunctionKey(function);
            var mark = Mark(function, key, open.Count, out var expands);
            yield return _lines.Line(
                edge.Count, edge.TotalNanoseconds, level.Indent + _lines.Branch(isLast), _lines.Name(function) + mark);
            if (expands) Open(function, key, level.Indent + _lines.Indent(isLast));
        }

        void Open(FunctionSymbol function, CallGraph.FunctionKey at, string indent)
        {
            var (shown, rest) = Branches(function);
            _path.Add(at);
            _expanded.Add(at);
            open.Push((((IEnumerable<CallEdge>)shown).GetEnumerator(), at, indent, rest));
        }
    }

    /// <summary>
    /// Finds, breadth first, the depth at which each function is nearest to the root, and the widths of the columns.
    /// </summary>
    private void Measure()
    {
        var level = new List<FunctionSymbol> { _root };
        _depths.Add(new CallGraph.FunctionKey(_root), 0);
        for (var depth = 0; level.Count > 0 && depth < _tree.Options.Depth; depth++)
        {
            var next = new List<FunctionSymbol>();
            foreach (var function in level)
            {
                var (shown, more) = Branches(function);
                _mostHidden = Math.Max(_mostHidden, more.Calls);
                foreach (var edge in shown)
                {
                    _mostCalls = Math.Max(_mostCalls, edge.Count);
                    _longest = Math.Max(_longest, edge.TotalNanoseconds);
                    if (_depths.TryAdd(new CallGraph.FunctionKey(_tree.Other(edge)), depth + 1)) next.Add(_tree.Other(edge));
                }
            }
            level = next;
        }
    }

    /// <summary>The mark of a function that is not expanded here; empty when it is, or has nothing to expand.</summary>
    private string Mark(FunctionSymbol function, CallGraph.FunctionKey key, int depth, out bool expands)
    {
        expands = false;
        if (_path.Contains(key)) return _unicode ? "  ↻ recursion" : "  (recursion)";
        var (shown, rest) = Branches(function);
        var edges = shown.Count + rest.Edges;
        if (edges == 0) return "";
        if (depth >= _tree.Options.Depth) return _lines.DeeperMark(edges, ShowsCallers ? "caller" : "callee");
        if (_expanded.Contains(key)) return _unicode ? "  ↑ expanded above" : "  (expanded above)";
        if (_depths[key] < depth) return _unicode ? "  ↓ expanded below" : "  (expanded below)";
        expands = true;
        return "";
    }

    /// <summary>The branches of a function that are not shown, and the last one that is.</summary>
    private readonly record struct Rest(int Edges, long Calls, CallEdge? Last);

    private (List<CallEdge> Shown, Rest More) Branches(FunctionSymbol function)
    {
        var shown = new List<CallEdge>();
        var rest = default(Rest);
        foreach (var edge in _tree.Next(function))
        {
            if (shown.Count < _tree.Options.Top && edge.Count >= _tree.Options.MinCount) shown.Add(edge);
            else rest = new Rest(rest.Edges + 1, rest.Calls + edge.Count, null);
        }
        return (shown, rest with { Last = shown.Count > 0 ? shown[^1] : null });
    }
}
