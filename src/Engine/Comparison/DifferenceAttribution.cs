using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison;

/// <summary>
/// Finds what moved a number: whose intervals beyond the number before took more time after, or came more often; of a function,
/// which callers called it more often.
/// </summary>
/// <param name="plan">The comparison.</param>
/// <param name="before">The recordings before.</param>
/// <param name="after">The recordings after.</param>
internal sealed class DifferenceAttribution(
    ComparisonPlan plan, IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after)
{
    private const int Most = 5;

    // A smaller part of the change explains nothing.
    private const double LeastPercent = 5;

    private readonly Lazy<ILookup<string, CallSample>[]> _callsBefore = new(() => Lookups(before));
    private readonly Lazy<ILookup<string, CallSample>[]> _callsAfter = new(() => Lookups(after));

    /// <summary>What moved the number of a row; empty if it has not moved, or if it is not known.</summary>
    public IReadOnlyList<DifferenceShare> Of(DifferenceRow row, RowJudgement judgement)
    {
        if (judgement.Verdict is not (DifferenceVerdict.Regressed or DifferenceVerdict.Improved)) return [];
        if (row.Kind == IntervalKind.Call) return row.Caller is null && row.Samples.Metric == DifferenceMetric.Rate ? Callers(row) : [];
        return row.Key is null ? Parts(row, judgement) : [];
    }

    private DifferenceShare[] Parts(DifferenceRow row, RowJudgement judgement)
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
                    if (new Exposure(sample, plan.Per).Rate(1) is { } unit)
                        sizes[(part.What, part.Name)] = sizes.GetValueOrDefault((part.What, part.Name)) + (Size(part) * unit / side.Count);
            return sizes;
        }
        return Largest(Sizes(before), Sizes(after), isUp: judgement.After > judgement.Before);
    }

    private DifferenceShare[] Callers(DifferenceRow row)
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
        return Largest(Sizes(before, _callsBefore.Value), Sizes(after, _callsAfter.Value), row.Samples is var samples
            && Mean(samples.After) > Mean(samples.Before));
    }

    /// <summary>The parts that have changed most in a direction, in per cent of the change of all parts of what they are.</summary>
    private static DifferenceShare[] Largest(Dictionary<(string What, string? Name), double> before,
        Dictionary<(string What, string? Name), double> after, bool isUp)
    {
        var changes = before.Keys.Union(after.Keys).Select(key => (Key: key, Before: Find(before, key), After: Find(after, key)))
            .Select(part => (part.Key, part.Before, part.After, Change: (part.After ?? 0) - (part.Before ?? 0))).ToList();
        var sums = changes.GroupBy(part => part.Key.What).ToDictionary(parts => parts.Key,
            parts => parts.Where(part => part.Change > 0 == isUp).Sum(part => part.Change));
        return [.. changes.Where(part => part.Change != 0 && part.Change > 0 == isUp)
            .Select(part => new DifferenceShare(part.Key.What, part.Key.Name, part.Before, part.After,
                100 * part.Change / sums[part.Key.What]))
            .Where(part => part.Percent >= LeastPercent)
            .OrderByDescending(part => part.Percent).ThenBy(part => part.What, StringComparer.Ordinal)
            .ThenBy(part => part.Name, StringComparer.Ordinal).Take(Most)];
    }

    private static double? Find(Dictionary<(string What, string? Name), double> sizes, (string What, string? Name) key)
        => sizes.TryGetValue(key, out var size) ? size : null;

    private static double Mean(IReadOnlyList<RecordingSample> side) => side.Average(sample => sample.Value ?? 0);

    private static ILookup<string, CallSample>[] Lookups(IReadOnlyList<TraceSample> side)
        => [.. side.Select(sample => sample.Calls.ToLookup(call => call.Callee))];
}
