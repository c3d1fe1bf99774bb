using KernelMagnifier.Tables;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>Generated rows of any table, by column.</summary>
internal sealed class ColumnRows : TableRows
{
    private const int Most = 1 << 19;

    private readonly FleetColumn[] _columns;
    private readonly TextArena _texts = new();
    private readonly Dictionary<string, TextRef> _known = new(StringComparer.Ordinal);
    private int _count;

    public ColumnRows(TableSchema schema, string host, string recording) : base(schema)
    {
        (Host, Recording) = (host, recording);
        _columns = [.. schema.Columns.Skip(TableSchema.Common).Select(column => new FleetColumn(column))];
    }

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override bool IsFull => _count == Most;

    /// <summary>A column behind the common ones, to which the value of the next row is added.</summary>
    public FleetColumn this[int column] => _columns[column];

    /// <summary>The text in memory that does not move, once for all equal ones.</summary>
    public TextRef Keep(string? text)
    {
        if (text is null) return default;
        if (!_known.TryGetValue(text, out var kept)) _known.Add(text, kept = _texts.Add(text));
        return kept;
    }

    /// <summary>Ends a row, of which every column got its value.</summary>
    public void End() => _count++;

    /// <inheritdoc/>
    public override void Clear()
    {
        _count = 0;
        foreach (var column in _columns) column.Clear();
    }

    /// <inheritdoc/>
    private protected override void CopyOwn(int column, int from, TableChunk chunk)
    {
        for (var row = from; row < _count && !chunk.IsFull; row++) _columns[column].Copy(row, chunk);
    }
}
