namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Places functions on an HTML page with a force simulation: springs pull each function to its busiest caller, charges push
/// functions apart. Only the busiest edges are springs, so thousands of functions form branches. The same graph gives the same
/// positions.
/// </summary>
/// <remarks>
/// The forces are the link, many-body and position forces of d3-force (github.com/d3/d3-force) with velocity Verlet integration.
/// A <see cref="Quadtree"/> sums the charges, so a step takes O(n·log n) time.
/// </remarks>
internal sealed class HtmlPageLayout
{
    private const int Steps = 260;
    private const double Charge = -42, NearEnough = 0.9 * 0.9, Friction = 0.6, ToMiddle = 0.035;

    private readonly int _count;
    private readonly int[] _parent;
    private readonly int[] _degree;
    private readonly double[] _reach;
    private readonly double[] _x, _y, _vx, _vy;
    private readonly Quadtree _tree;

    private HtmlPageLayout(int[] parent, double[] radius)
    {
        _count = parent.Length;
        _parent = parent;
        _reach = radius;
        _degree = new int[_count];
        for (var i = 0; i < _count; i++)
        {
            if (parent[i] < 0) continue;
            _degree[i]++;
            _degree[parent[i]]++;
        }
        (_x, _y, _vx, _vy) = (new double[_count], new double[_count], new double[_count], new double[_count]);
        _tree = new Quadtree(_count);
    }

    /// <summary>The positions of functions, in pixels of the page.</summary>
    /// <param name="parent">The index of each function's busiest caller; -1 for none. There are no cycles.</param>
    /// <param name="radius">The radius of each function, in pixels.</param>
    /// <param name="cancel">Cancels the simulation.</param>
    public static (double[] X, double[] Y) Of(int[] parent, double[] radius, CancellationToken cancel)
    {
        var layout = new HtmlPageLayout(parent, radius);
        layout.Begin();
        // Large graphs get fewer steps, which bounds the time and still gives a useful layout.
        var steps = layout._count <= 8000 ? Steps : Math.Max(60, Steps * 8000 / layout._count);
        for (var (step, heat) = (0, 1.0); step < steps; step++, heat += (0 - heat) * (1 - Math.Pow(0.001, 1.0 / steps)))
        {
            cancel.ThrowIfCancellationRequested();
            layout.Step(heat);
        }
        return (layout._x, layout._y);
    }

    /// <summary>
    /// Sets the initial positions: each tree is a fan, the largest in the centre, the others on a spiral around it.
    /// </summary>
    private void Begin()
    {
        var (roots, children) = Trees();
        // Parents precede their children.
        var order = new List<int>(roots);
        for (var i = 0; i < order.Count; i++)
            if (children[order[i]] is { } own)
                order.AddRange(own);
        var size = Sizes(order);
        var (from, to, depth) = (new double[_count], new double[_count], new int[_count]);
        var area = 0.0;
        foreach (var (root, number) in roots.OrderByDescending(r => size[r]).ThenBy(r => r).Select((r, i) => (r, i)))
        {
            var away = number == 0 ? 0 : Math.Sqrt(area) * 16;
            area += size[root];
            (_x[root], _y[root]) = (away * Math.Cos(number * 2.39996), away * Math.Sin(number * 2.39996));
            (from[root], to[root]) = (0, 2 * Math.PI);
        }
        foreach (var node in order)
        {
            var at = from[node];
            foreach (var child in children[node] ?? [])
            {
                var share = (to[node] - from[node]) * size[child] / Math.Max(1, size[node] - 1);
                (from[child], to[child], depth[child]) = (at, at + share, depth[node] + 1);
                var angle = at + (share / 2);
                (_x[child], _y[child]) = (_x[node] + (30 * Math.Cos(angle)), _y[node] + (30 * Math.Sin(angle)));
                at += share;
            }
        }
    }

    private (List<int> Roots, List<int>?[] Children) Trees()
    {
        var children = new List<int>?[_count];
        var roots = new List<int>();
        for (var i = 0; i < _count; i++)
            if (_parent[i] < 0) roots.Add(i);
            else (children[_parent[i]] ??= []).Add(i);
        return (roots, children);
    }

    /// <summary>The number of functions in the tree below each function, itself included.</summary>
    private int[] Sizes(List<int> order)
    {
        var size = new int[_count];
        for (var i = order.Count - 1; i >= 0; i--)
        {
            size[order[i]]++;
            if (_parent[order[i]] >= 0) size[_parent[order[i]]] += size[order[i]];
        }
        return size;
    }

    private void Step(double heat)
    {
        for (var i = 0; i < _count; i++)
        {
            var up = _parent[i];
            if (up < 0) continue;
            var (dx, dy) = (_x[i] + _vx[i] - _x[up] - _vx[up], _y[i] + _vy[i] - _y[up] - _vy[up]);
            var length = Math.Sqrt((dx * dx) + (dy * dy));
            if (length < 1e-6) (dx, dy, length) = (1e-3 * (1 + (i % 7)), 1e-3 * (1 + (i % 5)), 1e-3);
            var pull = (length - (16 + _reach[i] + _reach[up])) / length * heat / Math.Min(_degree[i], _degree[up]);
            var share = (double)_degree[up] / (_degree[i] + _degree[up]);
            _vx[i] -= dx * pull * share;
            _vy[i] -= dy * pull * share;
            _vx[up] += dx * pull * (1 - share);
            _vy[up] += dy * pull * (1 - share);
        }
        _tree.Build(_x, _y);
        Parallel.For(0, (_count + 511) / 512, block =>
        {
            for (var i = block * 512; i < Math.Min(_count, (block + 1) * 512); i++)
            {
                var (fx, fy) = _tree.Sum(_x[i], _y[i], i, NearEnough);
                _vx[i] += (fx * Charge * heat) - (_x[i] * ToMiddle * heat);
                _vy[i] += (fy * Charge * heat) - (_y[i] * ToMiddle * heat);
            }
        });
        for (var i = 0; i < _count; i++)
        {
            _x[i] += _vx[i] *= Friction;
            _y[i] += _vy[i] *= Friction;
        }
    }
}
