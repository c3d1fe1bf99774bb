using System.Runtime.CompilerServices;

namespace KernelMagnifier.Tables;

/// <summary>
/// Values of one column, in the order of rows, as Parquet has them: the values without nulls, and for each value, null or empty
/// list its level. For one thread.
/// </summary>
internal sealed class TableChunk
{
    /// <summary>The levels of lists.</summary>
    public const short NullList = 0, EmptyList = 1, NullElement = 2, Element = 3;

    /// <summary>The rows that a chunk has room for.</summary>
    public const int Room = 1 << 15;

    private const long MostBytes = 4 << 20;

    private readonly TextArena _arena = new();
    private short[] _levels = new short[Room], _repeats = [];
    private long[] _longs = [];
    private int[] _ints = [];
    private double[] _reals = [];
    private bool[] _flags = [];
    private TextRef[] _texts = [];
    private short _present;
    private bool _isInList;

    /// <summary>The number of levels.</summary>
    public int Count { get; private set; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of values.</summary>
    public int Values { get; private set; }

    /// <summary>Whether no further row should be added.</summary>
    public bool IsFull => Count >= Room || _arena.Bytes >= MostBytes;

    /// <summary>The level of each value, null or empty list.</summary>
    public ReadOnlySpan<short> Levels => _levels.AsSpan(0, Count);

    /// <summary>Of a list, 0 for the first element of a row and 1 for the others.</summary>
    public ReadOnlySpan<short> Repeats => _repeats.AsSpan(0, Count);

    /// <summary>The values of times and integers of 64 bits.</summary>
    public ReadOnlySpan<long> Longs => _longs.AsSpan(0, Values);

    /// <summary>The values of integers of 32 bits.</summary>
    public ReadOnlySpan<int> Ints => _ints.AsSpan(0, Values);

    /// <summary>The values of real numbers.</summary>
    public ReadOnlySpan<double> Reals => _reals.AsSpan(0, Values);

    /// <summary>The values of flags.</summary>
    public ReadOnlySpan<bool> Flags => _flags.AsSpan(0, Values);

    /// <summary>The values of texts.</summary>
    public ReadOnlySpan<TextRef> Texts => _texts.AsSpan(0, Values);

    /// <summary>Begins with another column, or with its next rows.</summary>
    public void Reset(TableColumn column)
    {
        (Count, Rows, Values) = (0, 0, 0);
        _present = column.IsRequired ? (short)0 : (short)1;
        _arena.Clear();
        switch (column.Type)
        {
            case TableType.Time or TableType.Long or TableType.Longs:
                if (_longs.Length == 0) _longs = new long[Room];
                break;
            case TableType.Int:
                if (_ints.Length == 0) _ints = new int[Room];
                break;
            case TableType.Real:
                if (_reals.Length == 0) _reals = new double[Room];
                break;
            case TableType.Bool:
                if (_flags.Length == 0) _flags = new bool[Room];
                break;
            default:
                if (_texts.Length == 0) _texts = new TextRef[Room];
                break;
        }
        if (column.IsList && _repeats.Length == 0) _repeats = new short[Room];
    }

    /// <summary>Adds a row without a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddNull()
    {
        _levels[Count++] = 0;
        Rows++;
    }

    /// <summary>Adds a row, or an element of the list that was begun.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long value)
    {
        if (_isInList) AddElement();
        else Add();
        _longs[Values++] = value;
    }

    /// <summary>Adds a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int value)
    {
        Add();
        _ints[Values++] = value;
    }

    /// <summary>Adds a row.</summary>
    public void Add(double value)
    {
        Add();
        _reals[Values++] = value;
    }

    /// <summary>Adds a row.</summary>
    public void Add(bool value)
    {
        Add();
        _flags[Values++] = value;
    }

    /// <summary>Adds a row of a text that stays where it is until the chunk is written, or of none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TextRef text)
    {
        if (text.IsNull) AddNull();
        else
        {
            Add();
            _texts[Values++] = text;
        }
    }

    /// <summary>Adds a row of a number, or of none.</summary>
    public void Add(long? value)
    {
        if (value is { } known) Add(known);
        else AddNull();
    }

    /// <summary>Adds a row of a number, or of none.</summary>
    public void Add(int? value)
    {
        if (value is { } known) Add(known);
        else AddNull();
    }

    /// <summary>Adds a row of a number, or of none.</summary>
    public void Add(double? value)
    {
        if (value is { } known) Add(known);
        else AddNull();
    }

    /// <summary>Adds a row of a text, or of none, or an element of the list that was begun.</summary>
    public void Add(string? text)
    {
        if (text is null) AddNull();
        else Push(_arena.Add(text));
    }

    /// <summary>Adds a row of a copy of a text, or an element of the list that was begun.</summary>
    public void Add(ReadOnlySpan<byte> text) => Push(_arena.Add(text));

    /// <summary>Adds a row of a list.</summary>
    /// <param name="items">The elements; null for no list.</param>
    /// <param name="add">Adds one with one of the other methods.</param>
    public void AddList<T>(IReadOnlyCollection<T>? items, Action<TableChunk, T> add)
    {
        Grow(items?.Count ?? 0);
        var first = Count;
        if (items is not { Count: > 0 }) _levels[Count++] = items is null ? NullList : EmptyList;
        else
        {
            _isInList = true;
            foreach (var item in items) add(this, item);
            _isInList = false;
        }
        _repeats.AsSpan(first, Count - first).Fill(1);
        _repeats[first] = 0;
        Rows++;
    }

    /// <summary>Adds rows without a value.</summary>
    public void AddNulls(int rows)
    {
        _levels.AsSpan(Count, rows).Clear();
        (Count, Rows) = (Count + rows, Rows + rows);
    }

    /// <summary>Room for the values of rows, which are set and then added with <see cref="AddInts"/>.</summary>
    public Span<int> RoomForInts(int rows) => _ints.AsSpan(Values, rows);

    /// <summary>Room for the values of rows, which are set and then added with <see cref="AddLongs"/>.</summary>
    public Span<long> RoomForLongs(int rows) => _longs.AsSpan(Values, rows);

    /// <summary>Room for the values of rows, which are set and then added with <see cref="AddTexts"/>.</summary>
    public Span<TextRef> RoomForTexts(int rows) => _texts.AsSpan(Values, rows);

    /// <summary>Adds the rows whose values were set. Those that are less than the least have no value.</summary>
    public void AddInts(int rows, int least)
    {
        var levels = _levels.AsSpan(Count, rows);
        var values = _ints.AsSpan(Values, rows);
        var at = 0;
        for (var row = 0; row < values.Length; row++)
        {
            // Without branches: nulls come at random.
            var (value, has) = (values[row], values[row] >= least ? 1 : 0);
            values[at] = value;
            levels[row] = (short)(has * _present);
            at += has;
        }
        (Count, Rows, Values) = (Count + rows, Rows + rows, Values + at);
    }

    /// <inheritdoc cref="AddInts"/>
    public void AddLongs(int rows, long least)
    {
        var levels = _levels.AsSpan(Count, rows);
        var values = _longs.AsSpan(Values, rows);
        var at = 0;
        for (var row = 0; row < values.Length; row++)
        {
            var (value, has) = (values[row], values[row] >= least ? 1 : 0);
            values[at] = value;
            levels[row] = (short)(has * _present);
            at += has;
        }
        (Count, Rows, Values) = (Count + rows, Rows + rows, Values + at);
    }

    /// <summary>Adds the rows whose texts were set, each of a text that stays where it is, or of none.</summary>
    public void AddTexts(int rows)
    {
        var levels = _levels.AsSpan(Count, rows);
        var values = _texts.AsSpan(Values, rows);
        var at = 0;
        for (var row = 0; row < values.Length; row++)
        {
            var value = values[row];
            var has = value.IsNull ? 0 : 1;
            values[at] = value;
            levels[row] = (short)(has * _present);
            at += has;
        }
        (Count, Rows, Values) = (Count + rows, Rows + rows, Values + at);
    }

    /// <summary>Adds rows of the same text, or of none, until the chunk is full.</summary>
    public void AddRepeated(string? text, int rows)
    {
        var all = text is null ? default : _arena.Add(text);
        for (var row = 0; row < rows && Count < Room; row++) Add(all);
    }

    /// <summary>Adds an element without a value to the list that was begun.</summary>
    public void AddNullElement() => _levels[Count++] = NullElement;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add()
    {
        _levels[Count++] = _present;
        Rows++;
    }

    private void AddElement() => _levels[Count++] = Element;

    private void Push(TextRef text)
    {
        if (_isInList) AddElement();
        else Add();
        _texts[Values++] = text;
    }

    /// <summary>Makes room for a long list.</summary>
    private void Grow(int more)
    {
        if (Count + more + 1 <= _levels.Length) return;
        var room = Math.Max(Count + more + 1, _levels.Length * 2);
        Array.Resize(ref _levels, room);
        Array.Resize(ref _repeats, room);
        if (_longs.Length > 0) Array.Resize(ref _longs, room);
        if (_texts.Length > 0) Array.Resize(ref _texts, room);
        if (_ints.Length > 0) Array.Resize(ref _ints, room);
        if (_reals.Length > 0) Array.Resize(ref _reals, room);
        if (_flags.Length > 0) Array.Resize(ref _flags, room);
    }
}
