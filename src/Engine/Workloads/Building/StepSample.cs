namespace KernelMagnifier.Workloads.Building;

/// <summary>
/// A few values that stand for many: each is the mean of an equal part of the sorted values, so that the mean stays the same and
/// the quantiles nearly. They are given to steps by the rank of the values that the steps had, which keeps their order.
/// </summary>
internal static class StepSample
{
    /// <summary>Returns as many values as there are steps.</summary>
    /// <param name="all">All values; in any order.</param>
    /// <param name="ofSteps">The values that the chosen steps had.</param>
    public static long[] Spread(IReadOnlyList<long> all, IReadOnlyList<long> ofSteps)
    {
        var (count, sorted) = (ofSteps.Count, all.Order().ToArray());
        var result = new long[count];
        if (sorted.Length == 0) return result;
        var ranks = Enumerable.Range(0, count).OrderBy(i => ofSteps[i]).ThenBy(i => i).ToArray();
        // Carries what rounding leaves, so that the sum of the means is the mean of all.
        double left = 0;
        for (var rank = 0; rank < count; rank++)
        {
            var mean = Mean(sorted, (double)rank * sorted.Length / count, (double)(rank + 1) * sorted.Length / count) + left;
            var value = (long)Math.Round(mean);
            left = mean - value;
            result[ranks[rank]] = value;
        }
        return result;
    }

    /// <summary>The mean of sorted values between two positions, which can lie within a value.</summary>
    private static double Mean(long[] sorted, double from, double to)
    {
        double sum = 0;
        for (var i = (int)from; i < sorted.Length && i < to; i++) sum += sorted[i] * (Math.Min(to, i + 1) - Math.Max(from, i));
        return sum / (to - from);
    }
}
