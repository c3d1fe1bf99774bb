using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Latency.Causes;

/// <summary>Finds the causes of intervals by reading their recording once more.</summary>
internal static class CauseReading
{
    /// <summary>The most intervals of a recording that are explained in one reading; the longest ones.</summary>
    public const int Most = 100_000;

    /// <summary>The causes of intervals of one recording, in the order of the intervals.</summary>
    /// <param name="reader">The recording. It is read once.</param>
    /// <param name="targets">The intervals.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The causes. If there are more intervals than <see cref="Most"/>, those of the longest; the caller says so.
    /// </returns>
    public static IReadOnlyList<LatencyCause> Read(
        TraceReader reader, IReadOnlyCollection<CauseTarget> targets, CancellationToken cancel = default)
        => Read(reader, targets, withCalls: true, cancel);

    /// <summary>The causes of intervals of one recording, with the functions in them or without.</summary>
    /// <param name="reader">The recording. It is read once.</param>
    /// <param name="targets">The intervals.</param>
    /// <param name="withCalls">Whether the functions in each share are wanted.</param>
    /// <param name="cancel">Ends the reading early.</param>
    public static IReadOnlyList<LatencyCause> Read(
        TraceReader reader, IReadOnlyCollection<CauseTarget> targets, bool withCalls, CancellationToken cancel)
    {
        if (targets.Count == 0) return [];
        var chosen = targets.Count <= Most ? targets : [.. targets.OrderByDescending(target => target.End - target.Start).Take(Most)];
        var windows = new Dictionary<CauseTarget, CauseWindow>(chosen.Count, ReferenceEqualityComparer.Instance);
        var sink = new CauseSink(chosen, withCalls, window => windows[window.Target] = window);
        reader.ReadOnce(sink.Tracker, null, null, cancel);
        var builder = new CauseBuilder(sink.Context!, sink.Tracker.Names);
        return [.. targets.Where(windows.ContainsKey).Select(target => builder.Of(windows[target]))];
    }

    /// <summary>
    /// The intervals of a recording that a plan chooses and that are longer than a percentile of their kind. The recording is
    /// read twice.
    /// </summary>
    /// <param name="reader">The recording, which can be read again (<see cref="TraceReader.KeepForRereading"/>).</param>
    /// <param name="plan">The kinds and the filter.</param>
    /// <param name="quantile">The percentile, such as 0.99; null for all that the filter chooses.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <returns>The intervals, and the length of the percentile by kind.</returns>
    public static CauseSelection Select(TraceReader reader, LatencyPlan plan, double? quantile, CancellationToken cancel = default)
    {
        plan = plan with { By = LatencyGrouping.None, Every = null, Worst = 0, CountsOverTime = false };
        var withCalls = plan.Kinds.Count == 0 || plan.Kinds.Contains(IntervalKind.Call);
        var collector = new LatencyCollector(plan);
        var above = new Dictionary<IntervalKind, long>();
        if (quantile is { } part)
        {
            reader.KeepForRereading(cancel);
            var tally = new LatencyTally(collector);
            reader.ReadOnce(new IntervalBuilder(tally, withCalls), null, null, cancel);
            collector.Add(tally);
            var allowed = tally.Groups.Where(row => !plan.Filter.NeedsComm || collector.Lists.AllowsTask(tally.Names.Comm(row.Key.ProcessId)));
            foreach (var group in allowed.GroupBy(row => row.Key.Kind))
                above[group.Key] = Quantile([.. group.Select(row => row.Value.Lengths)], part);
        }
        var targets = new List<CauseTarget>();
        var left = 0L;
        var selection = new IntervalSelection(plan, collector.Lists, interval =>
        {
            if (above.TryGetValue(interval.Record.Kind, out var least) && interval.Record.Length <= least) return;
            if (targets.Count < Most) targets.Add(CauseTarget.Of(interval));
            else left++;
        });
        reader.KeepForRereading(cancel);
        var info = reader.ReadOnce(new IntervalBuilder(selection, withCalls), null, null, cancel);
        return new CauseSelection(targets, above, left, info);
    }

    private static long Quantile(LengthDistribution[] parts, double quantile)
    {
        var all = parts[0];
        foreach (var part in parts.Skip(1)) all.Add(part);
        if (all.Count == 0) return long.MaxValue;
        // Nearest rank, as everywhere.
        var rank = Math.Clamp((long)Math.Ceiling(quantile * all.Count), 1, all.Count);
        return Math.Min(all.At([rank - 1])[0].Until ?? all.Max, all.Max);
    }
}
