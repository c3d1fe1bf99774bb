using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Comparison.Tails;

/// <summary>Finds what the time of tails went to, by reading a recording twice more.</summary>
internal static class TailReading
{
    /// <summary>
    /// The most intervals of a recording that are explained. Tails begin where no recording has more, so that both sides have the
    /// same intervals.
    /// </summary>
    public const int MostIntervals = 20_000;

    /// <summary>The kinds whose causes say more than the intervals themselves.</summary>
    public static bool Explains(IntervalKind kind) => kind is IntervalKind.Wakeup or IntervalKind.WakeupNew or IntervalKind.Preempted
        or IntervalKind.Syscall or IntervalKind.WorkQueue or IntervalKind.WorkRun or IntervalKind.Irq or IntervalKind.IrqVector
        or IntervalKind.SoftIrq or IntervalKind.Timer or IntervalKind.HrTimer;

    /// <summary>The time of each cause in each tail.</summary>
    public static Dictionary<Tail, Dictionary<(string Category, string? Name), double>> Read(
        TraceReader reader, SamplePlan plan, IReadOnlyCollection<Tail> tails, CancellationToken cancel)
    {
        var intervals = new TailIntervals(plan, tails);
        reader.ReadOnce(new IntervalBuilder(intervals, withCalls: false), null, null, cancel);
        CauseTarget[] targets = [.. intervals.Found.Keys.Select(CauseTarget.Of)];
        var times = tails.ToDictionary(tail => tail, _ => new Dictionary<(string Category, string? Name), double>());
        foreach (var cause in CauseReading.Read(reader, targets, withCalls: false, cancel))
            foreach (var tail in intervals.Found[cause.Interval!])
                foreach (var share in cause.Shares)
                {
                    var part = (share.Category, share.Name);
                    times[tail][part] = times[tail].GetValueOrDefault(part) + share.Nanoseconds;
                }
        return times;
    }

    /// <summary>The least length beyond which a recording has at most a number of intervals in a row.</summary>
    public static long Least(TimeHistogram times, long most)
    {
        var counts = new long[TimeHistogram.Buckets];
        for (var column = 0; column < times.Columns; column++)
            foreach (var (bucket, count) in times[column]) counts[bucket] += count;
        for (var bucket = counts.Length - 1; bucket >= 0; bucket--)
            if ((most -= counts[bucket]) < 0)
                return TimeHistogram.HighOf(bucket) - 1;
        return 0;
    }
}
