using System.Runtime.CompilerServices;

namespace KernelMagnifier.Latency;

/// <summary>
/// The lengths of the intervals of one row: their number, sum, least and greatest exactly, and each length, or a
/// <see cref="LatencyHistogram"/> if there is no room for them. For one thread.
/// </summary>
internal sealed class LengthDistribution(LengthStore store)
{
    private const int SmallestChunk = 16, LargestChunk = 1 << 16;

    // Fewer lengths are sorted; more are counted by their upper and lower half, in two passes without a copy.
    private const int MostSorted = 1 << 14;
    private const int HalfBits = 16, Halves = 1 << HalfBits;

    // Lengths of 32 bits, up to 4.3 s, take half of the room. The few longer ones are kept apart.
    private readonly List<ArraySegment<uint>> _full = [];
    private readonly List<long> _long = [];
    private uint[] _chunk = [];
    private int _used;
    private ulong _sum, _carry;
    private LatencyHistogram? _histogram;

    /// <summary>The number of lengths.</summary>
    public long Count { get; private set; }

    /// <summary>The least length; 0 if there is none.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>The greatest length; 0 if there is none.</summary>
    public long Max { get; private set; }

    /// <summary>The sum of all lengths.</summary>
    public UInt128 Sum => new(_carry, _sum);

    /// <summary>Whether each length is kept.</summary>
    public bool IsExact => _histogram is null;

    /// <summary>The lengths that there is room for.</summary>
    public int Room { get; private set; }

    /// <summary>Adds a length, which is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long length)
    {
        Count++;
        _sum += (ulong)length;
        if (_sum < (ulong)length) _carry++;
        if (length < Min) Min = length;
        if (length > Max) Max = length;
        if ((uint)_used < (uint)_chunk.Length && length <= uint.MaxValue) _chunk[_used++] = (uint)length;
        else AddFurther(length);
    }

    /// <summary>Adds all lengths of another distribution with the same store, which must not be used any more.</summary>
    public void Add(LengthDistribution other)
    {
        if (other.Count == 0) return;
        if (!IsExact || !other.IsExact)
        {
            ToHistogram();
            other.ToHistogram();
            _histogram!.Add(other._histogram!);
        }
        else
        {
            store.Move(other, this);
            _full.AddRange(other.Chunks());
            _long.AddRange(other._long);
            (Room, other.Room) = (Room + other.Room, 0);
        }
        Count += other.Count;
        _carry += other._carry;
        _sum += other._sum;
        if (_sum < other._sum) _carry++;
        (Min, Max) = (Math.Min(Min, other.Min), Math.Max(Max, other.Max));
    }

    /// <summary>Keeps a histogram of the lengths instead of the lengths.</summary>
    public void ToHistogram()
    {
        if (_histogram is not null) return;
        _histogram = Counted();
        store.Release(Room);
        Room = 0;
        _full.Clear();
        _long.Clear();
        (_chunk, _used) = ([], 0);
    }

    /// <summary>Returns the room of the lengths, which must not be used any more.</summary>
    public void Discard()
    {
        store.Release(Room);
        Room = 0;
    }

    /// <summary>The ranges of lengths that occur, in ascending order.</summary>
    public IEnumerable<LatencyBucket> Buckets() => (_histogram ?? Counted()).Buckets();

    /// <summary>The lengths at some places of the ascending order; of a histogram, the ranges that they are in.</summary>
    /// <param name="places">The places from 0 on, in ascending order, below <see cref="Count"/>.</param>
    public LatencyBucket[] At(ReadOnlySpan<long> places)
    {
        if (_histogram is not null) return _histogram.At(places);
        var found = new long[places.Length];
        var shorter = Count - _long.Count;
        var split = 0;
        while (split < places.Length && places[split] < shorter) split++;
        if (split > 0)
        {
            if (shorter <= MostSorted) Sorted(places[..split], found);
            else Selected(places[..split], found);
        }
        if (split < places.Length) _long.Sort();
        for (var i = split; i < places.Length; i++) found[i] = _long[(int)(places[i] - shorter)];
        return Array.ConvertAll(found, length => new LatencyBucket(length, length, 1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddFurther(long length)
    {
        if (_histogram is null && length > uint.MaxValue && (_long.Count == 0 || _long.Count % SmallestChunk != 0))
        {
            _long.Add(length);
            return;
        }
        var size = length > uint.MaxValue ? 2 * SmallestChunk : Math.Clamp(_chunk.Length * 2, SmallestChunk, LargestChunk);
        if (_histogram is not null || !store.TryTake(this, size))
        {
            _histogram!.Add(length);
            return;
        }
        Room += size;
        if (length > uint.MaxValue)
        {
            _long.Add(length);
            return;
        }
        if (_used > 0) _full.Add(new ArraySegment<uint>(_chunk, 0, _used));
        (_chunk, _used) = (new uint[size], 1);
        _chunk[0] = (uint)length;
    }

    private IEnumerable<ArraySegment<uint>> Chunks()
        => _used == 0 ? _full : _full.Append(new ArraySegment<uint>(_chunk, 0, _used));

    private LatencyHistogram Counted()
    {
        var histogram = new LatencyHistogram();
        foreach (var chunk in Chunks())
            foreach (var length in chunk.AsSpan())
                histogram.Add(length);
        foreach (var length in _long) histogram.Add(length);
        return histogram;
    }

    private void Sorted(ReadOnlySpan<long> places, long[] found)
    {
        var all = new uint[Count - _long.Count];
        var at = 0;
        foreach (var chunk in Chunks())
        {
            chunk.CopyTo(all, at);
            at += chunk.Count;
        }
        Array.Sort(all);
        for (var i = 0; i < places.Length; i++) found[i] = all[places[i]];
    }

    /// <summary>
    /// Finds the upper half of the length at each place by counting the upper halves, then the lower halves by counting those of
    /// the lengths with one of these upper halves. Takes two passes, for any order of the lengths.
    /// </summary>
    private void Selected(ReadOnlySpan<long> places, long[] found)
    {
        var counts = new long[Halves];
        foreach (var chunk in Chunks())
            foreach (var length in chunk.AsSpan())
                counts[length >> HalfBits]++;
        // The number of the wanted upper half that each upper half is; 0 for the others.
        var wanted = new byte[Halves];
        var lower = new List<int[]>();
        var uppers = new (int Upper, long Passed)[places.Length];
        var (upper, passed) = (0, 0L);
        for (var i = 0; i < places.Length; i++)
        {
            while (passed + counts[upper] <= places[i]) passed += counts[upper++];
            uppers[i] = (upper, passed);
            if (wanted[upper] != 0) continue;
            lower.Add(new int[Halves]);
            wanted[upper] = checked((byte)lower.Count);
        }
        CountLower(wanted, [.. lower]);
        for (var i = 0; i < places.Length; i++)
        {
            var halves = lower[wanted[uppers[i].Upper] - 1];
            var (half, below) = (0, uppers[i].Passed);
            while (below + halves[half] <= places[i]) below += halves[half++];
            found[i] = ((long)uppers[i].Upper << HalfBits) | (uint)half;
        }
    }

    private void CountLower(byte[] wanted, int[][] lower)
    {
        foreach (var chunk in Chunks())
            foreach (var length in chunk.AsSpan())
                if (wanted[length >> HalfBits] is not 0 and var number)
                    lower[number - 1][length & (Halves - 1)]++;
    }
}
