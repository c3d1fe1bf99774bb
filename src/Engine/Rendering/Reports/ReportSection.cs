namespace KernelMagnifier.Rendering.Reports;

/// <summary>A table of a <see cref="CallReport"/>. Its rows are made one at a time while they are written, so that a million of them take no room.</summary>
public sealed class ReportSection
{
    private readonly Func<IEnumerable<ReportValue[]>> _rows;

    private ReportSection(string name, IReadOnlyList<ReportColumn> columns, int count, int left, long leftCalls, Func<IEnumerable<ReportValue[]>> rows)
        => (Name, Columns, Count, LeftOut, LeftOutCalls, _rows) = (name, columns, count, left, leftCalls, rows);

    /// <summary>What the rows are, in the plural and with a capital: <c>Functions</c>.</summary>
    public string Name { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<ReportColumn> Columns { get; }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>Rows that were left out because fewer were asked for.</summary>
    public int LeftOut { get; }

    /// <summary>Calls over the rows that were left out.</summary>
    public long LeftOutCalls { get; }

    /// <summary>The rows, most calls first. The array is one and the same for all of them: who keeps a row copies it.</summary>
    public IEnumerable<ReportValue[]> Rows => _rows();

    /// <summary>The position of the column that holds the number of calls.</summary>
    public int CallsColumn { get; private init; }

    /// <summary>The largest number of calls; 0 when there is no row.</summary>
    public long MostCalls { get; private init; }

    /// <summary>Which columns hold a value in some row.</summary>
    public bool[] Known()
    {
        var known = new bool[Columns.Count];
        var missing = known.Length;
        foreach (var row in Rows)
        {
            for (var i = 0; i < known.Length; i++)
            {
                if (known[i] || row[i].Kind == ReportKind.None) continue;
                known[i] = true;
                missing--;
            }
            if (missing == 0) break;
        }
        return known;
    }

    internal static ReportSection Of<T>(
        string name, IReadOnlyList<(ReportColumn Column, Func<T, ReportValue> Value)> columns, IReadOnlyList<T> items, Func<T, long> calls, int? top)
    {
        var count = Math.Min(items.Count, top ?? int.MaxValue);
        return new ReportSection(name, [.. columns.Select(c => c.Column)], count, items.Count - count, items.Skip(count).Sum(calls), Rows)
        {
            CallsColumn = columns.ToList().FindIndex(c => c.Column.Name is "calls" or "count"),
            MostCalls = items.Count > 0 ? calls(items[0]) : 0,
        };

        IEnumerable<ReportValue[]> Rows()
        {
            var row = new ReportValue[columns.Count];
            for (var r = 0; r < count; r++)
            {
                for (var c = 0; c < row.Length; c++) row[c] = columns[c].Value(items[r]);
                yield return row;
            }
        }
    }
}
