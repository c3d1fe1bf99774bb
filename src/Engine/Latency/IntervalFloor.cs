using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// The length that chosen intervals exceed: a duration, or a percentile of the intervals of their kind in their recording.
/// </summary>
/// <param name="Length">The duration, in nanoseconds or counts of the clock; null for a percentile.</param>
/// <param name="Percent">The percentile, above 0 and below 100; null for a duration.</param>
internal sealed record IntervalFloor(long? Length, decimal? Percent)
{
    /// <summary>The 99th percentile.</summary>
    public static readonly IntervalFloor P99 = new(null, 99);

    /// <summary>What a floor can be, for messages.</summary>
    public const string Expected = $"a percentile such as p99 or p99.9, or {DurationText.Expected}";

    /// <summary>Parses a percentile (<c>p99.9</c>) or a duration (<c>5ms</c>).</summary>
    /// <returns>Null if the text is neither.</returns>
    public static IntervalFloor? Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length > 1 && trimmed[0] is 'p' or 'P')
            return decimal.TryParse(trimmed[1..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
                && percent is > 0 and < 100 ? new IntervalFloor(null, percent) : null;
        return DurationText.TryParse(text, out var length) ? new IntervalFloor(length, null) : null;
    }

    /// <summary>
    /// The longest length of a kind that is not chosen. The longest interval of a kind is always longer than its percentile, so
    /// that few intervals have an outlier too.
    /// </summary>
    /// <param name="lengths">The lengths of the kind.</param>
    public long Of(LengthDistribution lengths)
    {
        if (Length is { } length) return length;
        var rank = (long)Math.Ceiling(lengths.Count * Percent!.Value / 100);
        var bucket = lengths.At([Math.Clamp(rank, 1, lengths.Count) - 1])[0];
        var value = bucket.Until is { } until && until > bucket.From ? until - 1 : bucket.From;
        return Math.Min(value, lengths.Max - 1);
    }

    /// <inheritdoc/>
    public override string ToString() => Length is { } length ? DurationText.Of(length)
        : string.Create(CultureInfo.InvariantCulture, $"p{Percent:0.##########}");
}
