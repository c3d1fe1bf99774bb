using KernelMagnifier.Tables;
using ParquetSharp;

namespace KernelMagnifier.Parquet;

/// <summary>Reads a column of a group of rows into values by row.</summary>
internal sealed class ParquetColumn : IDisposable
{
    private const int Levels = TableValues.Most, MostElements = 1 << 20;

    private readonly ColumnReader _reader;
    private readonly TableColumn _column;
    private readonly TableValues _into;
    private readonly ColumnNames _names;
    private readonly short _present;
    private readonly short[] _levels = new short[Levels], _repeats;
    private readonly long[] _longs = [];
    private readonly int[] _ints = [];
    private readonly double[] _reals = [];
    private readonly bool[] _flags = [];
    private readonly ByteArray[] _texts = [];
    private int _level, _levelCount, _value;

    /// <summary>Begins a column.</summary>
    public ParquetColumn(ColumnReader reader, TableColumn column, TableValues into, ColumnNames names)
    {
        (_reader, _column, _into, _names) = (reader, column, into, names);
        _present = reader.ColumnDescriptor.MaxDefinitionLevel;
        _repeats = column.IsList ? new short[Levels] : [];
        switch (column.Type)
        {
            case TableType.Int: _ints = new int[Levels]; break;
            case TableType.Real: _reals = new double[Levels]; break;
            case TableType.Bool: _flags = new bool[Levels]; break;
            case TableType.Time or TableType.Long or TableType.Longs: _longs = new long[Levels]; break;
            default: _texts = new ByteArray[Levels]; break;
        }
    }

    /// <summary>Reads the next rows.</summary>
    /// <exception cref="FormatException">There are fewer.</exception>
    public void Read(int rows)
    {
        if (_column.IsList)
        {
            for (var row = 0; row < rows; row++) ReadList(row);
            return;
        }
        for (var row = 0; row < rows;)
        {
            var read = ReadLevels(rows - row);
            for (var i = 0; i < read; i++, row++)
                if (_into.Has[row] = _present == 0 || _levels[i] == _present)
                    Set(row, _value++);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private void Set(int row, int value)
    {
        switch (_column.Type)
        {
            case TableType.Int: _into.Longs[row] = _ints[value]; break;
            case TableType.Real: _into.Reals[row] = _reals[value]; break;
            case TableType.Bool: _into.Longs[row] = _flags[value] ? 1 : 0; break;
            case TableType.Time or TableType.Long: _into.Longs[row] = _longs[value]; break;
            case TableType.Name: _into.Texts[row] = _names.Of(Bytes(value)); break;
            default: _into.Texts[row] = System.Text.Encoding.UTF8.GetString(Bytes(value)); break;
        }
    }

    private unsafe ReadOnlySpan<byte> Bytes(int value) => new((void*)_texts[value].Pointer, _texts[value].Length);

    private void ReadList(int row)
    {
        if (_level == _levelCount) ReadLevels(Levels);
        if (_repeats[_level] != 0) throw new FormatException($"a list of the column '{_column.Name}' has no beginning");
        var longs = _column.Type == TableType.Longs ? new List<long?>() : null;
        var texts = longs is null ? new List<string?>() : null;
        _into.Has[row] = _levels[_level] != TableChunk.NullList;
        var elements = 0;
        do
        {
            var level = _levels[_level++];
            if (level >= TableChunk.NullElement)
            {
                if (++elements > MostElements) throw new FormatException($"a list of the column '{_column.Name}' is too long");
                long? number = longs is not null && level == TableChunk.Element ? _longs[_value] : null;
                longs?.Add(number);
                texts?.Add(level == TableChunk.Element ? _names.Of(Bytes(_value)) : null);
                if (level == TableChunk.Element) _value++;
            }
            // The last row of the group ends with it.
            if (_level == _levelCount && _reader.HasNext) ReadLevels(Levels);
        }
        while (_level < _levelCount && _repeats[_level] != 0);
        if (longs is not null) _into.LongLists[row] = longs;
        else _into.TextLists[row] = texts;
    }

    private int ReadLevels(int most)
    {
        (_level, _value) = (0, 0);
        var read = Math.Min(most, Levels);
        long values;
        var levels = _present == 0 ? default : _levels.AsSpan(0, read);
        var repeats = _column.IsList ? _repeats.AsSpan(0, read) : default;
        var count = _reader switch
        {
            ColumnReader<int> of => of.ReadBatch(read, levels, repeats, _ints, out values),
            ColumnReader<long> of => of.ReadBatch(read, levels, repeats, _longs, out values),
            ColumnReader<double> of => of.ReadBatch(read, levels, repeats, _reals, out values),
            ColumnReader<bool> of => of.ReadBatch(read, levels, repeats, _flags, out values),
            ColumnReader<ByteArray> of => of.ReadBatch(read, levels, repeats, _texts, out values),
            _ => throw new FormatException($"the column '{_column.Name}' has another type"),
        };
        // Without levels, the library counts values only.
        if (_present == 0) count = values;
        if (count <= 0) throw new FormatException($"the column '{_column.Name}' has fewer rows than stated");
        _levelCount = (int)count;
        return _levelCount;
    }
}
