namespace KernelMagnifier.Latency;

/// <summary>
/// Adds latencies of one row. Histograms of the same ranges add exactly, and so do count, sum, least and greatest, in any order:
/// the sum of the parts is the latency of the whole.
/// </summary>
internal sealed class LatencySum
{
    // Recordings have 514 ranges at most, and probes fewer. Damaged latencies can have any.
    private const int MostRanges = 4096;

    private readonly Dictionary<(long From, long? Until), long> _ranges = [];
    private readonly long? _every;
    private LatencyRow _row;
    private Latency? _only;
    private Int128 _sum;
    private long _least = long.MaxValue, _most;
    private bool _isRanged, _areUsual, _hasParts;
    private Dictionary<string, long>? _account;

    /// <summary>The sum of no latency.</summary>
    /// <param name="row">What it is about.</param>
    /// <param name="every">The length of the time range; null if it has none.</param>
    public LatencySum(in LatencyRow row, long? every) => (_row, _every) = (row, every);

    /// <summary>What it is about.</summary>
    public LatencyRow Row => _row;

    /// <summary>The number of intervals.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a latency.</summary>
    /// <param name="latency">The latency.</param>
    /// <param name="row">What it is about. Its names remain as long as they are the same in all.</param>
    public void Add(Latency latency, in LatencyRow row)
    {
        Begin(row, latency, latency.Account);
        if (latency.Count == 0) return;
        Count += latency.Count;
        _sum += latency.SumNanoseconds;
        _least = Math.Min(_least, latency.MinNanoseconds ?? 0);
        _most = Math.Max(_most, latency.MaxNanoseconds ?? 0);
        _isRanged |= latency.Method == RangedLatency.Method;
        foreach (var range in latency.Histogram) Add(range.From, range.Until, range.Count);
    }

    /// <summary>Adds another sum.</summary>
    /// <param name="other">The sum, which may be used further.</param>
    /// <param name="row">What it is about.</param>
    public void Add(LatencySum other, in LatencyRow row)
    {
        Begin(row, other._only, other._account);
        if (other.Count == 0) return;
        Count += other.Count;
        _sum += other._sum;
        (_least, _most) = (Math.Min(_least, other._least), Math.Max(_most, other._most));
        _isRanged |= other._isRanged;
        foreach (var ((from, until), count) in other._ranges) Add(from, until, count);
    }

    /// <summary>The latency. That of one part has all its numbers.</summary>
    public Latency ToLatency()
    {
        if (_only is { } only)
            return only.Row == _row && only.Every == _every ? only : new Latency(_row, _every)
            {
                Count = only.Count, SumNanoseconds = only.SumNanoseconds, MinNanoseconds = only.MinNanoseconds,
                MeanNanoseconds = only.MeanNanoseconds, MaxNanoseconds = only.MaxNanoseconds, Method = only.Method,
                Percentiles = only.Percentiles, Histogram = only.Histogram, Account = only.Account,
            };
        var ranges = RangedLatency.Union([.. _ranges.Select(one => new LatencyBucket(one.Key.From, one.Key.Until, one.Value))]);
        return RangedLatency.Of(_row, _every, ranges, _least, _most, (long)Int128.Min(_sum, long.MaxValue), _account,
            _isRanged ? RangedLatency.Method : "Histogram");
    }

    private void Begin(in LatencyRow row, Latency? only, IReadOnlyDictionary<string, long>? account)
    {
        if (!_hasParts)
        {
            (_hasParts, _only, _row) = (true, only, row);
            _account = account is null ? null : new Dictionary<string, long>(account);
            return;
        }
        _only = null;
        _row = _row with
        {
            Name = Same(_row.Name, row.Name), Comm = Same(_row.Comm, row.Comm), Recording = Same(_row.Recording, row.Recording),
            ProcessId = _row.ProcessId == row.ProcessId ? row.ProcessId : null, Cpu = _row.Cpu == row.Cpu ? row.Cpu : null,
        };
        // An account of some parts would not be that of the whole.
        if (_account is null || account is null) _account = null;
        else
            foreach (var (term, count) in account)
                _account[term] = (long)Int128.Min((Int128)_account.GetValueOrDefault(term) + count, long.MaxValue);
    }

    private void Add(long from, long? until, long count)
    {
        if (!_areUsual && _ranges.Count >= MostRanges && !_ranges.ContainsKey((from, until))) ToUsualRanges();
        var range = _areUsual ? Usual(from, until) : (from, until);
        _ranges[range] = _ranges.GetValueOrDefault(range) + count;
    }

    private void ToUsualRanges()
    {
        var all = _ranges.ToArray();
        _ranges.Clear();
        _isRanged = _areUsual = true;
        foreach (var ((from, until), count) in all)
        {
            var range = Usual(from, until);
            _ranges[range] = _ranges.GetValueOrDefault(range) + count;
        }
    }

    private static (long From, long? Until) Usual(long from, long? until)
    {
        var bucket = TimeHistogram.BucketOf(RangedLatency.Middle(new LatencyBucket(from, until, 1)));
        return (TimeHistogram.LowOf(bucket), bucket == TimeHistogram.Buckets - 1 ? null : TimeHistogram.HighOf(bucket));
    }

    private static string? Same(string? one, string? other) => one == other ? one : null;
}
