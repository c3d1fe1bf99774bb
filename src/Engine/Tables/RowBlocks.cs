namespace KernelMagnifier.Tables;

/// <summary>
/// Rows in blocks of as many as a <see cref="TableChunk"/> has room for. A block neither moves nor is copied when more rows come,
/// and fits into the cache of a processor while columns are made of it.
/// </summary>
internal sealed class RowBlocks<T> where T : struct
{
    /// <summary>The rows of a block.</summary>
    public const int Size = TableChunk.Room;

    private const int Least = 1 << 12;

    private readonly List<T[]> _blocks = [];

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The room behind the last row, of at least one row, which <see cref="Take"/> makes rows.</summary>
    public Span<T> Free
    {
        get
        {
            var (block, used) = (Count / Size, Count % Size);
            if (block == _blocks.Count) _blocks.Add(new T[block == 0 ? Least : Size]);
            // Only the first block grows: an export can have many files with few rows each.
            if (used == _blocks[block].Length)
            {
                var rows = _blocks[block];
                Array.Resize(ref rows, rows.Length * 2);
                _blocks[block] = rows;
            }
            return _blocks[block].AsSpan(used);
        }
    }

    /// <summary>Counts rows that were set in <see cref="Free"/>.</summary>
    public void Take(int rows) => Count += rows;

    /// <summary>Adds a row.</summary>
    public void Add(in T row)
    {
        Free[0] = row;
        Count++;
    }

    /// <summary>The rows from one to the end of its block.</summary>
    public ReadOnlySpan<T> From(int row)
    {
        var start = row / Size * Size;
        return row >= Count ? default : _blocks[row / Size].AsSpan(row - start, Math.Min(Size, Count - start) - (row - start));
    }

    /// <summary>Forgets the rows. The memory is kept for others.</summary>
    public void Clear() => Count = 0;
}
