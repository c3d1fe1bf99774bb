using System.Collections;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>Makes latencies of their copies that come back from a file or another process. Their values are untrusted.</summary>
internal static class LatencyCopy
{
    private const string Type = "KernelMagnifier.Latency.Latency";
    private const int MostBuckets = 1 << 16, MostTerms = 64, LongestTerm = 64;

    private static readonly (string Name, double Quantile)[] Quantiles =
        [("P50", 0.5), ("P90", 0.9), ("P99", 0.99), ("P999", 0.999)];

    // A dictionary that was stored has no order.
    private static readonly string[] Terms =
    [
        "starts", "ends", "count", "uncertain", "uncertain_ends", "negative", "no_wait", "superseded", "never_returned",
        "mismatched", "unmatched_ends", "open_at_end",
    ];

    /// <summary>Whether an object is the copy of a latency.</summary>
    public static bool Is(InputProperties input) => Is(input, Type);

    /// <summary>Whether an object is the copy of one of a type.</summary>
    public static bool Is(InputProperties input, string type)
        => input.TypeNames.Select(name => name.Split('#')[0])
            .Any(name => name == type || name.EndsWith("." + type, StringComparison.Ordinal));

    /// <summary>The latency.</summary>
    /// <exception cref="InputException">A value is not that of a latency.</exception>
    public static Latency.Latency Of(InputProperties input)
    {
        var unit = input.Text("Unit") == nameof(ClockUnit.Counts) ? ClockUnit.Counts : ClockUnit.Nanoseconds;
        var factor = unit == ClockUnit.Counts ? 1 : 1_000_000_000;
        var count = input.Integer("Count", 0, TimeHistogram.MostIntervals)
            ?? throw new InputException("Count", null, "a latency");
        long? least = null, most = null;
        if (count > 0)
        {
            least = Required(input, "MinNanoseconds", 0);
            most = Required(input, "MaxNanoseconds", least.Value);
        }
        LatencyBucket[] buckets = [.. Buckets(input)];
        if (buckets.Sum(b => b.Count) != count)
            throw new InputException("Histogram", input.Value("Histogram"), "ranges with as many intervals as the count");
        var times = TimeHistogram.Parse(input.Text("OverTime"));
        if (times is not null && times.Total != count)
            throw new InputException("OverTime", input.Value("OverTime"), "as many intervals as the count");
        var start = Start(input);
        // Ranges of wall time are in seconds whatever the clock counts, which are too large to be exact as a number.
        if (start is not null) factor = 1_000_000_000;
        var from = input.Scaled("From", factor, -9e9, factor == 1 ? 9e18 : 9e9);
        var every = from is null ? null : input.Scaled("Until", factor, -9e9, factor == 1 ? 9e18 : 9e9) - from;
        if (start is not null) (from, every) = (start, (Math.Max(every ?? 0, 0) + 500_000) / 1_000_000 * 1_000_000);
        var row = new LatencyRow(Kind(input), input.Text("Key"), input.Text("Name"), input.Text("Comm"),
            (int?)input.Integer("ProcessId", int.MinValue, int.MaxValue), (int?)input.Integer("Cpu", 0, int.MaxValue),
            input.Recording, unit, from, start is not null);
        return new Latency.Latency(row, every)
        {
            Count = count, SumNanoseconds = input.Integer("SumNanoseconds", 0, long.MaxValue) ?? 0, MinNanoseconds = least,
            MaxNanoseconds = most, MeanNanoseconds = count > 0 ? input.Real("MeanNanoseconds") : null,
            Method = input.Text("Method") is ("Exact" or RangedLatency.Method) and var method ? method : "Histogram",
                Histogram = buckets, Times = times,
            Percentiles = count == 0 ? [] : Percentiles(input, buckets, count, most!.Value), Account = Account(input),
        };
    }

    /// <summary>The start of a range of wall time in nanoseconds of Unix time; null for a range of the trace clock.</summary>
    private static long? Start(InputProperties input)
    {
        if (input.Time(nameof(Latency.Latency.StartTime)) is not { } time) return null;
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        return Math.Abs(ticks) <= long.MaxValue / 200 ? ticks * TimeSpan.NanosecondsPerTick
            : throw new InputException(nameof(Latency.Latency.StartTime), time, "a time from 1970 to 2100");
    }

    private static long Required(InputProperties input, string name, long least)
        => input.Integer(name, least, long.MaxValue) ?? throw new InputException(name, null, "a latency");

    private static IntervalKind Kind(InputProperties input)
        => input.Text("Kind") is { } name && Enum.GetNames<IntervalKind>().Contains(name) ? Enum.Parse<IntervalKind>(name)
            : throw new InputException("Kind", input.Value("Kind"), "a kind of intervals");

    /// <summary>The percentiles with their confidence intervals; one that is missing is found in the histogram.</summary>
    private static LatencyPercentile[] Percentiles(InputProperties input, LatencyBucket[] buckets, long count, long most)
    {
        var given = new Dictionary<string, InputProperties>();
        if (input.Value("Percentiles") is IEnumerable all and not string)
            foreach (var one in all.Cast<object?>().OfType<object>().Take(Quantiles.Length))
                if (new InputProperties(one) is var percentile && percentile.Text("Name") is { } name)
                    given[name] = percentile;
        return Array.ConvertAll(Quantiles, quantile =>
        {
            var value = input.Integer($"{quantile.Name}Nanoseconds", 0, long.MaxValue)
                ?? At((long)Math.Ceiling(count * quantile.Quantile), buckets, most);
            (long, long)? bounds = given.TryGetValue(quantile.Name, out var one)
                && one.Integer("LowNanoseconds", 0, long.MaxValue) is { } low
                && one.Integer("HighNanoseconds", 0, long.MaxValue) is { } high ? (low, high) : null;
            return new LatencyPercentile(quantile.Name, quantile.Quantile, value, bounds);
        });
    }

    private static long At(long rank, LatencyBucket[] buckets, long most)
    {
        foreach (var bucket in buckets)
            if ((rank -= bucket.Count) <= 0)
                return Math.Min((bucket.Until ?? long.MaxValue) - 1, most);
        return most;
    }

    private static Dictionary<string, long>? Account(InputProperties input)
    {
        if (input.Value("Account") is not IDictionary terms) return null;
        var read = new Dictionary<string, long>();
        foreach (DictionaryEntry term in terms)
        {
            if (read.Count < MostTerms && term.Key is string { Length: <= LongestTerm } name
                && term.Value is long and >= 0 and var count)
                read[name] = count;
        }
        return read.OrderBy(t => Array.IndexOf(Terms, t.Key) is var at and >= 0 ? at : Terms.Length)
            .ThenBy(t => t.Key, StringComparer.Ordinal).ToDictionary();
    }

    private static IEnumerable<LatencyBucket> Buckets(InputProperties input)
    {
        if (input.Value("Histogram") is not IEnumerable buckets || buckets is string) yield break;
        var (seen, before, left) = (0, 0L, TimeHistogram.MostIntervals);
        foreach (var bucket in buckets)
        {
            if (bucket is null || ++seen > MostBuckets) throw new InputException("Histogram", bucket ?? "", "ranges of lengths");
            var range = new InputProperties(bucket);
            var from = range.Integer("From", before, 1L << 62)
                ?? throw new InputException("Histogram", bucket, "ranges of lengths");
            var until = range.Integer("Until", from + 1, long.MaxValue);
            var count = range.Integer("Count", 1, left) ?? throw new InputException("Histogram", bucket, "ranges of lengths");
            (before, left) = (until ?? from + 1, left - count);
            yield return new LatencyBucket(from, until, count);
        }
    }
}
