using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// A table of a <see cref="CallReport"/>. Rows are made one at a time while they are written, so their number takes no memory.
/// </summary>
internal sealed class ReportSection
{
    private readonly Func<IEnumerable<ReportValue[]>> _rows;

    private ReportSection(
        string name, IReadOnlyList<ReportColumn> columns, int count, int omitted, long omittedCalls,
        Func<IEnumerable<ReportValue[]>> rows)
        => (Name, Columns, Count, Omitted, OmittedCalls, _rows) = (name, columns, count, omitted, omittedCalls, rows);

    /// <summary>The name of the rows, as a capitalized plural: <c>Functions</c>.</summary>
    public string Name { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<ReportColumn> Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The number of rows beyond the limit.</summary>
    public int Omitted { get; }

    /// <summary>The calls of the rows beyond the limit.</summary>
    public long OmittedCalls { get; }

    /// <summary>The rows, in the order of the report. All rows are the same array: copy a row to keep it.</summary>
    public IEnumerable<ReportValue[]> Rows => _rows();

    /// <summary>The index of the column with the number of calls.</summary>
    public int CallsColumn { get; private init; }

    /// <summary>The largest number of calls; 0 without rows.</summary>
    public long MostCalls { get; private init; }

    /// <summary>
    /// Whether its rows only detail those of another table. Then the report needs no note that some are not listed; the table has
    /// one.
    /// </summary>
    public bool IsDetail { get; init; }

    /// <summary>For each column, whether any row has a value in it.</summary>
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

    /// <summary>The indexes of the columns in formats for people: those with values.</summary>
    public int[] ColumnsForPeople()
    {
        var known = Known();
        return [.. Enumerable.Range(0, known.Length).Where(i => !Columns[i].NotInTable && (known[i] || i == CallsColumn))];
    }

    /// <summary>A sentence about the rows beyond the limit; null when there are none.</summary>
    public string? OmittedText()
        => Omitted == 0 ? null
            : CountsCalls ? $"… and {DisplayText.Number(Omitted)} more, with {DisplayText.Count(OmittedCalls, "call")}."
            : $"… and {DisplayText.Number(Omitted)} more.";

    private bool CountsCalls { get; init; } = true;

    /// <summary>Makes a table.</summary>
    /// <param name="name">The name of the rows.</param>
    /// <param name="columns">The columns, and the value of each.</param>
    /// <param name="items">The things that the rows are made of.</param>
    /// <param name="calls">The calls, or whatever is counted, of each.</param>
    /// <param name="top">The most rows; null for all.</param>
    /// <param name="countsCalls">Whether calls are counted.</param>
    /// <param name="isDetail">Whether the rows only detail those of another table.</param>
    internal static ReportSection Of<T>(
        string name, IReadOnlyList<(ReportColumn Column, Func<T, ReportValue> Value)> columns, IReadOnlyList<T> items,
        Func<T, long> calls, int? top, bool countsCalls = true, bool isDetail = false)
    {
        var count = Math.Min(items.Count, top ?? int.MaxValue);
        var omittedCalls = items.Skip(count).Sum(calls);
        return new ReportSection(name, [.. columns.Select(c => c.Column)], count, items.Count - count, omittedCalls, Rows)
        {
            CallsColumn = columns.ToList().FindIndex(c => c.Column.Name is "calls" or "count"),
            MostCalls = items.Take(count).Select(calls).DefaultIfEmpty(0).Max(), CountsCalls = countsCalls,
            IsDetail = isDetail,
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
