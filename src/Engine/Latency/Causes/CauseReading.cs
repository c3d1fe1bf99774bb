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
}
