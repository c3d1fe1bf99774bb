using System.Globalization;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison.Assertions;

/// <summary>
/// Checks latencies against a limit. An assertion on data that cannot carry it never passes: too few intervals for the
/// percentile, no interval at all, or so many lost with events that the outcome may be another one.
/// </summary>
/// <param name="bound">The limit.</param>
/// <param name="next">The command that looks closer at a latency.</param>
/// <param name="nothing">The command that looks closer if there is none.</param>
internal sealed class LatencyAsserter(LatencyBound bound, Func<Latency.Latency, string> next, string nothing)
{
    // A mean of fewer lengths says little, whatever their distribution is.
    private const int LeastForMean = 30;

    /// <summary>Checks a latency.</summary>
    public TraceAssertion Check(Latency.Latency latency)
    {
        var isCounts = latency.Unit == nameof(ClockUnit.Counts);
        var value = ValueOf(latency);
        var doubt = Doubt(latency, value);
        return new TraceAssertion
        {
            Subject = Subject(latency), Recording = latency.Recording, Expected = bound.Expected(isCounts),
            Found = value is { } found ? LatencyBound.Length(found, isCounts) : "no interval",
            Outcome = doubt is not null ? "Undecided" : bound.Holds(value!.Value) ? "Passed" : "Failed",
            Evidence = doubt ?? Evidence(latency, isCounts), NextCommand = doubt is null ? next(latency) : nothing,
        };
    }

    /// <summary>The assertion about latencies that there are none of.</summary>
    /// <param name="reason">Why there is none.</param>
    /// <param name="recording">The recording; null of several.</param>
    public TraceAssertion Nothing(string reason, string? recording) => new()
    {
        Subject = bound.Number.ToString(), Recording = recording, Expected = bound.Expected(false), Found = "no interval",
        Outcome = "Undecided", Evidence = $"{char.ToUpperInvariant(reason[0])}{reason[1..].TrimEnd('.')}.",
        NextCommand = nothing,
    };

    private string Subject(Latency.Latency latency)
        => string.Join(' ', new[] { latency.Kind, latency.Name, latency.Key, bound.Number.ToString() }
            .Where(part => !string.IsNullOrEmpty(part)).Distinct());

    private double? ValueOf(Latency.Latency latency) => bound.Number switch
    {
        AssertedNumber.P50 => latency.P50Nanoseconds,
        AssertedNumber.P90 => latency.P90Nanoseconds,
        AssertedNumber.P99 => latency.P99Nanoseconds,
        AssertedNumber.P999 => latency.P999Nanoseconds,
        AssertedNumber.Max => latency.MaxNanoseconds,
        _ => latency.MeanNanoseconds,
    };

    private LatencyPercentile? Percentile(Latency.Latency latency)
        => latency.Percentiles.FirstOrDefault(percentile => percentile.Name == bound.Number.ToString());

    /// <summary>Why the data cannot carry the assertion, as a sentence; null if it can.</summary>
    private string? Doubt(Latency.Latency latency, double? value)
    {
        if (value is not { } found) return "There is no interval to measure.";
        if (latency.Unit == nameof(ClockUnit.Counts))
            return "The trace clock of the recording counts without a unit of time, so a duration is no limit for it.";
        if (latency.Traces.FirstOrDefault(trace => trace.IsDamaged) is { } damaged)
            return $"{damaged.Path} is damaged or cut, so events are missing.";
        // One interval that is too long is enough to know that the longest one is.
        var isUpper = bound.Kind is BoundKind.LessThan or BoundKind.AtMost;
        if (bound.Number == AssertedNumber.Max && isUpper && !bound.Holds(found)) return null;
        if (Percentile(latency)?.Needs is { } needs)
            return string.Create(CultureInfo.InvariantCulture,
                $"There are {latency.Count:N0} intervals, and {bound.Number} {needs}.");
        if (bound.Number == AssertedNumber.Mean && latency.Count < LeastForMean)
            return string.Create(CultureInfo.InvariantCulture,
                $"There are {latency.Count:N0} intervals, and a mean needs n ≥ {LeastForMean}.");
        return LossDoubt(latency);
    }

    /// <summary>Why lost intervals may change the outcome; null if they cannot.</summary>
    private string? LossDoubt(Latency.Latency latency)
    {
        var lost = latency.Traces.Sum(trace => trace.LostEvents + trace.NotParsed);
        var uncertain = latency.Account?.GetValueOrDefault("uncertain") ?? 0;
        if (lost == 0 && uncertain == 0) return null;
        var isLeast = latency.Traces.Any(trace => trace.LostEventsIsMinimum);
        // Beside those that span a gap, a gap can hold whole intervals, of two events at least.
        if (!isLeast && HoldsWithout(latency, uncertain + (lost / 2))) return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{(isLeast ? "At least " : "")}{lost:N0} events were lost or not parsed, {uncertain:N0} intervals span the gaps, "
            + $"and up to {lost / 2:N0} may lie in them, beside {latency.Count:N0} that were measured: that may change the outcome.");
    }

    /// <summary>
    /// Whether the outcome is the same even if all missing intervals are longer, and if all are shorter, than those measured.
    /// </summary>
    private bool HoldsWithout(Latency.Latency latency, long missing)
    {
        if (Percentile(latency) is not { } percentile) return false;
        var rank = (long)Math.Ceiling(percentile.Quantile * (latency.Count + missing));
        if (rank > latency.Count || rank - missing < 1) return false;
        var now = bound.Holds(percentile.Nanoseconds);
        var (low, high) = (BucketOf(latency, rank - missing).From, BucketOf(latency, rank).Until - 1);
        var most = latency.MaxNanoseconds ?? long.MaxValue;
        return now == bound.Holds(low) && now == bound.Holds(Math.Min(high ?? most, most));
    }

    private static LatencyBucket BucketOf(Latency.Latency latency, long rank)
    {
        foreach (var bucket in latency.Histogram)
            if ((rank -= bucket.Count) <= 0)
                return bucket;
        return new LatencyBucket(0, null, 0);
    }

    private string Evidence(Latency.Latency latency, bool isCounts)
    {
        var count = string.Create(CultureInfo.InvariantCulture, $"{latency.Count:N0} intervals");
        return Percentile(latency) is { LowNanoseconds: { } low, HighNanoseconds: { } high }
            ? $"{count}, 95 % confidence interval {LatencyBound.Length(low, isCounts)} to {LatencyBound.Length(high, isCounts)}."
            : $"{count}.";
    }
}
