using System.Globalization;
using System.Numerics;
using System.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// Counts of lengths by time: at most <see cref="MostColumns"/> columns of equal width, each with a histogram of 16 sub-buckets
/// per octave. The width of the columns doubles whenever the times need more of them, so that the size is bounded for any
/// recording.
/// </summary>
internal sealed class TimeHistogram
{
    /// <summary>The most columns.</summary>
    public const int MostColumns = 128;

    /// <summary>The sub-buckets of an octave.</summary>
    public const int PerOctave = 16;

    /// <summary>The buckets: one below 2^8, 16 for each octave to 2^40, one above.</summary>
    public const int Buckets = 2 + (32 * PerOctave);

    // Lengths below 2^8 ns and from 2^40 ns have a bucket each.
    private const int FirstOctave = 8, LastOctave = 40, SubBits = 4;

    // A recording of a tenth of a second has all columns.
    private const long FirstWidth = 1_000_000;
    private const long MostWidth = 1L << 55;

    /// <summary>The most intervals in a text that is read, so that sums of counts do not overflow.</summary>
    public const long MostIntervals = 1L << 46;

    // No histogram has a text as long.
    private const int LongestText = 4 << 20;

    // Each column has its buckets with a count, in ascending order.
    private readonly List<(int Bucket, long Count)[]> _columns = [];

    // The counts of the column of the last interval. Intervals come in the order of their ends, so that nearly all of them only
    // increment one number here. Empty until then: a baseline has many histograms that nothing is added to.
    private long[] _counts = [];
    private int _column = -1;
    private long _from = long.MaxValue, _until = long.MinValue;

    /// <summary>Creates an empty histogram.</summary>
    /// <param name="origin">The time at which the first column starts.</param>
    /// <param name="width">The width of the first columns.</param>
    public TimeHistogram(long origin, long width = FirstWidth) => (Origin, Width) = (origin, width);

    /// <summary>The time at which the first column starts.</summary>
    public long Origin { get; private set; }

    /// <summary>The width of a column.</summary>
    public long Width { get; private set; }

    /// <summary>The number of columns, up to the last one with an interval.</summary>
    public int Columns => _columns.Count;

    /// <summary>The number of intervals.</summary>
    public long Total
    {
        get
        {
            Store();
            return _columns.Sum(column => column.Sum(pair => pair.Count));
        }
    }

    /// <summary>The bucket of a length.</summary>
    public static int BucketOf(long length)
    {
        if (length < 1L << FirstOctave) return 0;
        var octave = BitOperations.Log2((ulong)length);
        return octave >= LastOctave ? Buckets - 1
            : 1 + ((octave - FirstOctave) << SubBits) + (int)((length >> (octave - SubBits)) & (PerOctave - 1));
    }

    /// <summary>The least length of a bucket.</summary>
    public static long LowOf(int bucket)
    {
        if (bucket <= 0) return 0;
        var (octave, sub) = Math.DivRem(bucket - 1, PerOctave);
        return (PerOctave + (long)sub) << (octave + FirstOctave - SubBits);
    }

    /// <summary>The least length beyond a bucket; that of the last bucket is not known.</summary>
    public static long HighOf(int bucket) => bucket >= Buckets - 1 ? long.MaxValue : LowOf(bucket + 1);

    /// <summary>The counts of a column by bucket, in the order of the lengths.</summary>
    public IReadOnlyList<(int Bucket, long Count)> this[int column]
    {
        get
        {
            Store();
            return _columns[column];
        }
    }

    /// <summary>Counts an interval.</summary>
    /// <param name="time">The time of its end. One before the origin counts in the first column.</param>
    /// <param name="length">Its length.</param>
    public void Add(long time, long length)
    {
        if (time < _from || time >= _until) MoveTo(time);
        _counts[BucketOf(length)]++;
    }

    /// <summary>Counts several intervals.</summary>
    public void Add(long time, long length, long count)
    {
        MoveTo(time);
        _counts[BucketOf(length)] += count;
    }

    /// <summary>Adds the counts of another histogram of the same clock.</summary>
    public void Add(TimeHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        // A column of the other must not become one column among empty ones.
        Store();
        while (Width < other.Width && Width < MostWidth) Double();
        if (other.Origin < Origin) MoveOrigin(other.Origin);
        for (var column = 0; column < other.Columns; column++)
        {
            MoveTo(other.Origin + (column * other.Width));
            foreach (var (bucket, count) in other[column]) _counts[bucket] += count;
        }
    }

    /// <summary>
    /// The histogram as a text: the origin, the width, and for each column <c>;</c> and <c>bucket:count</c> pairs. Objects that
    /// leave the process carry it in this form.
    /// </summary>
    public override string ToString()
    {
        Store();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Origin} {Width}");
        foreach (var column in _columns)
        {
            text.Append(';');
            var first = true;
            foreach (var (bucket, count) in column)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(first ? "" : " ")}{bucket}:{count}");
                first = false;
            }
        }
        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToString"/> writes; null if the text is anything else.</summary>
    public static TimeHistogram? Parse(string? text)
    {
        if (text is null || text.Length > LongestText) return null;
        var parts = text.Split(';', MostColumns + 2);
        var head = parts[0].Split(' ');
        if (parts.Length > MostColumns + 1 || head.Length != 2 || !Number(head[0], long.MinValue, out var origin)
            || !Number(head[1], 1, out var width) || width > MostWidth
            || (Int128)origin + (MostColumns * width) > long.MaxValue) return null;
        var read = new TimeHistogram(origin, width);
        var left = MostIntervals;
        foreach (var part in parts.Skip(1))
            if (!read.ReadColumn(part, ref left))
                return null;
        read._counts = [];
        return read;
    }

    private bool ReadColumn(string text, ref long left)
    {
        Prepare();
        foreach (var pair in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !Number(pair[..colon], 0, out var bucket) || bucket >= Buckets || _counts[bucket] != 0
                || !Number(pair[(colon + 1)..], 1, out var count) || count > left) return false;
            _counts[bucket] = count;
            left -= count;
        }
        _columns.Add(Compact());
        return true;
    }

    private static bool Number(string text, long least, out long number)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least;

    /// <summary>Makes the column of a time the one that is counted in.</summary>
    private void MoveTo(long time)
    {
        Prepare();
        var since = (long)Int128.Clamp((Int128)time - Origin, 0, long.MaxValue);
        if (since / Width >= MostColumns)
        {
            Store();
            while (since / Width >= MostColumns && Width < MostWidth) Double();
        }
        var column = (int)Math.Min(since / Width, MostColumns - 1);
        if (column == _column) return;
        Store();
        while (_columns.Count <= column) _columns.Add([]);
        foreach (var (bucket, count) in _columns[column]) _counts[bucket] = count;
        _column = column;
        // Earlier times count in the first column, and later ones in the last.
        _from = column == 0 ? long.MinValue : (long)Int128.Clamp(Origin + ((Int128)column * Width), long.MinValue, long.MaxValue);
        _until = (long)Int128.Clamp(Origin + ((column + (Int128)1) * Width), long.MinValue, long.MaxValue);
    }

    /// <summary>Stores the counts of the column that is counted in.</summary>
    private void Store()
    {
        if (_column < 0) return;
        _columns[_column] = Compact();
        (_column, _from, _until) = (-1, long.MaxValue, long.MinValue);
    }

    /// <summary>The counts that are not zero, which become zero.</summary>
    private (int Bucket, long Count)[] Compact()
    {
        var size = _counts.Length - _counts.AsSpan().Count(0L);
        var compact = new (int Bucket, long Count)[size];
        for (int bucket = 0, to = 0; to < size; bucket++)
            if (_counts[bucket] != 0)
                compact[to++] = (bucket, _counts[bucket]);
        Array.Clear(_counts);
        return compact;
    }

    private void Prepare()
    {
        if (_counts.Length == 0) _counts = new long[Buckets];
    }

    private void Double()
    {
        Prepare();
        Width *= 2;
        var half = (_columns.Count + 1) / 2;
        for (var i = 0; i < half; i++)
        {
            foreach (var (bucket, count) in _columns[2 * i]) _counts[bucket] += count;
            if ((2 * i) + 1 < _columns.Count)
                foreach (var (bucket, count) in _columns[(2 * i) + 1])
                    _counts[bucket] += count;
            _columns[i] = Compact();
        }
        _columns.RemoveRange(half, _columns.Count - half);
    }

    /// <summary>Moves the start to an earlier time, by whole columns.</summary>
    private void MoveOrigin(long origin)
    {
        Prepare();
        Store();
        while (Missing(origin) + Columns > MostColumns && Width < MostWidth) Double();
        // Columns that have no room, which only clocks of more than a century need, are put into the last one.
        var added = (int)Int128.Min(Missing(origin), MostColumns - 1);
        _columns.InsertRange(0, Enumerable.Repeat(Array.Empty<(int, long)>(), added));
        Origin = (long)Int128.Max(Origin - ((Int128)added * Width), long.MinValue);
        if (_columns.Count <= MostColumns) return;
        foreach (var column in _columns.Skip(MostColumns - 1))
            foreach (var (bucket, count) in column)
                _counts[bucket] += count;
        _columns.RemoveRange(MostColumns, _columns.Count - MostColumns);
        _columns[^1] = Compact();
    }

    private Int128 Missing(long origin) => ((Int128)Origin - origin + Width - 1) / Width;
}
