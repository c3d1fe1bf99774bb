using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Measures latencies over any number of recordings.</summary>
/// <param name="plan">What is measured.</param>
/// <param name="store">The room for exact lengths; null for the default.</param>
/// <param name="lists">The names of the filter, if another collector has the same; null for its own.</param>
internal sealed class LatencyCollector(LatencyPlan plan, LengthStore? store = null, FilterNames? lists = null)
{
    private readonly Dictionary<LatencyRow, LatencyGroup<Interval>> _rows = new(new SeededComparer<LatencyRow>());
    private readonly Dictionary<(IntervalKind Kind, string? Recording, ClockUnit Unit), IntervalAccount> _accounts = [];
    private readonly HashSet<string> _recordings = [];
    private readonly HashSet<IntervalKind> _listed = [];
    private readonly Dictionary<LatencyGroup<Interval>, LatencyTally> _timesFrom = new(ReferenceEqualityComparer.Instance);
    private bool _hasMoreRows;
    private long _taken;

    /// <summary>What is measured.</summary>
    public LatencyPlan Plan => plan;

    /// <summary>The room for exact lengths.</summary>
    public LengthStore Store { get; } = store ?? new LengthStore();

    /// <summary>The names of the filter.</summary>
    public FilterNames Lists { get; } = lists ?? new(plan.Filter);

    /// <summary>The recordings.</summary>
    public List<TraceInfo> Traces { get; } = [];

    /// <summary>The number of intervals that pass the filter.</summary>
    public long Count => _taken + _rows.Values.Sum(group => group.Lengths.Count);

    private bool ByRecording => plan.By.HasFlag(LatencyGrouping.Recording);

    private bool HasAccounts => (plan.By & ~LatencyGrouping.Recording) == 0 && plan.Every is null;

    /// <summary>Adds the intervals of a recording, whose tally must not be used any more.</summary>
    public void Add(LatencyTally tally)
    {
        if (tally.Context is not { } context) return;
        if (tally.Info is { } info) Traces.Add(info);
        _recordings.Add(context.Source.Path);
        _hasMoreRows |= tally.HasMoreGroups;
        var syscalls = SyscallNames.Of(context.Source.KernelRelease);
        foreach (var (key, group) in tally.Groups)
        {
            var comm = tally.Names.Comm(key.ProcessId);
            if (plan.Filter.NeedsComm && !Lists.AllowsTask(comm)) continue;
            var row = Row(key, tally, context.Source, syscalls);
            if (!_rows.TryGetValue(row, out var sum))
            {
                sum = new LatencyGroup<Interval>(Store, plan.Worst) { Times = group.Times };
                _rows.Add(row, sum);
                _timesFrom.Add(sum, tally);
            }
            else if (_timesFrom[sum] == tally && group.Times is not null) sum.Times?.Add(group.Times);
            // The clocks of two recordings have nothing in common.
            else sum.Times = null;
            sum.Lengths.Add(group.Lengths);
            foreach (var (length, interval) in group.Worst)
                if (sum.IsWorst(length))
                    sum.AddWorst(length, new Interval(context, tally.Names, interval));
        }
        foreach (var (kind, account) in tally.Accounts)
        {
            if (!plan.Has(kind)) continue;
            var key = (kind, ByRecording ? context.Source.Name : null, context.Source.ClockUnit);
            if (!_accounts.TryGetValue(key, out var sum)) _accounts.Add(key, sum = new IntervalAccount());
            Sum(sum, account);
        }
    }

    /// <summary>The latencies of a tally, which must not be used any more. They are not kept.</summary>
    public IReadOnlyList<Latency> Take(LatencyTally tally)
    {
        Add(tally);
        var latencies = Latencies();
        _taken = Count;
        _listed.UnionWith(_rows.Keys.Select(row => row.Kind));
        foreach (var group in _rows.Values) group.Lengths.Discard();
        _rows.Clear();
        _timesFrom.Clear();
        return latencies;
    }

    /// <summary>Adds what is known of recordings whose latencies were taken.</summary>
    public void AddKnown(LatencyCollector taken)
    {
        _taken += taken._taken;
        Traces.AddRange(taken.Traces.Except(Traces));
        _listed.UnionWith(taken._listed);
    }

    /// <summary>Adds what is known of a recording whose intervals are listed instead of measured.</summary>
    public void Add(IntervalSelection selection)
    {
        if (selection.Info is { } info) Traces.Add(info);
        _listed.UnionWith(selection.Found);
    }

    /// <summary>The lengths of each kind that has intervals.</summary>
    public IEnumerable<(IntervalKind Kind, LengthDistribution Lengths)> ByKind()
        => _rows.Where(row => row.Value.Lengths.Count > 0).Select(row => (row.Key.Kind, row.Value.Lengths));

    /// <summary>
    /// The latencies: by kind, then by recording and time, then the largest sum first. Without a filter, also the kinds that have
    /// starts or ends but no interval.
    /// </summary>
    public IReadOnlyList<Latency> Latencies()
    {
        var rows = new Dictionary<LatencyRow, LatencyGroup<Interval>>(_rows);
        if (HasAccounts && (plan.Filter.IsEmpty || plan.Kinds.Count > 0))
            foreach (var (kind, recording, unit) in _accounts.Keys)
                rows.TryAdd(new LatencyRow(kind, null, null, null, null, null, recording, unit, null),
                    new LatencyGroup<Interval>(Store, 0));
        var only = _recordings.Count == 1 ? _recordings.First() : null;
        return [.. rows.Select(row => new Latency(
                ByRecording || only is not { Length: > 0 } ? row.Key : row.Key with { Recording = only }, plan.Every,
                row.Value.Lengths, row.Value.Worst.Select(worst => worst.Interval).ToArray(),
                HasAccounts ? _accounts.GetValueOrDefault((row.Key.Kind, row.Key.Recording, row.Key.Unit)) : null)
            { Traces = Traces, Times = row.Value.Times })
            .OrderBy(latency => latency.Row.Kind).ThenBy(latency => latency.Recording, StringComparer.Ordinal)
            .ThenBy(latency => latency.From).ThenByDescending(latency => latency.SumNanoseconds)
            .ThenBy(latency => latency.ProcessId).ThenBy(latency => latency.Cpu)
            .ThenBy(latency => latency.Key, StringComparer.Ordinal)];
    }

    /// <summary>
    /// What the user should know: kinds that were asked for and cannot be measured, units, rows counted together.
    /// </summary>
    public IEnumerable<string> Warnings()
    {
        foreach (var trace in Traces)
        {
            foreach (var kind in plan.Kinds.Where(kind => !Has(kind)))
                if (IntervalKinds.Missing(kind, trace) is { } missing)
                    yield return $"{trace.Path}: {kind} cannot be measured, because the recording does not have {missing}";
            if (trace.Unit == ClockUnit.Counts && (plan.Every ?? plan.Filter.Above ?? plan.Filter.Below) is not null)
                yield return $"{trace.Path}: its clock counts without a unit of time, so durations are taken as nanosecond = count";
        }
        if (_hasMoreRows) yield return "There are more rows than are kept apart. The others are counted in rows without a key.";
    }

    /// <summary>
    /// Why there is no interval at all, without a full stop; null if <see cref="Warnings"/> say why, for each kind that was asked
    /// for.
    /// </summary>
    public string? NoInterval
    {
        get
        {
            if (!plan.Filter.IsEmpty) return "no interval passes the filter";
            if (plan.Kinds.Count == 0) return "no interval: the recordings have no pairs of kernel events";
            var areMissing = Traces.Count > 0
                && plan.Kinds.All(kind => Traces.TrueForAll(trace => IntervalKinds.Missing(kind, trace) is not null));
            return areMissing ? null : $"no interval: the recordings have no pairs of the kind {string.Join(", ", plan.Kinds)}";
        }
    }

    private bool Has(IntervalKind kind) => _listed.Contains(kind) || _rows.Keys.Any(row => row.Kind == kind);

    private LatencyRow Row(in LatencyGroupKey key, LatencyTally tally, TraceSource source, SyscallNames syscalls)
    {
        var (byTask, byCpu, byName) = (plan.ByTask(key.Kind), plan.ByCpu(key.Kind), plan.ByName(key.Kind));
        int? processId = byTask && key.ProcessId >= 0 ? key.ProcessId : null;
        int? cpu = byCpu && key.Cpu >= 0 ? key.Cpu : null;
        var name = byName && key.Key != 0 ? tally.Names.Key(key.Key) : null;
        var parts = new List<string>();
        if (processId is { } pid) parts.Add(pid.ToString(CultureInfo.InvariantCulture));
        if (cpu is { } number) parts.Add(number.ToString(CultureInfo.InvariantCulture));
        if (name is not null) parts.Add(name);
        return new LatencyRow(
            key.Kind, parts.Count == 0 ? null : string.Join('/', parts),
            name is not null && IntervalKinds.KeyOf(key.Kind) == KeyKind.Syscall ? syscalls.Name(name) : null,
            byTask ? tally.Names.Comm(key.ProcessId) : null, processId, cpu, ByRecording ? source.Name : null, source.ClockUnit,
            plan.Every is { } every ? key.Range * every : null);
    }

    private static void Sum(IntervalAccount sum, IntervalAccount account)
    {
        sum.Starts += account.Starts;
        sum.Ends += account.Ends;
        sum.Count += account.Count;
        sum.Uncertain += account.Uncertain;
        sum.UncertainEnds += account.UncertainEnds;
        sum.Negative += account.Negative;
        sum.NoWait += account.NoWait;
        sum.Superseded += account.Superseded;
        sum.NeverReturned += account.NeverReturned;
        sum.Mismatched += account.Mismatched;
        sum.UnmatchedEnds += account.UnmatchedEnds;
        sum.OpenAtEnd += account.OpenAtEnd;
        foreach (var (name, count) in account.Parts) sum.Parts[name] = sum.Parts.GetValueOrDefault(name) + count;
    }
}
