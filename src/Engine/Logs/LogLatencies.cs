using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs;

/// <summary>Latencies of many records: merged by kind and key, and by range of wall time.</summary>
internal static class LogLatencies
{
    /// <summary>The shortest range of time in nanoseconds. Shorter ones would hold no record or one.</summary>
    public const long ShortestRange = 1_000_000_000;

    /// <summary>What the user should know if there are too many rows.</summary>
    public const string MoreRows = "There are more rows than are kept apart. The others are counted in rows without a key.";

    /// <summary>Merges the latencies of records. Histograms of the same ranges merge exactly.</summary>
    /// <param name="records">The records.</param>
    /// <param name="every">The length of the ranges, which begin at multiples of it in Unix time; null for one over all time.
    /// </param>
    public static IReadOnlyList<Latency.Latency> Merge(IEnumerable<Measurement> records, TimeSpan? every)
    {
        ArgumentNullException.ThrowIfNull(records);
        var merger = new LatencyMerger();
        foreach (var record in records) Add(merger, record, every);
        return Sorted(merger.Latencies());
    }

    /// <summary>Adds the latencies of a record.</summary>
    public static void Add(LatencyMerger merger, Measurement record, TimeSpan? every)
    {
        long? length = every is { } span ? DurationText.Nanoseconds(span) : null;
        var boot = record.BootId ?? record.MachineId ?? record.HostName ?? "";
        foreach (var latency in record.Latencies) merger.Add(latency, boot, Start(record.StartTime, length), length);
    }

    /// <summary>The latencies by kind and time, then the largest sum first.</summary>
    public static IReadOnlyList<Latency.Latency> Sorted(IEnumerable<Latency.Latency> latencies)
        => [.. latencies.OrderBy(latency => latency.Row.Kind).ThenBy(latency => latency.Row.From)
            .ThenByDescending(latency => latency.SumNanoseconds).ThenBy(latency => latency.Key, StringComparer.Ordinal)];

    private static long? Start(DateTimeOffset time, long? every)
    {
        if (every is not { } length) return null;
        var since = (Int128)(time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var rest = since % length;
        return (long)Int128.Clamp(since - (rest < 0 ? rest + length : rest), long.MinValue, long.MaxValue);
    }
}
