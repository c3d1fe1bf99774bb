using KernelMagnifier.Tables;
using ParquetSharp;
using ParquetSharp.IO;

namespace KernelMagnifier.Parquet;

/// <summary>Writes one Parquet file.</summary>
internal sealed class ParquetWriter : TableFileWriter
{
    private const int CompressionLevel = 1;

    private readonly TableSchema _schema;
    private readonly IReadOnlyList<int> _columns;
    private readonly CheckedStream _stream;
    private readonly ManagedOutputStream _output;
    private readonly ParquetFileWriter _writer;
    private readonly Dictionary<string, string> _metadata = [];
    private readonly TableChunk _chunk = new();
    private ByteArray[] _texts = [];

    /// <summary>Starts a file.</summary>
    public ParquetWriter(TableSchema schema, IReadOnlyList<int> columns, Stream output)
    {
        (_schema, _columns) = (schema, columns);
        _stream = new CheckedStream(output);
        _output = new ManagedOutputStream(_stream, leaveOpen: true);
        using var root = ParquetSchema.Of(schema, columns);
        using var properties = Properties(schema, columns);
        // The keys are read when the file is closed.
        _writer = _stream.Guard(() => new ParquetFileWriter(_output, root, properties, _metadata));
    }

    /// <inheritdoc/>
    public override void Write(TableRows rows) => _stream.Guard(() =>
    {
        using var group = _writer.AppendRowGroup();
        foreach (var column in _columns)
        {
            using var writer = group.NextColumn();
            for (var row = 0; row < rows.Count; row += _chunk.Rows)
            {
                rows.Copy(column, row, _chunk);
                Write(writer, _schema.Columns[column]);
            }
        }
        group.Close();
        // The texts belong to them.
        GC.KeepAlive(rows);
        return true;
    });

    /// <inheritdoc/>
    public override void Close(IReadOnlyDictionary<string, string> metadata) => _stream.Guard(() =>
    {
        foreach (var (key, value) in metadata) _metadata[key] = value;
        _writer.Close();
        return true;
    });

    /// <inheritdoc/>
    public override void Dispose()
    {
        _stream.IsEnded = true;
        try
        {
            _writer.Dispose();
        }
        catch (ParquetException)
        {
            // The end of a file that is given up cannot be written.
        }
        _output.Dispose();
    }

    private void Write(ColumnWriter writer, TableColumn column)
    {
        var levels = column.IsRequired ? default : _chunk.Levels;
        var repeats = column.IsList ? _chunk.Repeats : default;
        switch (column.Type)
        {
            case TableType.Int:
                ((ColumnWriter<int>)writer).WriteBatch(_chunk.Count, levels, repeats, _chunk.Ints);
                break;
            case TableType.Real:
                ((ColumnWriter<double>)writer).WriteBatch(_chunk.Count, levels, repeats, _chunk.Reals);
                break;
            case TableType.Bool:
                ((ColumnWriter<bool>)writer).WriteBatch(_chunk.Count, levels, repeats, _chunk.Flags);
                break;
            case TableType.Time or TableType.Long or TableType.Longs:
                ((ColumnWriter<long>)writer).WriteBatch(_chunk.Count, levels, repeats, _chunk.Longs);
                break;
            default:
                ((ColumnWriter<ByteArray>)writer).WriteBatch(_chunk.Count, levels, repeats, Texts());
                break;
        }
    }

    private ReadOnlySpan<ByteArray> Texts()
    {
        var texts = _chunk.Texts;
        if (_texts.Length < texts.Length) _texts = new ByteArray[texts.Length];
        for (var i = 0; i < texts.Length; i++) _texts[i] = new ByteArray(texts[i].Address, texts[i].Length);
        return _texts.AsSpan(0, texts.Length);
    }

    private static WriterProperties Properties(TableSchema schema, IReadOnlyList<int> columns)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(ParquetSharp.Compression.Zstd).CompressionLevel(CompressionLevel)
            .EnablePageChecksum().EnableWritePageIndex().CreatedBy($"kernel-magnifier {typeof(ParquetWriter).Assembly.GetName().Version?.ToString(3)}");
        foreach (var column in columns.Select(column => schema.Columns[column]))
        {
            if (column.Type is TableType.Text or TableType.Json) builder.DisableDictionary(column.Name);
            // Times grow, and durations differ: what they differ by is shorter than they are.
            if (column.Type is TableType.Time || column.Name.Contains("clock", StringComparison.Ordinal)
                || (column.Type == TableType.Long && column.Name.EndsWith("_ns", StringComparison.Ordinal)))
                builder.DisableDictionary(column.Name).Encoding(column.Name, ParquetSharp.Encoding.DeltaBinaryPacked);
        }
        return builder.Build();
    }
}
