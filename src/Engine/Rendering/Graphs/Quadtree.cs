namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// A quadtree of points that sums forces with the Barnes-Hut approximation (J. Barnes, P. Hut, Nature 324, 1986). It is rebuilt
/// for every step in the same memory.
/// </summary>
/// <param name="points">The number of points.</param>
internal sealed class Quadtree(int points)
{
    // Points in the same cell of this depth count as one.
    private const int Deepest = 20;

    private Cell[] _cells = new Cell[Math.Max(16, points * 3)];
    private double[] _x = [], _y = [];
    private double _size;
    private int _used;

    private struct Cell
    {
        public double X, Y;
        public int Points;

        // The index of the first of four child cells, 0 for a leaf; and the last point added.
        public int Children, Point;
    }

    /// <summary>Builds the tree of points.</summary>
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
                // The cell holds a point already: that one moves into a child cell.
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

    private int Quarter(int point, double left, double top, double half)
        => (_x[point] >= left + half ? 1 : 0) | (_y[point] >= top + half ? 2 : 0);

    /// <summary>The sum, over all points, of the vector to the point divided by the squared distance.</summary>
    /// <param name="x">Where the vectors start.</param>
    /// <param name="y">Where the vectors start.</param>
    /// <param name="self">The point that is left out.</param>
    /// <param name="near">The square of the ratio of cell size to distance from which a cell is not summed as a whole.</param>
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
            // The distance is at least 1, because the force of closer points would be too large.
            var weight = cell.Points / Math.Max(squared, 1);
            fx += dx * weight;
            fy += dy * weight;
        }
        return (fx, fy);
    }
}
