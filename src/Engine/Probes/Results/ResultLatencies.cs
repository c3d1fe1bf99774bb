using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Probes.Results;

/// <summary>Makes latencies of histograms that count times.</summary>
internal static class ResultLatencies
{
    /// <summary>Whether a result is a histogram of times.</summary>
    public static bool IsOfTimes(ProbeResult result)
        => result is { Kind: ResultKind.Histogram, Histogram: not null } && TimeUnits.Nanoseconds(result.Unit) is not null;

    /// <summary>The kind of the intervals of a result; null if none is declared.</summary>
    public static IntervalKind? KindOf(ProbeResult result)
        => Enum.GetNames<IntervalKind>().Contains(result.Interval) ? Enum.Parse<IntervalKind>(result.Interval!) : null;

    /// <summary>The latency of a result; null if it is no histogram of times.</summary>
    /// <param name="result">The result.</param>
    /// <param name="kind">The kind of its intervals.</param>
    public static Latency.Latency? Of(ProbeResult result, IntervalKind kind)
    {
        if (!IsOfTimes(result)) return null;
        var key = string.IsNullOrEmpty(result.Key) ? null : result.Key;
        return RangedLatency.Of(new LatencyRow(kind, key, null, null, null, null, result.Probe, ClockUnit.Nanoseconds, null),
            result.Histogram!);
    }

    /// <summary>
    /// The results of each map without those of earlier prints in the same run: a map that is printed several times grows.
    /// </summary>
    /// <param name="results">The results, in their order.</param>
    /// <param name="replaced">How many prints a later one replaces.</param>
    public static IReadOnlyList<ProbeResult> LastPrints(IReadOnlyList<ProbeResult> results, out int replaced)
    {
        // Copies do not know their run: then a print that is not later begins another one.
        var runs = new Dictionary<(string?, string?), (object? Run, int Print, int Number)>();
        var last = new Dictionary<(string?, string?, int), int>();
        var run = new int[results.Count];
        for (var i = 0; i < results.Count; i++)
        {
            var (one, place) = (results[i], (results[i].Probe, results[i].Name));
            if (one.Print is not { } print) continue;
            var known = runs.TryGetValue(place, out var now);
            if (!known || !Equals(now.Run, one.Run) || print < now.Print) now = (one.Run, print, now.Number + 1);
            runs[place] = now with { Print = print };
            run[i] = now.Number;
            last[(one.Probe, one.Name, now.Number)] = print;
        }
        // The same object can come twice.
        var kept = results.Where((one, i) => one.Print is not { } print
            || last[(one.Probe, one.Name, run[i])] == print).Distinct().ToList();
        replaced = results.Where((one, i) => one.Print is { } print && last[(one.Probe, one.Name, run[i])] != print)
            .Select(one => (one.Probe, one.Name, one.Print)).Distinct().Count();
        return kept;
    }
}
