using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// Call counts and durations by a 128-bit key, in a hash table with open addressing and a power of two of rows: a call touches
/// one or two cache lines and allocates nothing unless the table grows.
/// </summary>
internal sealed class CountTable
{
    private const int First = 4096, Usual = 16384;

    private Row[] _rows = new Row[First];
    private int _shift = 64 - BitOperations.Log2(First);
    private SeededHash _hash = SeededHash.Create();
    private bool _isReseeded;
    private int _used, _most = int.MaxValue;
    private CountFolding? _folding;

    /// <summary>The calls that were counted under a coarser key than their own.</summary>
    public long Folded { get; private set; }

    /// <summary>A row of the table; unused while <see cref="Count"/> is 0.</summary>
    internal struct Row
    {
        /// <summary>The upper half of the key.</summary>
        public ulong Key;

        /// <summary>The lower half of the key.</summary>
        public ulong Key2;

        /// <summary>The number of calls.</summary>
        public long Count;

        /// <summary>The nanoseconds from entry to return, or <see cref="CallRecord.NoDuration"/>.</summary>
        public long Total;

        /// <summary>The nanoseconds in the function itself, or <see cref="CallRecord.NoDuration"/>.</summary>
        public long Self;
    }

    /// <summary>The rows that additions of keys have passed over.</summary>
    internal long Probes { get; private set; }

    /// <summary>Bounds the number of rows.</summary>
    public void Limit(CountFolding folding) => (_folding, _most) = (folding, folding.Most);

    /// <summary>Counts a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong key, ulong key2, in CallRecord call)
    {
        ref var row = ref Find(key, key2, 1);
        row.Count++;
        row.Total = CallGraph.Sum(row.Total, call.Duration);
        row.Self = CallGraph.Sum(row.Self, call.SelfDuration);
    }

    /// <summary>Adds the counts of another table.</summary>
    public void Add(CountTable other)
    {
        foreach (ref readonly var row in other._rows.AsSpan())
        {
            if (row.Count == 0) continue;
            ref var mine = ref Find(row.Key, row.Key2, row.Count);
            mine.Count += row.Count;
            mine.Total = CallGraph.Sum(mine.Total, row.Total);
            mine.Self = CallGraph.Sum(mine.Self, row.Self);
        }
        Folded += other.Folded;
    }

    /// <summary>Returns the used rows, ascending by key: the secrets of the hash must not decide their order.</summary>
    public IReadOnlyList<Row> Rows()
    {
        var rows = new Row[_used];
        var keys = new ulong[_used];
        var used = 0;
        foreach (ref readonly var row in _rows.AsSpan())
            if (row.Count != 0)
                (keys[used], rows[used++]) = (row.Key, row);
        Array.Sort(keys, rows);
        for (int i = 0, end; i < rows.Length; i = end)
        {
            for (end = i + 1; end < rows.Length && keys[end] == keys[i]; end++) { }
            if (end - i > 1) rows.AsSpan(i, end - i).Sort((a, b) => a.Key2.CompareTo(b.Key2));
        }
        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Row Find(ulong key, ulong key2, long calls)
    {
        var rows = _rows;
        var mask = rows.Length - 1;
        for (var at = Start(key, key2); ; at = (at + 1) & mask)
        {
            ref var row = ref rows[at];
            if (row.Key == key && row.Key2 == key2 && row.Count != 0) return ref row;
            if (row.Count == 0) return ref Claim(at, key, key2, calls);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref Row Claim(int at, ulong key, ulong key2, long calls)
    {
        if (_used >= _most && _folding!.Fold(key, key2, _used) is var coarser && coarser != (key, key2))
        {
            Folded += calls;
            return ref Find(coarser.Key, coarser.Key2, 0);
        }
        var passed = (at - Start(key, key2)) & (_rows.Length - 1);
        Probes += passed;
        if (++_used * 2 > _rows.Length)
        {
            _isReseeded = false;
            // A recording has few edges or some thousand.
            var bits = _rows.Length < Usual ? BitOperations.Log2(Usual / First) : 1;
            _shift -= bits;
            Rehash(_rows.Length << bits);
            at = FindUnused(key, key2);
        }
        else if (passed > SeededHash.LongestProbe && !_isReseeded)
        {
            // Once for each size, so that the work stays proportional to the number of keys.
            _isReseeded = true;
            _hash = SeededHash.Create();
            Rehash(_rows.Length);
            at = FindUnused(key, key2);
        }
        _rows[at] = new Row { Key = key, Key2 = key2, Total = CallRecord.NoDuration, Self = CallRecord.NoDuration };
        return ref _rows[at];
    }

    private void Rehash(int size)
    {
        var old = _rows;
        _rows = new Row[size];
        foreach (ref readonly var row in old.AsSpan())
            if (row.Count != 0)
                _rows[FindUnused(row.Key, row.Key2)] = row;
    }

    private int FindUnused(ulong key, ulong key2)
    {
        var mask = _rows.Length - 1;
        var at = Start(key, key2);
        for (; _rows[at].Count != 0; Probes++) at = (at + 1) & mask;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(ulong key, ulong key2) => (int)(_hash.OfIds(key, key2) >> _shift);
}
