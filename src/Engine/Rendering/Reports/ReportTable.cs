namespace KernelMagnifier.Rendering.Reports;

/// <summary>The rows of a report, before any format.</summary>
/// <param name="columns">The columns.</param>
public sealed class ReportTable(IReadOnlyList<ReportColumn> columns)
{
    /// <summary>The columns, in the order in which formats show them.</summary>
    public IReadOnlyList<ReportColumn> Columns { get; } = columns;

    /// <summary>The rows; each has one value per column.</summary>
    public List<ReportValue[]> Rows { get; private set; } = [];

    /// <summary>The position of a column, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    /// <summary>
    /// Makes one row of those that are equal in all columns but the sums, which are added up: two functions that nothing printed
    /// tells apart (one name at two addresses) would otherwise look like a mistake.
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

    /// <summary>Sorts by columns; rows equal in them keep a fixed order, by all other columns.</summary>
    public void Sort(params IReadOnlyList<(int Column, bool Descending)> by)
    {
        Rows.Sort((a, b) =>
        {
            foreach (var (column, descending) in by)
                if (a[column].CompareTo(b[column]) is not 0 and var order)
                    return descending ? -order : order;
            for (var i = 0; i < Columns.Count; i++)
                if (!Columns[i].IsSum && a[i].CompareTo(b[i]) is not 0 and var order)
                    return order;
            return 0;
        });
    }

    /// <summary>Keeps the first rows.</summary>
    public void Keep(int rows)
    {
        if (rows < Rows.Count) Rows.RemoveRange(rows, Rows.Count - rows);
    }

    private sealed class KeyComparer(int[] keys) : IEqualityComparer<ReportValue[]>
    {
        public bool Equals(ReportValue[]? x, ReportValue[]? y) => Array.TrueForAll(keys, i => x![i] == y![i]);

        public int GetHashCode(ReportValue[] row)
        {
            var hash = new HashCode();
            foreach (var i in keys) hash.Add(row[i]);
            return hash.ToHashCode();
        }
    }
}
