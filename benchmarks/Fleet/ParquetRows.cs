using KernelMagnifier.Parquet;
using KernelMagnifier.Tables;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>Writes rows as the product writes a table of a recording.</summary>
internal sealed class ParquetRows : FleetRows
{
    private readonly FileStream _file;
    private readonly TableFileWriter _writer;
    private readonly ColumnRows _rows;
    private readonly string _table;
    private int _next;

    public ParquetRows(string path, string table, string host, string recording)
    {
        _table = table;
        var schema = TableSchema.All.First(one => one.Name == table);
        _rows = new ColumnRows(schema, host, recording);
        _file = File.Create(path);
        // The host and the recording are in the path.
        var columns = Enumerable.Range(TableSchema.Common, schema.Columns.Count - TableSchema.Common).ToArray();
        _writer = ParquetTables.Create().Create(schema, columns, _file);
    }

    /// <inheritdoc/>
    public override void Text(string? value)
    {
        if (_next++ >= TableSchema.Common) Column.Add(_rows.Keep(value));
    }

    /// <inheritdoc/>
    public override void Number(long? value)
    {
        _next++;
        Column.Add(value);
    }

    /// <inheritdoc/>
    public override void Time(long? value) => Number(value);

    /// <inheritdoc/>
    public override void Real(double value)
    {
        _next++;
        Column.Add(value);
    }

    /// <inheritdoc/>
    public override void Numbers(IEnumerable<long?> values)
    {
        _next++;
        Column.Add([.. values]);
    }

    /// <inheritdoc/>
    public override void End()
    {
        _next = 0;
        _rows.End();
        if (_rows.IsFull) Write();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Write();
        _writer.Close(new Dictionary<string, string>
        {
            ["kernel-magnifier.table"] = _table,
            ["kernel-magnifier.schema"] = TableSchema.Version,
        });
        _writer.Dispose();
        _file.Dispose();
    }

    private FleetColumn Column => _rows[_next - 1 - TableSchema.Common];

    private void Write()
    {
        if (_rows.Count > 0) _writer.Write(_rows);
        _rows.Clear();
    }
}
