namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// The Hodges–Lehmann estimate of after by before: the median of the ratios of all pairs, on logarithms, with the confidence
/// interval that the rank test has for it.
/// </summary>
internal static class HodgesLehmann
{
    /// <summary>Estimates the ratio.</summary>
    /// <param name="before">The values before, none negative or NaN.</param>
    /// <param name="after">The values after.</param>
    /// <param name="confidence">The confidence of the interval.</param>
    public static RatioEstimate Ratio(IReadOnlyList<double> before, IReadOnlyList<double> after, double confidence)
        => Ratio(before, after, new RankTest(before.Count, after.Count).IntervalPlace(confidence));

    /// <summary>Estimates the ratio.</summary>
    /// <param name="before">The values before, none negative or NaN.</param>
    /// <param name="after">The values after.</param>
    /// <param name="place">The place of the lower end, as <see cref="RankTest.IntervalPlace"/> has it; null for no interval.</param>
    public static RatioEstimate Ratio(IReadOnlyList<double> before, IReadOnlyList<double> after, int? place)
    {
        var ratios = new double[before.Count * after.Count];
        var next = 0;
        foreach (var first in before)
            foreach (var second in after)
                ratios[next++] = first == second ? 1 : second / first;
        Array.Sort(ratios);
        var (left, right) = (ratios[(ratios.Length - 1) / 2], ratios[ratios.Length / 2]);
        var ratio = left == right ? left : Math.Sqrt(left) * Math.Sqrt(right);
        return place is { } low ? new RatioEstimate(ratio, ratios[low], ratios[^(low + 1)])
            : new RatioEstimate(ratio, 0, double.PositiveInfinity);
    }
}
