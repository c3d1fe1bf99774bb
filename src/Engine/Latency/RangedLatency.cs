namespace KernelMagnifier.Latency;

/// <summary>
/// Makes latencies of ranges that were counted elsewhere, such as in the kernel, and merges latencies. Single lengths are not
/// known: a percentile is the greatest length of its range, and sum and mean are those of the middles of the ranges.
/// </summary>
internal static class RangedLatency
{
    /// <summary>The method of such latencies.</summary>
    public const string Method = "Ranges";

    /// <summary>Makes a latency. Ranges below zero are not counted, and stand in the account as <c>negative</c>.</summary>
    public static Latency Of(in LatencyRow row, IEnumerable<LatencyBucket> ranges)
    {
        var (kept, negative) = (new List<LatencyBucket>(), 0L);
        foreach (var range in ranges)
        {
            if (range.Until <= 0) negative += range.Count;
            else kept.Add(range with { From = Math.Max(range.From, 0) });
        }
        var account = negative == 0 ? null : new Dictionary<string, long> { ["negative"] = negative };
        return Of(row, null, [.. kept], null, null, null, account);
    }

    /// <summary>Merges latencies of the same kind, key, unit and time range, whatever recordings they come from.</summary>
    public static IReadOnlyList<Latency> Merge(IEnumerable<Latency> latencies)
    {
        var merger = new LatencyMerger();
        foreach (var latency in latencies) merger.Add(latency);
        return merger.Latencies();
    }

    /// <summary>
    /// The counts of several histograms in the ranges of the coarsest ones. A finer range counts where its middle is; its ends
    /// can be in two ranges, but it is at most as wide as the error that a histogram has anyway.
    /// </summary>
    internal static LatencyBucket[] Union(IReadOnlyList<LatencyBucket> ranges)
    {
        var merged = new SortedList<long, LatencyBucket>();
        foreach (var range in ranges.OrderByDescending(Width).ThenBy(range => range.From))
        {
            var middle = Middle(range);
            var at = Place(merged, middle);
            if (at >= 0 && (merged.Values[at].Until ?? long.MaxValue) > middle)
            {
                var into = merged.Values[at];
                merged[into.From] = into with { Count = into.Count + range.Count };
                continue;
            }
            // What overlaps those beside it is cut.
            var from = at < 0 ? range.From : Math.Max(range.From, merged.Values[at].Until ?? long.MaxValue);
            var until = at + 1 < merged.Count ? Math.Min(range.Until ?? long.MaxValue, merged.Values[at + 1].From) : range.Until;
            merged.Add(from, new LatencyBucket(from, until, range.Count));
        }
        return [.. merged.Values];
    }

    /// <summary>The index of the last range that begins at a length or before it; -1 for none.</summary>
    private static int Place(SortedList<long, LatencyBucket> ranges, long length)
    {
        var (low, high) = (0, ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ranges.Keys[middle] <= length) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    private static double Width(LatencyBucket range)
        => range.Until is { } until ? until / Math.Max((double)range.From, 1) : double.MaxValue;

    /// <summary>The middle of a range; the start of one that has no end.</summary>
    internal static long Middle(LatencyBucket range)
        => range.Until is { } until ? range.From + ((until - range.From) / 2) : range.From;

    /// <summary>Makes a latency of ranges.</summary>
    /// <param name="row">What it is about.</param>
    /// <param name="every">The length of the time range; null if it has none.</param>
    /// <param name="ranges">The ranges, in ascending order.</param>
    /// <param name="least">The least length; null for the start of the first range.</param>
    /// <param name="most">The greatest length; null for that of the last range.</param>
    /// <param name="sum">The sum of all lengths; null for that of the middles of the ranges.</param>
    /// <param name="account">The account; null if it is not known.</param>
    /// <param name="method">How single lengths were counted.</param>
    internal static Latency Of(
        in LatencyRow row, long? every, LatencyBucket[] ranges, long? least, long? most, long? sum,
        IReadOnlyDictionary<string, long>? account, string method = Method)
    {
        var count = ranges.Sum(range => range.Count);
        if (count == 0) return new Latency(row, every) { Method = method, Account = account };
        var total = ranges.Aggregate((Int128)0, (all, range) => all + ((Int128)Middle(range) * range.Count));
        var known = sum ?? (long)Int128.Min(total, long.MaxValue);
        var (low, high) = (least ?? ranges[0].From, most ?? (ranges[^1].Until - 1 ?? ranges[^1].From));
        // The histogram of a recording gives the end of a range as a percentile, which is what its documentation says.
        var end = method == Method ? 1 : 0;
        return new Latency(row, every)
        {
            Count = count, SumNanoseconds = known, MinNanoseconds = low, MaxNanoseconds = high,
            MeanNanoseconds = (double)known / count, Method = method, Histogram = ranges, Account = account,
            Percentiles = [.. Latency.Percentages.Select(one => Percentile(one, ranges, count, end, low, high))],
        };
    }

    private static LatencyPercentile Percentile(
        (string Name, double Quantile, int Part, int Whole) of, LatencyBucket[] ranges, long count, int end, long least, long most)
    {
        LatencyBucket At(long place) => ranges.First(range => (place -= range.Count) < 0);
        long High(long place) => Math.Clamp((At(place).Until ?? long.MaxValue) - end, least, most);
        long Low(long place) => Math.Clamp(At(place).From, least, most);
        (long, long)? bounds = ConfidenceRanks.Of(count, of.Quantile) is { } both ? (Low(both.Low), High(both.High)) : null;
        return new LatencyPercentile(of.Name, of.Quantile, High(Latency.Rank(count, of.Part, of.Whole)), bounds);
    }
}
