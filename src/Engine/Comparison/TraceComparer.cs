using KernelMagnifier.Comparison.Drifts;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison;

/// <summary>Compares two sets of recordings. Drift comes first; what it forbids is not judged.</summary>
internal sealed class TraceComparer
{
    private readonly ComparisonPlan _plan;
    private readonly IReadOnlyList<TraceSample> _before, _after;
    private readonly Exposure[] _beforeExposure, _afterExposure;
    private readonly IReadOnlyList<Drift> _drift;

    private TraceComparer(ComparisonPlan plan, IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after)
    {
        (_plan, _before, _after) = (plan, before, after);
        _beforeExposure = [.. before.Select(sample => new Exposure(sample, plan.Per))];
        _afterExposure = [.. after.Select(sample => new Exposure(sample, plan.Per))];
        _drift = DriftCheck.Find(before, after, IsWanted, plan.AllowedDrift);
    }

    /// <summary>Compares two sets of recordings.</summary>
    /// <param name="plan">The comparison.</param>
    /// <param name="before">The recordings before.</param>
    /// <param name="after">The recordings after.</param>
    /// <param name="reread">Reads a recording again for the causes of a change; null if none can be.</param>
    /// <returns>The differences: what regressed first, then what improved, each with the largest change first.</returns>
    /// <exception cref="KernelMagnifierException">
    /// The sides were not sampled alike, or a recording has nothing of what rates are to be divided by.
    /// </exception>
    public static IReadOnlyList<TraceDifference> Compare(
        ComparisonPlan plan, IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after,
        RecordingRereader? reread = null)
    {
        if (before.Concat(after).FirstOrDefault(sample => sample.Plan.By != plan.Sample.By) is { } other)
            throw new KernelMagnifierException(ErrorCode.BadRequest, other.Info.Path,
                $"it was sampled by {other.Plan.By}, so it cannot be compared by {plan.Sample.By}.",
                "Compare by the same keys, or make the baseline anew.");
        foreach (var side in new[] { before, after })
            if (side.Where(sample => sample.IsRecording).GroupBy(sample => Path.GetFullPath(sample.Info.Path))
                .FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new KernelMagnifierException(ErrorCode.BadRequest, twice.Key,
                    "the recording is named twice on one side, where it would count as two.", "Name each recording once.");
        return new TraceComparer(plan, before, after).Differences(reread);
    }

    private TraceDifference[] Differences(RecordingRereader? reread)
    {
        DifferenceRow[] rows = [.. LatencyRows(), .. _plan.ComparesCalls ? CallRows() : []];
        var forbidden = Array.ConvertAll(rows, row => Reasons(row).ToArray());
        var judged = Enumerable.Range(0, rows.Length).Where(i => forbidden[i].Length == 0).ToArray();
        var judgements = new RowJudgement?[rows.Length];
        var verdicts = DifferenceJudge.Judge([.. judged.Select(i => rows[i].Samples)], _plan.Threshold);
        for (var i = 0; i < judged.Length; i++) judgements[judged[i]] = verdicts[i];
        var comparison = new TraceComparison
        {
            Before = [.. _before.Select(sample => sample.Info)], After = [.. _after.Select(sample => sample.Info)],
            Per = _plan.Per ?? "second of CPU time", Threshold = _plan.Threshold, Drift = [.. _drift.Select(drift => drift.Text)],
            Lengths = Lengths(),
        };
        var all = rows.Select((row, i) => (Row: row, Judgement: judgements[i] ?? Forbidden(row, forbidden[i]))).ToList();
        var attribution = new DifferenceAttribution(_plan, _before, _after, new CauseAttribution(_plan, _before, _after, all, reread));
        return [.. all.Select(row => Difference(row.Row, row.Judgement, comparison, attribution))
            .OrderBy(Order).ThenByDescending(Weight).ThenBy(row => row.Kind, StringComparer.Ordinal)
            .ThenBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Metric, StringComparer.Ordinal)];
    }

    private IEnumerable<string> Reasons(DifferenceRow row)
        => _drift.Where(drift => drift.Forbids(row.Kind, row.Samples.Metric)).Select(drift => drift.Text);

    /// <summary>The numbers of a row that is not judged. A rate of 0 may be no rate: the events can be missing.</summary>
    private static RowJudgement Forbidden(DifferenceRow row, IReadOnlyList<string> reasons) => new()
    {
        Before = row.BeforeCount > 0 ? Median(row.Samples.Before) : null, After = row.AfterCount > 0 ? Median(row.Samples.After) : null,
        Verdict = DifferenceVerdict.NotComparable,
        Method = DifferenceMethod.None, Reasons = reasons,
    };

    private static double? Median(IReadOnlyList<RecordingSample> side)
    {
        double[] values = [.. side.Select(sample => sample.Value).OfType<double>().Order()];
        return values.Length == 0 ? null : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static TraceDifference Difference(
        DifferenceRow row, RowJudgement judgement, TraceComparison comparison, DifferenceAttribution attribution) => new()
        {
            Kind = row.Kind.ToString(), Key = row.Key, Caller = row.Caller, Callee = row.Callee,
            Metric = row.Samples.Metric.ToString(), Unit = row.Unit, Before = judgement.Before, After = judgement.After,
            Ratio = judgement.Ratio, RatioLow = judgement.RatioLow, RatioHigh = judgement.RatioHigh, PValue = judgement.PValue,
            IsSignificant = judgement.IsSignificant,
            Presence = judgement.Verdict == DifferenceVerdict.NotComparable && row.Presence != "Both" ? "Unknown" : row.Presence,
            Verdict = judgement.Verdict.ToString(),
            Method = judgement.Method.ToString(), Reasons = [.. judgement.Reasons, .. attribution.Reasons(row)],
            Attribution = attribution.Of(row, judgement),
            BeforeCount = row.BeforeCount, AfterCount = row.AfterCount, Comparison = comparison,
        };

    private static int Order(TraceDifference row) => row.Verdict switch
    {
        nameof(DifferenceVerdict.Regressed) => 0,
        nameof(DifferenceVerdict.Improved) => 1,
        nameof(DifferenceVerdict.Inconclusive) => 2,
        nameof(DifferenceVerdict.NoDifference) => 3,
        _ => 4,
    };

    /// <summary>How much a change matters: its size, and how much it is a change of.</summary>
    private static double Weight(TraceDifference row)
    {
        // What is new or gone has no ratio. A change of that size is not found in what is in both.
        const double Whole = 20;
        var size = row.Ratio is { } ratio ? Math.Abs(Math.Log2(ratio)) : row.Presence == "Both" ? 0 : Whole;
        return size * Math.Log2(2 + row.BeforeCount + row.AfterCount);
    }

    private IEnumerable<DifferenceRow> LatencyRows()
    {
        var unit = _after.Concat(_before).First().Info.Unit == ClockUnit.Nanoseconds ? "ns" : "counts";
        var (before, after) = (Indexed(_before), Indexed(_after));
        foreach (var row in before.Concat(after).SelectMany(latencies => latencies.Keys).Distinct()
            .OrderBy(row => row.Kind).ThenBy(row => row.Key, StringComparer.Ordinal))
        {
            if (!IsWanted(row.Kind)) continue;
            foreach (var metric in _plan.Metrics)
            {
                var isRate = metric == DifferenceMetric.Rate;
                // How often a function is called is told by its calls, those without a duration too.
                if (isRate && row.Kind == IntervalKind.Call) continue;
                RecordingSample Of(LatencySample? latency, Exposure exposure) => isRate ? exposure.Of(latency) : new RecordingSample
                { Count = latency?.Count ?? 0, Value = latency?.Of(metric), Times = latency?.Times };
                yield return new DifferenceRow(row.Kind, row.Key, new RowSamples(metric,
                    [.. before.Select((all, i) => Of(all.GetValueOrDefault(row), _beforeExposure[i]))],
                    [.. after.Select((all, i) => Of(all.GetValueOrDefault(row), _afterExposure[i]))]))
                {
                    Unit = isRate ? RateUnit() : unit, Callee = row.Kind == IntervalKind.Call ? row.Key : null,
                };
            }
        }
    }

    /// <summary>The lengths of each kind and key, of which pictures are drawn. The samples are not kept for that.</summary>
    private Dictionary<(string Kind, string? Key), (PooledLengths? Before, PooledLengths? After)> Lengths()
    {
        var (before, after) = (Indexed(_before), Indexed(_after));
        return before.Concat(after).SelectMany(latencies => latencies.Keys).Distinct().Where(row => IsWanted(row.Kind))
            .ToDictionary(row => (row.Kind.ToString(), row.Key), row =>
                (PooledLengths.Of(before.Select(all => all.GetValueOrDefault(row))),
                PooledLengths.Of(after.Select(all => all.GetValueOrDefault(row)))));
    }

    private bool IsWanted(IntervalKind kind) => kind == IntervalKind.Call ? _plan.ComparesCalls
        : _plan.Sample.HasIntervals && (_plan.Sample.Kinds.Count == 0 || _plan.Sample.Kinds.Contains(kind));

    private string RateUnit() => _plan.Per is { } per ? $"1/{per}"
        : _after.Concat(_before).First().Info.Unit == ClockUnit.Nanoseconds ? "1/CPU-s" : "1/count";

    private static Dictionary<(IntervalKind Kind, string? Key), LatencySample>[] Indexed(IReadOnlyList<TraceSample> side)
        => [.. side.Select(sample => sample.Latencies.ToDictionary(latency => (latency.Kind, latency.Key)))];

    /// <summary>A row for each function, and one for each edge whose caller is known.</summary>
    private IEnumerable<DifferenceRow> CallRows()
    {
        if (!_plan.Metrics.Contains(DifferenceMetric.Rate)) yield break;
        var (before, after) = (CallTable(_before), CallTable(_after));
        foreach (var (caller, callee, isEdge) in before.Concat(after).SelectMany(calls => calls.Keys).Distinct()
            .OrderBy(row => row.Callee, StringComparer.Ordinal).ThenBy(row => row.Caller, StringComparer.Ordinal))
        {
            if (isEdge && caller is null) continue;
            yield return new DifferenceRow(IntervalKind.Call, isEdge ? $"{caller} → {callee}" : callee, new RowSamples(
                DifferenceMetric.Rate,
                [.. before.Select((all, i) => _beforeExposure[i].Of(all.GetValueOrDefault((caller, callee, isEdge))))],
                [.. after.Select((all, i) => _afterExposure[i].Of(all.GetValueOrDefault((caller, callee, isEdge))))]))
            {
                Caller = caller, Callee = callee, Unit = RateUnit(),
            };
        }
    }

    private static Dictionary<(string? Caller, string Callee, bool IsEdge), CallSample>[] CallTable(IReadOnlyList<TraceSample> side)
        => [.. side.Select(sample =>
        {
            var table = sample.Calls.ToDictionary(call => (call.Caller, call.Callee, true));
            foreach (var calls in sample.Calls.GroupBy(call => call.Callee))
                table.Add((null, calls.Key, false), CallSample.Sum(calls.Key, [.. calls]));
            return table;
        })];
}
