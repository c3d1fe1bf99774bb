namespace KernelMagnifier.Latency.Paths;

/// <summary>The points of a history by their owners (tasks, or CPUs), each in time order.</summary>
/// <param name="limit">The most points.</param>
internal sealed class PointOrder<TPoint>(int limit)
    where TPoint : struct
{
    private readonly List<TPoint> _points = [];
    private int[] _last = new int[16];
    private int[] _starts = [], _order = [];

    /// <summary>Whether there is room for another point.</summary>
    public bool HasRoom => _points.Count < limit;

    /// <summary>The last point of an owner so far, or a null reference. Valid until the next addition.</summary>
    public ref TPoint Last(int owner)
    {
        if (owner >= _last.Length || _last[owner] == 0) return ref System.Runtime.CompilerServices.Unsafe.NullRef<TPoint>();
        return ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_points)[_last[owner] - 1];
    }

    /// <summary>Adds a point after the others of its owner.</summary>
    public void Add(int owner, in TPoint point)
    {
        if (owner >= _last.Length) Array.Resize(ref _last, Math.Max(owner + 1, _last.Length * 2));
        _points.Add(point);
        _last[owner] = _points.Count;
    }

    /// <summary>Sorts the points by owner. None is added afterwards.</summary>
    public void Complete(Func<TPoint, int> ownerOf)
    {
        _starts = new int[_last.Length + 1];
        foreach (var point in _points) _starts[ownerOf(point) + 1]++;
        for (var i = 1; i < _starts.Length; i++) _starts[i] += _starts[i - 1];
        var next = (int[])_starts.Clone();
        _order = new int[_points.Count];
        for (var i = 0; i < _points.Count; i++) _order[next[ownerOf(_points[i])]++] = i;
    }

    /// <summary>The range of positions of an owner.</summary>
    public (int Start, int End) Of(int owner)
        => (uint)owner < (uint)_last.Length ? (_starts[owner], _starts[owner + 1]) : default;

    /// <summary>The point at a position.</summary>
    public ref readonly TPoint this[int position]
        => ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_points)[_order[position]];
}
