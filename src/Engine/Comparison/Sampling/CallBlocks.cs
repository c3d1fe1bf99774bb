using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>
/// Counts calls by edge and block of time, on all cores. Blocks are aligned, so that those of several threads can be added; their
/// length doubles whenever the times need more of them.
/// </summary>
internal sealed class CallBlocks : CallSink
{
    /// <summary>The most blocks of time.</summary>
    public const int MostBlocks = Stride - 1;

    // The last column counts the calls without a time.
    private const int Stride = 64;

    // A kernel with all its modules has fewer edges in any recording seen. Each takes 512 bytes.
    private const int MostEdges = 1 << 16;

    // About a millisecond.
    private const int FirstShift = 20;

    private readonly NumberTable<int> _edges = new();
    private readonly List<ulong> _keys = [];
    private long[] _counts = new long[1024 * Stride];
    private int _shift = FirstShift;
    private long _base, _end;
    private bool _hasTimes;
    private CallNames? _names;
    private long _folded;

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Time;

    /// <summary>The length of a block in nanoseconds or counts.</summary>
    public long BlockWidth => 1L << _shift;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings
    {
        get
        {
            if (_folded > 0)
                yield return $"there are more than {MostEdges} different edges: {_folded} calls of further ones are counted together, as "
                    + FunctionSymbol.OthersName;
        }
    }

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => _names = context.Names;

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        var row = 0;
        var last = ~0ul;
        foreach (ref readonly var call in calls)
        {
            var key = ((ulong)(uint)call.Function << 32) | (uint)call.Caller;
            if (key != last) (row, last) = (Row(key, 1), key);
            _counts[row + Column(call.Time)]++;
        }
    }

    /// <inheritdoc/>
    public override CallSink Fork() => new CallBlocks { _names = _names };

    /// <inheritdoc/>
    public override void Join(TraceSink fork)
    {
        var other = (CallBlocks)fork;
        _folded += other._folded;
        if (other._hasTimes)
        {
            // Both ends of the other have their columns here; then each of its blocks lies in one of these.
            Column(other._base << other._shift);
            Column((other._end - 1) << other._shift);
            while (_shift < other._shift) Widen();
        }
        for (var at = 0; at < other._keys.Count; at++)
        {
            var counts = other._counts.AsSpan(at * Stride, Stride);
            var row = Row(other._keys[at], counts.ToArray().Sum());
            for (var column = 0; column < MostBlocks; column++)
                if (counts[column] != 0)
                    _counts[row + Column((other._base + column) << other._shift)] += counts[column];
            _counts[row + MostBlocks] += counts[MostBlocks];
        }
    }

    /// <summary>The edges by name. Functions of the same name and module at several addresses are one.</summary>
    public IReadOnlyList<CallSample> Edges()
    {
        var names = _names ?? throw new InvalidOperationException("No recording was read.");
        var blocks = _hasTimes ? (int)(_end - _base) : 0;
        var edges = new Dictionary<(string Callee, string? Caller), long[]>(new SeededNames());
        for (var at = 0; at < _keys.Count; at++)
        {
            var caller = names.Functions[(int)_keys[at]];
            var name = (names.Functions[(int)(_keys[at] >> 32)].ToString(), caller.KnownName is null ? null : caller.ToString());
            if (!edges.TryGetValue(name, out var sums)) edges.Add(name, sums = new long[Stride]);
            for (var column = 0; column < Stride; column++) sums[column] += _counts[(at * Stride) + column];
        }
        return [.. edges.OrderBy(edge => edge.Key.Callee, StringComparer.Ordinal).ThenBy(edge => edge.Key.Caller, StringComparer.Ordinal)
            .Select(edge => new CallSample(edge.Key.Caller, edge.Key.Callee, edge.Value[..blocks], edge.Value[MostBlocks]))];
    }

    private sealed class SeededNames : IEqualityComparer<(string Callee, string? Caller)>
    {
        public bool Equals((string Callee, string? Caller) x, (string Callee, string? Caller) y) => x == y;

        // The hash of a string has a secret of its own.
        public int GetHashCode((string Callee, string? Caller) names) => HashCode.Combine(names.Callee, names.Caller);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Column(long time)
    {
        var column = (time >> _shift) - _base;
        return (ulong)column < (ulong)(_end - _base) ? (int)column : FurtherColumn(time);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FurtherColumn(long time)
    {
        if (time == CallRecord.NoTime) return MostBlocks;
        var block = time >> _shift;
        if (!_hasTimes) (_hasTimes, _base, _end) = (true, block, block + 1);
        var (first, end) = (Math.Min(_base, block), Math.Max(_end, block + 1));
        while (end - first > MostBlocks)
        {
            Widen();
            block = time >> _shift;
            (first, end) = (Math.Min(_base, block), Math.Max(_end, block + 1));
        }
        if (first < _base) Move(0, first);
        _end = end;
        return (int)(block - _base);
    }

    /// <summary>Doubles the length of the blocks.</summary>
    private void Widen()
    {
        Move(1, _base >> 1);
        (_shift, _end) = (_shift + 1, ((_end - 1) >> 1) + 1);
    }

    /// <summary>Moves all counts to blocks of twice the length (if the shift is 1) that begin with another one.</summary>
    private void Move(int shift, long to)
    {
        Span<long> moved = stackalloc long[Stride];
        for (var at = 0; at < _keys.Count; at++)
        {
            var counts = _counts.AsSpan(at * Stride, Stride);
            moved.Clear();
            for (var column = 0; column < MostBlocks; column++)
                if (counts[column] != 0)
                    moved[(int)(((_base + column) >> shift) - to)] += counts[column];
            moved[MostBlocks] = counts[MostBlocks];
            moved.CopyTo(counts);
        }
        _base = to;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Row(ulong key, long calls)
        => _edges.TryGetValue(key, out var at) ? at * Stride : FurtherRow(key, calls);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FurtherRow(ulong key, long calls)
    {
        if (_keys.Count >= MostEdges)
        {
            _folded += calls;
            var others = (ulong)(uint)_names!.OtherFunctions.Id;
            key = (others << 32) | others;
            if (_edges.TryGetValue(key, out var known)) return known * Stride;
        }
        var at = _keys.Count;
        _keys.Add(key);
        _edges.Set(key, at);
        if (_keys.Count * Stride > _counts.Length) Array.Resize(ref _counts, _counts.Length * 2);
        return at * Stride;
    }
}
