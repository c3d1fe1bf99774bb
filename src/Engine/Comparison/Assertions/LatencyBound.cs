using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison.Assertions;

/// <summary>A limit that a number of a latency must keep.</summary>
/// <param name="Number">The number.</param>
/// <param name="Kind">How it must relate to the limit.</param>
/// <param name="Limit">The limit, in nanoseconds or counts of the clock.</param>
internal sealed record LatencyBound(AssertedNumber Number, BoundKind Kind, long Limit)
{
    /// <summary>Whether a value keeps the limit.</summary>
    public bool Holds(double value) => Kind switch
    {
        BoundKind.LessThan => value < Limit,
        BoundKind.AtMost => value <= Limit,
        BoundKind.GreaterThan => value > Limit,
        _ => value >= Limit,
    };

    /// <summary>What is expected, in words.</summary>
    public string Expected(bool isCounts) => Kind switch
    {
        BoundKind.LessThan => $"less than {Length(Limit, isCounts)}",
        BoundKind.AtMost => $"at most {Length(Limit, isCounts)}",
        BoundKind.GreaterThan => $"more than {Length(Limit, isCounts)}",
        _ => $"at least {Length(Limit, isCounts)}",
    };

    /// <summary>A length in words.</summary>
    public static string Length(double length, bool isCounts)
        => isCounts ? DurationText.OfCounts((decimal)length) : DurationText.Of((decimal)length);
}
