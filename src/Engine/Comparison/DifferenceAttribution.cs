using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison;

/// <summary>
/// Finds what moved a number: first the causes of the intervals beyond the number before, then whose intervals those are; of a rate,
/// whose intervals come more often; of a function, which callers call it more often.
/// </summary>
/// <param name="plan">The comparison.</param>
/// <param name="before">The recordings before.</param>
/// <param name="after">The recordings after.</param>
/// <param name="causes">The causes.</param>
internal sealed class DifferenceAttribution(
    ComparisonPlan plan, IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after, CauseAttribution causes)
{
    private readonly Lazy<ILookup<string, CallSample>[]> _callsBefore = new(() => Lookups(before));
    private readonly Lazy<ILookup<string, CallSample>[]> _callsAfter = new(() => Lookups(after));

    /// <summary>What moved the number of a row; empty if it has not moved, or if it is not known.</summary>
    public IReadOnlyList<DifferenceShare> Of(DifferenceRow row, RowJudgement judgement)
    {
        if (judgement.Verdict is not (DifferenceVerdict.Regressed or DifferenceVerdict.Improved)) return [];
        if (row.Kind == IntervalKind.Call) return row.Caller is null && row.Samples.Metric == DifferenceMetric.Rate ? Callers(row) : [];
        return [.. causes.Of(row), .. row.Key is null ? Parts(row, judgement) : []];
    }

    /// <summary>Why no causes moved the number of a row, as sentences.</summary>
    public IEnumerable<string> Reasons(DifferenceRow row) => causes.Missing is { } missing && causes.Concerns(row) ? [missing] : [];

    private IReadOnlyList<DifferenceShare> Parts(DifferenceRow row, RowJudgement judgement)
    {
        var isRate = row.Samples.Metric == DifferenceMetric.Rate;
        // The intervals beyond the number before; for what has improved, those beyond the number after.
        var beyond = isRate ? -1 : Math.Min(judgement.Before ?? 0, judgement.After ?? 0);
        double Size(Contribution part) => isRate ? part.Count : part.TimeOver(beyond);
        Dictionary<(string What, string? Name), double> Sizes(IReadOnlyList<TraceSample> side)
        {
            var sizes = new Dictionary<(string What, string? Name), double>();
            foreach (var sample in side)
                foreach (var part in sample.Contributions.Where(part => part.Kind == row.Kind))
                    if (new Exposure(sample, plan.Per).Rate(1) is { } unit && (What(part), part.Name) is var key)
                        sizes[key] = sizes.GetValueOrDefault(key) + (Size(part) * unit / side.Count);
            return sizes;
        }
        return ShareChanges.Largest(Sizes(before), Sizes(after), (judgement.After ?? 0) > (judgement.Before ?? 0), isWhole: false);
    }

    private IReadOnlyList<DifferenceShare> Callers(DifferenceRow row)
    {
        Dictionary<(string What, string? Name), double> Sizes(IReadOnlyList<TraceSample> side, ILookup<string, CallSample>[] calls)
        {
            var sizes = new Dictionary<(string What, string? Name), double>();
            for (var i = 0; i < side.Count; i++)
                foreach (var call in calls[i][row.Callee!])
                    if (call.Caller is { } caller && new Exposure(side[i], plan.Per).Rate(call.Count) is { } rate)
                        sizes[("Function", caller)] = sizes.GetValueOrDefault(("Function", caller)) + (rate / side.Count);
            return sizes;
        }
        return ShareChanges.Largest(Sizes(before, _callsBefore.Value), Sizes(after, _callsAfter.Value),
            Mean(row.Samples.After) > Mean(row.Samples.Before), isWhole: false);
    }

    /// <summary>The tasks of waits and system calls are not what kept them waiting.</summary>
    private static string What(Contribution part) => (part.What, part.Kind) switch
    {
        ("Task", IntervalKind.Wakeup or IntervalKind.WakeupNew or IntervalKind.Preempted) => "Waiter",
        ("Task", IntervalKind.Syscall) => "Caller",
        _ => part.What,
    };

    private static double Mean(IReadOnlyList<RecordingSample> side) => side.Average(sample => sample.Value ?? 0);

    private static ILookup<string, CallSample>[] Lookups(IReadOnlyList<TraceSample> side)
        => [.. side.Select(sample => sample.Calls.ToLookup(call => call.Callee))];
}
