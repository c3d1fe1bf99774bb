using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>
/// Reads what a comparison needs of recordings. Calls are counted on all cores, in no order. Only a recording with events of a
/// wanted kind is read again, in time order.
/// </summary>
/// <param name="plan">What is kept.</param>
internal sealed class TraceSampler(SamplePlan plan)
{
    private readonly LengthStore _store = new();

    /// <summary>The names of the filter, with what they have matched in all recordings.</summary>
    public FilterNames Lists { get; } = new(plan.Filter);

    /// <summary>Reads a recording.</summary>
    public TraceSample Read(TraceReader reader, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (plan.HasCalls && (plan.HasIntervals || plan.HasCallLengths)) reader.KeepForRereading(cancel);
        var calls = plan.HasCalls ? new CallBlocks() : null;
        var info = calls is null ? null : reader.ReadOnce(calls, null, null, cancel);
        var tallies = TalliesFor(info);
        ContributionTally? contributions = null;
        if (tallies.Count > 0)
        {
            contributions = new ContributionTally(plan, Lists);
            var withCalls = tallies.Exists(tally => tally.IsOfCalls);
            IntervalSink[] sinks = [.. tallies.Select(tally => tally.Tally), contributions];
            info = reader.ReadOnce(new IntervalBuilder(new IntervalTee(sinks), withCalls), null, null, cancel);
        }
        return new TraceSample
        {
            Info = info ?? reader.ReadOnce(new CallBlocks(), null, null, cancel), Machine = reader.Source.Machine, Plan = plan,
            Latencies = [.. tallies.SelectMany(tally => SamplesOf(tally.Tally, tally.By))],
            Contributions = contributions?.Contributions() ?? [],
            Calls = calls?.Edges() ?? [], BlockWidth = calls?.BlockWidth ?? 0,
        };
    }

    private List<(LatencyTally Tally, LatencyGrouping By, bool IsOfCalls)> TalliesFor(TraceInfo? info)
    {
        var tallies = new List<(LatencyTally, LatencyGrouping, bool)>();
        IReadOnlyList<IntervalKind> kinds = plan.Kinds.Count > 0 ? plan.Kinds
            : [.. IntervalKinds.All.Where(kind => kind != IntervalKind.Call)];
        if (plan.HasIntervals && (info is null || kinds.Any(kind => CanHave(kind, info))))
            tallies.Add((TallyOf(kinds, plan.By), plan.By, false));
        if (plan.HasCallLengths && info is null or { Calls: > 0, NestedBy: CallNesting.Stack })
            tallies.Add((TallyOf([IntervalKind.Call], LatencyGrouping.Function), LatencyGrouping.Function, true));
        return tallies;
    }

    private LatencyTally TallyOf(IReadOnlyList<IntervalKind> kinds, LatencyGrouping by)
        => new(new LatencyCollector(
            new LatencyPlan { Kinds = kinds, By = by, Worst = 0, CountsOverTime = true, Filter = plan.Filter }, _store));

    private static bool CanHave(IntervalKind kind, TraceInfo info)
        => kind == IntervalKind.TracerMaximum ? info.Latency is not null : IntervalKinds.Missing(kind, info) is null;

    /// <summary>The rows of a recording. Tasks of the same name are one row.</summary>
    private IEnumerable<LatencySample> SamplesOf(LatencyTally tally, LatencyGrouping by)
    {
        if (tally.Context is not { } context) return [];
        var rows = new Dictionary<(IntervalKind Kind, string? Key), LatencyGroup<IntervalRecord>>();
        var keys = new SampleKey(by, tally.Names, SyscallNames.Of(context.Source.KernelRelease));
        foreach (var (key, group) in tally.Groups)
        {
            if (plan.Filter.NeedsComm && !Lists.AllowsTask(tally.Names.Comm(key.ProcessId))) continue;
            var row = (key.Kind, keys.Of(key));
            if (!rows.TryGetValue(row, out var sum))
            {
                rows.Add(row, group);
                continue;
            }
            sum.Lengths.Add(group.Lengths);
            // Rows beyond a limit are not counted by time; then no row that has a part of them is.
            if (sum.Times is null || group.Times is null) sum.Times = null;
            else sum.Times.Add(group.Times);
        }
        return [.. rows.Where(row => row.Value.Lengths.Count > 0).OrderBy(row => row.Key.Kind)
            .ThenBy(row => row.Key.Key, StringComparer.Ordinal)
            .Select(row => LatencySample.Of(row.Key.Kind, row.Key.Key, row.Value.Lengths, row.Value.Times ?? new TimeHistogram(0)))];
    }
}
