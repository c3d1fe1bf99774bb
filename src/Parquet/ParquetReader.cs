using System.Buffers.Binary;
using KernelMagnifier.Tables;
using ParquetSharp;
using ParquetSharp.IO;

namespace KernelMagnifier.Parquet;

/// <summary>Reads one Parquet file. Nothing in it is trusted.</summary>
internal sealed class ParquetReader : TableFileReader
{
    private const int Tail = 8, MostFooter = 64 << 20, BufferSize = 1 << 18, MostColumns = 10_000;

    private readonly string _path;
    private readonly CheckedStream _stream;
    private readonly ManagedRandomAccessFile _file;
    private readonly ParquetFileReader _reader;

    private ParquetReader(Stream input, string path)
    {
        _path = path;
        _stream = new CheckedStream(input);
        _file = new ManagedRandomAccessFile(_stream, leaveOpen: true);
        ParquetFileReader? reader = null;
        try
        {
            _reader = reader = Open(_file);
            Metadata = reader.FileMetaData.KeyValueMetadata ?? new Dictionary<string, string>();
            Rows = reader.FileMetaData.NumRows;
            Columns = ColumnsOf(reader.FileMetaData);
        }
        catch
        {
            // The library calls back into the file when the last of its objects is freed. A finalizer would do that when the file
            // is collected already, which ends the process.
            reader?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, TableType? Type)> Columns { get; }

    /// <inheritdoc/>
    public override long Rows { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TableUnreadable"/>.</exception>
    public static ParquetReader Open(Stream input, string path)
    {
        CheckEnds(input, path);
        return Guard(path, () => new ParquetReader(input, path));
    }

    /// <inheritdoc/>
    public override IEnumerable<TableBatch> Read(TableSchema schema, CancellationToken cancel)
    {
        var values = new TableValues?[schema.Columns.Count];
        var batch = new TableBatch(schema, values);
        var names = new Dictionary<int, ColumnNames>();
        for (var number = 0; number < _reader.FileMetaData.NumRowGroups; number++)
        {
            var at = number;
            using var group = Guard(_path, () => _reader.RowGroup(at));
            var rows = Guard(_path, () => group.MetaData.NumRows);
            var columns = Guard(_path, () => Open(schema, group, values, names));
            try
            {
                for (var left = rows; left > 0; left -= batch.Count)
                {
                    cancel.ThrowIfCancellationRequested();
                    batch.Count = (int)Math.Min(left, TableValues.Most);
                    Guard(_path, () => Fill(columns, batch.Count));
                    yield return batch;
                }
            }
            finally
            {
                foreach (var column in columns) column.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }

    private static ParquetFileReader Open(ManagedRandomAccessFile file)
    {
        // Pages are read as they are needed: a chunk of a column can be large.
        using var properties = ReaderProperties.GetDefaultReaderProperties();
        properties.EnableBufferedStream();
        properties.BufferSize = BufferSize;
        properties.EnablePageChecksumVerification();
        properties.SetThriftStringSizeLimit(MostFooter);
        return new ParquetFileReader(file, properties);
    }

    private List<ParquetColumn> Open(TableSchema schema, RowGroupReader group, TableValues?[] values, Dictionary<int,
        ColumnNames> names)
    {
        var columns = new List<ParquetColumn>();
        try
        {
            for (var column = 0; column < schema.Columns.Count; column++)
            {
                var found = -1;
                for (var i = 0; i < Columns.Count && found < 0; i++)
                    if (Columns[i].Name == schema.Columns[column].Name)
                        found = i;
                if (found < 0) continue;
                var into = values[column] ??= TableValues.Of(schema.Columns[column].Type);
                if (!names.TryGetValue(column, out var known)) names.Add(column, known = new ColumnNames());
                columns.Add(new ParquetColumn(group.Column(found), schema.Columns[column], into, known));
            }
            return columns;
        }
        catch
        {
            // A column that cannot be opened must not leave the others to finalizers.
            foreach (var column in columns) column.Dispose();
            throw;
        }
    }

    private static bool Fill(List<ParquetColumn> columns, int rows)
    {
        foreach (var column in columns) column.Read(rows);
        return true;
    }

    private static List<(string Name, TableType? Type)> ColumnsOf(FileMetaData file)
    {
        var count = file.NumColumns;
        if (count > MostColumns) throw new FormatException($"it has more than {MostColumns} columns");
        var columns = new List<(string, TableType?)>(count);
        for (var i = 0; i < count; i++)
        {
            var column = file.Schema.Column(i);
            var path = column.Path.ToDotVector();
            columns.Add((path[0], TypeOf(column, path.Length)));
        }
        return columns;
    }

    private static TableType? TypeOf(ColumnDescriptor column, int depth)
    {
        using var logical = column.LogicalType;
        var isPlain = logical.Type is LogicalTypeEnum.None or LogicalTypeEnum.Int;
        TableType? element = column.PhysicalType switch
        {
            PhysicalType.Int64 when logical is TimestampLogicalType { TimeUnit: TimeUnit.Nanos } => TableType.Time,
            PhysicalType.Int64 when isPlain => TableType.Long,
            PhysicalType.Int32 when isPlain => TableType.Int,
            PhysicalType.Double => TableType.Real,
            PhysicalType.Boolean => TableType.Bool,
            PhysicalType.ByteArray when logical.Type is LogicalTypeEnum.String or LogicalTypeEnum.Json => TableType.Text,
            _ => null,
        };
        if (depth == 1) return column is { MaxRepetitionLevel: 0, MaxDefinitionLevel: <= 1 } ? element : null;
        if (depth != 3 || column is not { MaxRepetitionLevel: 1, MaxDefinitionLevel: 3 }) return null;
        return element switch { TableType.Long => TableType.Longs, TableType.Text => TableType.Texts, _ => null };
    }

    /// <summary>Checks what a whole file begins and ends with.</summary>
    private static void CheckEnds(Stream input, string path)
    {
        Span<byte> head = stackalloc byte[4], tail = stackalloc byte[Tail];
        try
        {
            if (input.Length < head.Length + Tail) throw Unreadable(path, "it is too short for a Parquet file");
            input.Position = 0;
            input.ReadExactly(head);
            input.Position = input.Length - Tail;
            input.ReadExactly(tail);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, $"it cannot be read: {error.Message.TrimEnd('.')}");
        }
        if (!head.SequenceEqual("PAR1"u8)) throw Unreadable(path, "it is no Parquet file");
        if (tail[4..].SequenceEqual("PARE"u8)) throw Unreadable(path, "it is encrypted");
        if (!tail[4..].SequenceEqual("PAR1"u8)) throw Unreadable(path, "it is cut: the end of a Parquet file is missing");
        var footer = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (footer > Math.Min(MostFooter, input.Length - head.Length - Tail)) throw Unreadable(path, "its end is damaged");
    }

    /// <summary>Runs work of the library.</summary>
    private static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is ParquetException or FormatException or IOException or OverflowException
            or OutOfMemoryException or ArgumentException or InvalidCastException or IndexOutOfRangeException
            or NotSupportedException or InvalidOperationException)
        {
            throw Unreadable(path, $"it is damaged: {FirstLine(error.Message)}", error);
        }
    }

    private static string FirstLine(string text) => LibraryMessage.Of(text).Split('\n')[0].TrimEnd('.', ' ', '\r');

    private static KernelMagnifierException Unreadable(string path, string cause, Exception? error = null)
        => new(ErrorCode.TableUnreadable, path, cause + ".", "Write the table again from its recording.", error);
}
