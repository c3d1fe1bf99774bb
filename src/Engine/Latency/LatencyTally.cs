using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Counts the intervals of one recording by the rows of a <see cref="LatencyPlan"/>.</summary>
internal sealed class LatencyTally : IntervalSink
{
    // A damaged file can name any number of keys. Intervals of further rows are counted without a key.
    private const int MostGroups = 65_536;

    // A chart has room for a few rows only, and each takes 4 KB and more.
    private const int MostOverTime = 2048;

    private readonly LatencyCollector _collector;
    private readonly LatencyPlan _plan;
    private readonly bool[] _kinds, _byTask, _byCpu, _byName;
    private readonly bool _isFiltered, _isOneRow;
    private readonly Dictionary<LatencyGroupKey, LatencyGroup<IntervalRecord>> _groups =
        new(new SeededComparer<LatencyGroupKey>());

    // The last row of each kind: intervals of the same row often follow each other.
    private readonly LatencyGroupKey[] _lastKeys;
    private readonly LatencyGroup<IntervalRecord>?[] _last;
    private IntervalPredicate _predicate = null!;
    private long _first = long.MinValue;

    /// <summary>Creates the tally of a recording.</summary>
    public LatencyTally(LatencyCollector collector)
    {
        (_collector, _plan) = (collector, collector.Plan);
        _isFiltered = !_plan.Filter.IsEmpty;
        bool[] Flags(Func<IntervalKind, bool> of) => [.. IntervalKinds.All.Select(of)];
        _kinds = Flags(_plan.Has);
        // Names of tasks are complete when the recording ends; until then, they are told apart by pid.
        _byTask = Flags(kind => _plan.ByTask(kind) || _plan.Filter.NeedsComm);
        (_byCpu, _byName) = (Flags(_plan.ByCpu), Flags(_plan.ByName));
        // Without keys and time ranges, a kind has one row.
        _isOneRow = _plan.Every is null && !Array.Exists(_byTask, by => by) && !Array.Exists(_byCpu, by => by)
            && !Array.Exists(_byName, by => by);
        (_lastKeys, _last) = (new LatencyGroupKey[_kinds.Length], new LatencyGroup<IntervalRecord>?[_kinds.Length]);
    }

    /// <summary>The recording; null before its reading.</summary>
    public TraceContext? Context { get; private set; }

    /// <summary>The names that the intervals refer to.</summary>
    public LatencyNames Names { get; private set; } = new();

    /// <summary>The description of the recording; null if the reading did not reach its end.</summary>
    public TraceInfo? Info { get; private set; }

    /// <summary>What became of every start and end.</summary>
    public IReadOnlyDictionary<IntervalKind, IntervalAccount> Accounts { get; private set; } =
        new Dictionary<IntervalKind, IntervalAccount>();

    /// <summary>The intervals by row.</summary>
    public IReadOnlyDictionary<LatencyGroupKey, LatencyGroup<IntervalRecord>> Groups => _groups;

    /// <summary>Whether there were more rows than are kept apart.</summary>
    public bool HasMoreGroups { get; private set; }

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
    {
        (Context, Names) = (context, names);
        _predicate = new IntervalPredicate(_plan.Filter, _collector.Lists, context.Source, names);
    }

    /// <inheritdoc/>
    public override void Accept(in IntervalRecord interval)
    {
        var kind = (int)interval.Kind;
        // All rows of a recording count from the same time.
        if (_first == long.MinValue) _first = interval.Start;
        if (!_kinds[kind] || (_isFiltered && !_predicate.Matches(in interval))) return;
        var group = _isOneRow && _last[kind] is { } only ? only : GroupOf(interval, kind);
        var length = interval.Length;
        group.Lengths.Add(length);
        group.Times?.Add(interval.End, length);
        if (group.IsWorst(length)) group.AddWorst(length, interval);
    }

    private LatencyGroup<IntervalRecord> GroupOf(in IntervalRecord interval, int kind)
    {
        var key = new LatencyGroupKey(interval.Kind, _byTask[kind] ? interval.ProcessId : -1, _byCpu[kind] ? interval.Cpu : -1,
            _byName[kind] ? interval.Key : 0, _plan.Every is { } every ? Range(_plan.ByEnd ? interval.End : interval.Start, every) : 0);
        return _last[kind] is { } last && _lastKeys[kind] == key ? last : Find(key, kind);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts)
        => (Info, Accounts) = (info, accounts);

    /// <summary>The number of the time range that contains a time.</summary>
    public static long Range(long time, long every)
    {
        var range = time / every;
        return time % every < 0 ? range - 1 : range;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private LatencyGroup<IntervalRecord> Find(in LatencyGroupKey key, int kind)
    {
        var found = key;
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count >= MostGroups)
            {
                HasMoreGroups = true;
                found = new LatencyGroupKey(key.Kind, -1, -1, 0, 0);
            }
            if (!_groups.TryGetValue(found, out group))
            {
                group = new LatencyGroup<IntervalRecord>(_collector.Store, _plan.Worst);
                if (_plan is { CountsOverTime: true, Every: null } && _groups.Count < MostOverTime)
                    group.Times = new TimeHistogram(_first);
                _groups.Add(found, group);
            }
        }
        (_lastKeys[kind], _last[kind]) = (key, group);
        return group;
    }
}
