namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Places functions for a page: each beside its busiest caller, trees of them apart, as springs and repelling charges settle. Only the
/// busiest ways pull, so that thousands of functions form branches and no ball. The same graph gives the same places.
/// </summary>
/// <remarks>
/// The forces are those of d3-force's (github.com/d3/d3-force) link, many-body and position forces with velocity Verlet steps; charges
/// are summed over a quadtree (J. Barnes, P. Hut, Nature 324, 1986), which makes a step n·log n.
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

    /// <summary>The places of functions.</summary>
    /// <param name="parent">The busiest caller of each, by number; -1 for none. No function is above itself.</param>
    /// <param name="radius">How large each is drawn.</param>
    /// <param name="cancel">Ends the work.</param>
    public static (double[] X, double[] Y) Of(int[] parent, double[] radius, CancellationToken cancel)
    {
        var layout = new HtmlPageLayout(parent, radius);
        layout.Begin();
        // Fewer steps for the largest: they have come close enough to be useful, and time is not endless.
        var steps = layout._count <= 8000 ? Steps : Math.Max(60, Steps * 8000 / layout._count);
        for (var (step, heat) = (0, 1.0); step < steps; step++, heat += (0 - heat) * (1 - Math.Pow(0.001, 1.0 / steps)))
        {
            cancel.ThrowIfCancellationRequested();
            layout.Step(heat);
        }
        return (layout._x, layout._y);
    }

    /// <summary>Trees as fans, the largest in the middle, the others around it on a spiral.</summary>
    private void Begin()
    {
        var children = new List<int>?[_count];
        var roots = new List<int>();
        for (var i = 0; i < _count; i++)
            if (_parent[i] < 0) roots.Add(i);
            else (children[_parent[i]] ??= []).Add(i);
        // Parents before children; then the sizes of trees from their leaves up.
        var order = new List<int>(roots);
        for (var i = 0; i < order.Count; i++)
            if (children[order[i]] is { } own)
                order.AddRange(own);
        var size = new int[_count];
        for (var i = order.Count - 1; i >= 0; i--)
        {
            size[order[i]]++;
            if (_parent[order[i]] >= 0) size[_parent[order[i]]] += size[order[i]];
        }
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

    /// <summary>Points in squares in squares; built anew for every step, in the same memory.</summary>
    private sealed class Quadtree(int points)
    {
        // Points closer than a square of this depth count as one.
        private const int Deepest = 20;

        private Cell[] _cells = new Cell[Math.Max(16, points * 3)];
        private double[] _x = [], _y = [];
        private double _size;
        private int _used;

        private struct Cell
        {
            public double X, Y;
            public int Points;

            // The first of four cells, or 0 for a leaf; a leaf's point, where it is one.
            public int Children, Point;
        }

        public void Build(double[] x, double[] y)
        {
            (_x, _y) = (x, y);
            var (left, top, right, bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
            for (var i = 0; i < x.Length; i++)
            {
                left = Math.Min(left, x[i]);
                right = Math.Max(right, x[i]);
                top = Math.Min(top, y[i]);
                bottom = Math.Max(bottom, y[i]);
            }
            _size = Math.Max(right - left, bottom - top) + 1;
            _used = 1;
            _cells[0] = default;
            for (var i = 0; i < x.Length; i++) Add(i, left, top);
            for (var i = 0; i < _used; i++)
            {
                if (_cells[i].Points == 0) continue;
                _cells[i].X /= _cells[i].Points;
                _cells[i].Y /= _cells[i].Points;
            }
        }

        private void Add(int point, double left, double top)
        {
            var (at, size) = (0, _size);
            for (var depth = 0; ; depth++)
            {
                if (_cells[at].Points > 0 && _cells[at].Children == 0 && depth < Deepest)
                {
                    // A second point: the first moves one down.
                    var first = _cells[at].Point;
                    if (_used + 4 > _cells.Length) Array.Resize(ref _cells, _cells.Length * 2);
                    var children = _used;
                    _used += 4;
                    Array.Clear(_cells, children, 4);
                    _cells[at].Children = children;
                    ref var child = ref _cells[children + Quarter(first, left, top, size / 2)];
                    (child.X, child.Y, child.Points, child.Point) = (_x[first], _y[first], 1, first);
                }
                ref var cell = ref _cells[at];
                cell.X += _x[point];
                cell.Y += _y[point];
                cell.Point = point;
                if (cell.Points++ == 0 || cell.Children == 0) return;
                size /= 2;
                var quarter = Quarter(point, left, top, size);
                left += (quarter & 1) * size;
                top += (quarter >> 1) * size;
                at = cell.Children + quarter;
            }
        }

        private int Quarter(int point, double left, double top, double half) => (_x[point] >= left + half ? 1 : 0) | (_y[point] >= top + half ? 2 : 0);

        /// <summary>The sum of direction over distance squared to all points but one.</summary>
        public (double X, double Y) Sum(double x, double y, int self, double near)
        {
            Span<(int Cell, double Size)> open = stackalloc (int, double)[4 * (Deepest + 2)];
            var (count, fx, fy) = (1, 0.0, 0.0);
            open[0] = (0, _size);
            while (count > 0)
            {
                var (at, size) = open[--count];
                ref readonly var cell = ref _cells[at];
                if (cell.Points == 0) continue;
                var (dx, dy) = (cell.X - x, cell.Y - y);
                var squared = (dx * dx) + (dy * dy);
                if (cell.Children != 0 && size * size >= near * squared)
                {
                    for (var i = 0; i < 4; i++) open[count++] = (cell.Children + i, size / 2);
                    continue;
                }
                if (cell.Children == 0 && cell.Point == self && cell.Points == 1) continue;
                // Nothing is nearer than one, or it would be flung away.
                var weight = cell.Points / Math.Max(squared, 1);
                fx += dx * weight;
                fy += dy * weight;
            }
            return (fx, fy);
        }
    }
}
