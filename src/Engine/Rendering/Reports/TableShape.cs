namespace KernelMagnifier.Rendering.Reports;

/// <summary>The columns of a table that is written in parts, each when it is known. The heading is written once.</summary>
internal sealed class TableShape
{
    private int[] _columns = [], _widths = [];

    /// <summary>Whether a part before had a column: it stays, also where it has no value.</summary>
    public bool Has(int column) => _columns.Contains(column);

    /// <summary>
    /// Continues the table: widens the columns of a part to those before. False if it needs a heading, because it is the first
    /// part or has more columns.
    /// </summary>
    /// <param name="columns">The columns of the part.</param>
    /// <param name="widths">Their widths.</param>
    public bool Continue(int[] columns, int[] widths)
    {
        var isSame = _columns.AsSpan().SequenceEqual(columns);
        if (isSame)
            for (var at = 0; at < widths.Length; at++) widths[at] = Math.Max(widths[at], _widths[at]);
        (_columns, _widths) = (columns, widths);
        return isSame && columns.Length > 0;
    }
}
