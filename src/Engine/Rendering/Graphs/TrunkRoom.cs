namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Counts the functions on the busiest paths (<see cref="GraphNode.Parent"/>) up to the first chosen function, in O(log n) time.
/// </summary>
/// <remarks>
/// To follow the paths takes as long as they are deep, and a recording can have hundreds of thousands of paths that are too deep
/// to be drawn. Each function has a link to a function further up in addition to its parent. The links skip such distances that
/// a search follows O(log n) of them (E. W. Myers, An applicative random-access stack, 1983).
/// </remarks>
internal sealed class TrunkRoom
{
    // The last element is above all roots.
    private readonly int[] _up, _skip, _depth;
    private readonly HashSet<GraphNode> _chosen;
    private readonly IReadOnlyList<GraphNode> _nodes;

    /// <summary>Prepares the paths of a graph.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="chosen">The functions that are chosen already. What is added must include all on the path to one.</param>
    public TrunkRoom(GraphModel model, HashSet<GraphNode> chosen)
    {
        (_nodes, _chosen) = (model.Nodes, chosen);
        var top = _nodes.Count;
        (_up, _skip, _depth) = (new int[top + 1], new int[top + 1], new int[top + 1]);
        _up[top] = _skip[top] = top;
        var open = new Stack<GraphNode>();
        foreach (var node in _nodes)
        {
            for (var at = node; at is not null && _depth[at.Order] == 0; at = chosen.Contains(at) ? null : at.Parent)
                open.Push(at);
            while (open.TryPop(out var next)) Link(next.Order, chosen.Contains(next) ? top : next.Parent?.Order ?? top);
        }
    }

    /// <summary>The links that were followed, for tests.</summary>
    internal long Followed { get; private set; }

    /// <summary>The functions on the paths to the two ends of an edge that are not chosen.</summary>
    public int Missing(GraphEdge edge)
    {
        var (caller, callee) = (edge.Caller.Order, edge.Callee.Order);
        return Missing(caller) + Missing(callee) - Missing(Meeting(caller, callee));
    }

    private void Link(int node, int up)
    {
        var skip = _skip[up];
        _up[node] = up;
        _depth[node] = _depth[up] + 1;
        _skip[node] = _depth[up] - _depth[skip] == _depth[skip] - _depth[_skip[skip]] ? _skip[skip] : up;
    }

    private bool IsChosen(int node) => node == _nodes.Count || _chosen.Contains(_nodes[node]);

    private int Missing(int node)
    {
        var at = node;
        for (; !IsChosen(at); Followed++) at = IsChosen(_skip[at]) ? _up[at] : _skip[at];
        return _depth[node] - _depth[at];
    }

    /// <summary>The first function that the paths up from two functions have in common.</summary>
    private int Meeting(int one, int other)
    {
        if (_depth[one] < _depth[other]) (one, other) = (other, one);
        for (; _depth[one] > _depth[other]; Followed++)
            one = _depth[_skip[one]] >= _depth[other] ? _skip[one] : _up[one];
        // Functions of the same depth have links of the same length.
        for (; one != other; Followed++)
            (one, other) = _skip[one] != _skip[other] ? (_skip[one], _skip[other]) : (_up[one], _up[other]);
        return one;
    }
}
