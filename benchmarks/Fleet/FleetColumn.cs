using KernelMagnifier.Tables;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>Generated values of one column.</summary>
internal sealed class FleetColumn(TableColumn column)
{
    private const long Null = long.MinValue;

    private readonly List<long> _numbers = [];
    private readonly List<double> _reals = [];
    private readonly List<TextRef> _texts = [];
    private readonly List<long?[]> _lists = [];

    /// <summary>Adds a whole number or a time.</summary>
    public void Add(long? value) => _numbers.Add(value ?? Null);

    /// <summary>Adds a real number.</summary>
    public void Add(double value) => _reals.Add(value);

    /// <summary>Adds a text.</summary>
    public void Add(TextRef text) => _texts.Add(text);

    /// <summary>Adds a list.</summary>
    public void Add(long?[] values) => _lists.Add(values);

    /// <summary>Forgets the values.</summary>
    public void Clear()
    {
        _numbers.Clear();
        _reals.Clear();
        _texts.Clear();
        _lists.Clear();
    }

    /// <summary>Copies the value of a row.</summary>
    public void Copy(int row, TableChunk chunk)
    {
        switch (column.Type)
        {
            case TableType.Real: chunk.Add(_reals[row]); break;
            case TableType.Longs: chunk.AddList(_lists[row], AddElement); break;
            case TableType.Name or TableType.Text or TableType.Json: chunk.Add(_texts[row]); break;
            case var _ when _numbers[row] == Null: chunk.AddNull(); break;
            case TableType.Int: chunk.Add((int)_numbers[row]); break;
            default: chunk.Add(_numbers[row]); break;
        }
    }

    private static void AddElement(TableChunk chunk, long? value)
    {
        if (value is { } number) chunk.Add(number);
        else chunk.AddNullElement();
    }
}
