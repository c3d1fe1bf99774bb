namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// Holm's correction for several tests: if no row has changed, the probability that any corrected p-value is below the level is
/// at most the level, however the rows depend on each other.
/// </summary>
internal static class Holm
{
    /// <summary>Corrects p-values for their number.</summary>
    /// <param name="values">The p-values, from 0 to 1. One that is not a number counts as 1.</param>
    /// <returns>The corrected p-values in the same order.</returns>
    public static double[] Correct(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => Valid(values[i])).ToArray();
        var corrected = new double[values.Count];
        var least = 0.0;
        for (var place = 0; place < order.Length; place++)
        {
            least = Math.Max(least, Math.Min(1, (order.Length - place) * Valid(values[order[place]])));
            corrected[order[place]] = least;
        }
        return corrected;
    }

    private static double Valid(double value) => double.IsNaN(value) ? 1 : Math.Clamp(value, 0, 1);
}
