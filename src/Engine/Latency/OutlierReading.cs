using KernelMagnifier.Counting;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Latency;

/// <summary>Finds the long intervals of recordings.</summary>
/// <param name="plan">The kinds and the filter, without a least length.</param>
/// <param name="floor">The length that they exceed.</param>
internal sealed class OutlierReading(LatencyPlan plan, IntervalFloor floor)
{
    /// <summary>The most intervals of a recording that are kept.</summary>
    internal const int MostIntervals = 100_000;

    private const string Switch = "sched_switch";

    private readonly List<string> _limited = [];
    private readonly HashSet<long> _limits = [];

    /// <summary>What is known of the recordings that were read: which kinds they have, and which names match nothing.</summary>
    public LatencyCollector Collector { get; } = new(plan with { Filter = plan.Filter with { Above = floor.Length } });

    /// <summary>
    /// The length that all intervals exceed, in nanoseconds or counts; null if kinds or recordings have percentiles of different
    /// lengths.
    /// </summary>
    public long? Limit => floor.Length ?? (_limits.Count == 1 ? _limits.First() : null);

    /// <summary>What the user should know.</summary>
    public IEnumerable<string> Warnings => Collector.Warnings().Concat(_limited);

    /// <summary>
    /// Returns the intervals of a recording that are longer, in the order of their ends. The recording is read once, or twice if
    /// the floor is a percentile.
    /// </summary>
    /// <param name="reader">The recording, which can be read again.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    public IReadOnlyList<Interval> Read(TraceReader reader, CancellationToken cancel)
    {
        reader.KeepForRereading(cancel);
        var floors = floor.Percent is null ? null : Floors(reader, cancel);
        if (floors is { Count: 0 }) return [];
        var least = floors is null ? floor.Length : floors.Values.Min();
        // The shortest comes first, and of equal ones the last.
        var chosen = new PriorityQueue<(Interval Interval, long Place), (long, long)>();
        var place = 0L;
        var selection = new IntervalSelection(plan with { Filter = plan.Filter with { Above = least } }, Collector.Lists, interval =>
        {
            if (floors is not null && interval.DurationNanoseconds <= floors[interval.Record.Kind]) return;
            chosen.Enqueue((interval, place), (interval.DurationNanoseconds, -place));
            place++;
            if (chosen.Count > MostIntervals) chosen.Dequeue();
        });
        Read(reader, selection, cancel);
        Collector.Add(selection);
        if (place > MostIntervals)
            _limited.Add($"{reader.Source.Path}: only the {DisplayText.Number(MostIntervals)} longest intervals are taken");
        Interval[] intervals = [.. chosen.UnorderedItems.Select(item => item.Element).OrderBy(item => item.Place).Select(item => item.Interval)];
        if (Array.Exists(intervals, IsOfTask) && selection.Info is { } info && !info.EventKinds.Keys.Any(name => IntervalNeeds.NameOf(name) == Switch))
            _limited.Add($"{reader.Source.Path}: what tasks did is not known, because the recording does not have sched:{Switch}");
        return intervals;
    }

    private static bool IsOfTask(Interval interval) => interval.Record.Kind is IntervalKind.Syscall or IntervalKind.WorkQueue
        or IntervalKind.WorkRun or IntervalKind.Call;

    private Dictionary<IntervalKind, long> Floors(TraceReader reader, CancellationToken cancel)
    {
        var collector = new LatencyCollector(plan with { Worst = 0 });
        var tally = new LatencyTally(collector);
        Read(reader, tally, cancel);
        collector.Add(tally);
        var floors = collector.ByKind().ToDictionary(kind => kind.Kind, kind => floor.Of(kind.Lengths));
        _limits.UnionWith(floors.Values);
        // Without any interval, the collector has to know why.
        if (floors.Count == 0) Collector.Add(tally);
        return floors;
    }

    private void Read(TraceReader reader, IntervalSink sink, CancellationToken cancel)
        => reader.Read(new IntervalBuilder(sink, withCalls: plan.Has(IntervalKind.Call)), null, cancel);
}
