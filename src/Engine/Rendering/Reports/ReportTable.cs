using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>A table in memory, independent of its format.</summary>
/// <param name="columns">The columns.</param>
internal sealed class ReportTable(IReadOnlyList<ReportColumn> columns)
{
    /// <summary>The columns, in the order of the output.</summary>
    public IReadOnlyList<ReportColumn> Columns { get; } = columns;

    /// <summary>The rows, each with one value per column.</summary>
    public List<ReportValue[]> Rows { get; private set; } = [];

    /// <summary>The index of a column, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    /// <summary>
    /// Merges rows that differ only in their sums, and adds those up. Such rows are functions with the same name and source at
    /// different addresses, and the output could not distinguish them.
    /// </summary>
    public void MergeEqualRows()
    {
        int[] keys = [.. Enumerable.Range(0, Columns.Count).Where(i => !Columns[i].IsSum)];
        int[] sums = [.. Enumerable.Range(0, Columns.Count).Where(i => Columns[i].IsSum)];
        var merged = new Dictionary<ReportValue[], ReportValue[]>(Rows.Count, new KeyComparer(keys));
        foreach (var row in Rows)
        {
            if (merged.TryAdd(row, row)) continue;
            var first = merged[row];
            foreach (var i in sums) first[i] = ReportValue.Sum(first[i], row[i]);
        }
        Rows = [.. merged.Values];
    }

    /// <summary>Sorts by some columns, then by all others, so that the order of rows is deterministic.</summary>
    public void Sort(params IReadOnlyList<(int Column, bool Descending)> by)
    {
        int Compare(ReportValue[] a, ReportValue[] b)
        {
            foreach (var (column, descending) in by)
                if (a[column].CompareTo(b[column]) is not 0 and var order)
                    return descending ? -order : order;
            for (var i = 0; i < Columns.Count; i++)
                if (!Columns[i].IsSum && a[i].CompareTo(b[i]) is not 0 and var order)
                    return order;
            return 0;
        }

        // The edges of a graph are sorted already.
        for (var i = 1; i < Rows.Count; i++)
            if (Compare(Rows[i - 1], Rows[i]) > 0)
            {
                Rows.Sort(Compare);
                return;
            }
    }

    /// <summary>Removes all but the first rows.</summary>
    public void Keep(int rows)
    {
        if (rows < Rows.Count) Rows.RemoveRange(rows, Rows.Count - rows);
    }

    private sealed class KeyComparer(int[] keys) : IEqualityComparer<ReportValue[]>
    {
        private readonly SeededHash _hash = SeededHash.Create();

        public bool Equals(ReportValue[]? x, ReportValue[]? y) => Array.TrueForAll(keys, i => x![i] == y![i]);

        public int GetHashCode(ReportValue[] row)
        {
            var hash = 0ul;
            foreach (var i in keys) hash = _hash.Of(hash, row[i].Hash(in _hash));
            return (int)(hash >> 32);
        }
    }
}
