namespace KernelMagnifier.Workloads.Building;

/// <summary>The strongly connected components of a graph (Tarjan's algorithm, without recursion).</summary>
internal sealed class ConnectedComponents
{
    private readonly List<int>[] _next;
    private readonly int[] _index, _low;
    private readonly Stack<int> _open = new();
    private int _count, _components;

    /// <summary>Finds the components.</summary>
    /// <param name="next">The nodes that follow each node.</param>
    public ConnectedComponents(List<int>[] next)
    {
        _next = next;
        (_index, _low, Of) = (new int[next.Length], new int[next.Length], new int[next.Length]);
        Array.Fill(Of, -1);
        for (var node = 0; node < next.Length; node++)
            if (_index[node] == 0)
                Visit(node);
    }

    /// <summary>The number of the component of each node.</summary>
    public int[] Of { get; }

    private void Visit(int root)
    {
        var path = new Stack<(int Node, int At)>();
        path.Push((root, 0));
        while (path.TryPop(out var step))
        {
            var (node, at) = step;
            if (at == 0)
            {
                _index[node] = _low[node] = ++_count;
                _open.Push(node);
            }
            else
            {
                _low[node] = Math.Min(_low[node], _low[_next[node][at - 1]]);
            }
            while (at < _next[node].Count && _index[_next[node][at]] != 0)
            {
                if (Of[_next[node][at]] < 0) _low[node] = Math.Min(_low[node], _index[_next[node][at]]);
                at++;
            }
            if (at < _next[node].Count)
            {
                path.Push((node, at + 1));
                path.Push((_next[node][at], 0));
            }
            else if (_low[node] == _index[node])
            {
                Close(node);
            }
        }
    }

    private void Close(int root)
    {
        int node;
        do Of[node = _open.Pop()] = _components;
        while (node != root);
        _components++;
    }
}
