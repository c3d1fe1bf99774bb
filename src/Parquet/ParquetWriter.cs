using KernelMagnifier.Tables;
using ParquetSharp;
using ParquetSharp.IO;

namespace KernelMagnifier.Parquet;

/// <summary>Writes one Parquet file.</summary>
internal sealed class ParquetWriter : TableFileWriter
{
    private const int CompressionLevel = 1, MostLanes = 2;

    private readonly TableSchema _schema;
    private readonly IReadOnlyList<int> _columns;
    private readonly CheckedStream _stream;
    private readonly ManagedOutputStream _output;
    private readonly ParquetFileWriter _writer;
    private readonly Dictionary<string, string> _metadata = [];
    private readonly Lane[] _lanes;

    /// <summary>What a thread makes columns in.</summary>
    private sealed class Lane
    {
        public TableChunk Chunk { get; } = new();

        public ByteArray[] Texts { get; set; } = [];
    }

    /// <summary>Starts a file.</summary>
    public ParquetWriter(TableSchema schema, IReadOnlyList<int> columns, Stream output)
    {
        (_schema, _columns) = (schema, columns);
        _stream = new CheckedStream(output);
        _lanes = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, MostLanes)).Select(_ => new Lane())];
        _output = new ManagedOutputStream(_stream, leaveOpen: true);
        using var root = ParquetSchema.Of(schema, columns);
        using var properties = Properties(schema, columns);
        // The keys are read when the file is closed.
        _writer = _stream.Guard(() => new ParquetFileWriter(_output, root, properties, _metadata));
    }

    /// <inheritdoc/>
    public override void Write(TableRows rows) => _stream.Guard(() =>
    {
        rows.Prepare();
        if (rows.IsParallel && rows.Count > TableChunk.Room) WriteParallel(rows);
        else WriteInTurn(rows);
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

    private void WriteInTurn(TableRows rows)
    {
        using var group = _writer.AppendRowGroup();
        foreach (var column in _columns)
        {
            using var writer = group.NextColumn();
            for (var row = 0; row < rows.Count; row += _lanes[0].Chunk.Rows)
            {
                rows.Copy(column, row, _lanes[0].Chunk);
                Write(writer, _schema.Columns[column], _lanes[0]);
            }
        }
        group.Close();
    }

    /// <summary>
    /// Writes all columns side by side, so that rows are in the cache for all of them, and on several threads. The library keeps
    /// the columns, compressed, until the end of the group; each has its own memory.
    /// </summary>
    private void WriteParallel(TableRows rows)
    {
        using var group = _writer.AppendBufferedRowGroup();
        var writers = new List<ColumnWriter>();
        try
        {
            for (var i = 0; i < _columns.Count; i++) writers.Add(group.Column(i));
            Task[] lanes = [.. _lanes.Skip(1).Select((lane, number) => Task.Run(() => WriteLane(rows, writers, number + 1)))];
            try
            {
                WriteLane(rows, writers, 0);
            }
            finally
            {
                Task.WhenAll(lanes).GetAwaiter().GetResult();
            }
        }
        finally
        {
            foreach (var writer in writers) writer.Dispose();
        }
        group.Close();
    }

    private void WriteLane(TableRows rows, List<ColumnWriter> writers, int number)
    {
        var lane = _lanes[number];
        for (var row = 0; row < rows.Count; row += TableChunk.Room)
        {
            for (var i = number; i < writers.Count; i += _lanes.Length)
            {
                rows.Copy(_columns[i], row, lane.Chunk);
                Write(writers[i], _schema.Columns[_columns[i]], lane);
            }
        }
    }

    private static void Write(ColumnWriter writer, TableColumn column, Lane lane)
    {
        var chunk = lane.Chunk;
        var levels = column.IsRequired ? default : chunk.Levels;
        var repeats = column.IsList ? chunk.Repeats : default;
        switch (column.Type)
        {
            case TableType.Int:
                ((ColumnWriter<int>)writer).WriteBatch(chunk.Count, levels, repeats, chunk.Ints);
                break;
            case TableType.Real:
                ((ColumnWriter<double>)writer).WriteBatch(chunk.Count, levels, repeats, chunk.Reals);
                break;
            case TableType.Bool:
                ((ColumnWriter<bool>)writer).WriteBatch(chunk.Count, levels, repeats, chunk.Flags);
                break;
            case TableType.Time or TableType.Long or TableType.Longs:
                ((ColumnWriter<long>)writer).WriteBatch(chunk.Count, levels, repeats, chunk.Longs);
                break;
            default:
                ((ColumnWriter<ByteArray>)writer).WriteBatch(chunk.Count, levels, repeats, Texts(lane));
                break;
        }
    }

    private static ReadOnlySpan<ByteArray> Texts(Lane lane)
    {
        var texts = lane.Chunk.Texts;
        if (lane.Texts.Length < texts.Length) lane.Texts = new ByteArray[texts.Length];
        var bytes = lane.Texts.AsSpan(0, texts.Length);
        for (var i = 0; i < texts.Length; i++) bytes[i] = new ByteArray(texts[i].Address, texts[i].Length);
        return bytes;
    }

    private static WriterProperties Properties(TableSchema schema, IReadOnlyList<int> columns)
    {
        using var builder = new WriterPropertiesBuilder();
        var version = typeof(ParquetWriter).Assembly.GetName().Version?.ToString(3);
        builder.Compression(ParquetSharp.Compression.Zstd).CompressionLevel(CompressionLevel)
            .EnablePageChecksum().EnableWritePageIndex().CreatedBy($"kernel-magnifier {version}");
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
