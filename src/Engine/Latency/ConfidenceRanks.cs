namespace KernelMagnifier.Latency;

/// <summary>
/// The places between which a quantile lies with a confidence of at least 95 %, whatever the distribution is: the number of n
/// independent values below the quantile is binomially distributed.
/// </summary>
internal static class ConfidenceRanks
{
    // Two-sided: so much may lie outside on each side.
    private const double Tail = 0.025;

    // The normal quantile of 1 - Tail.
    private const double NormalTail = 1.959964;

    // From here on the normal distribution is exact to less than one place in a thousand.
    private const long MostExact = 10_000_000;

    // Beyond so many standard deviations, less than 1e-20 lies.
    private const double Widest = 10;

    /// <summary>The least number of values for which the interval has an upper end: the greatest of them is one.</summary>
    /// <param name="quantile">The quantile, from 0.5 on.</param>
    public static long Needed(double quantile) => (long)Math.Ceiling(Math.Log(Tail) / Math.Log(quantile));

    /// <summary>The places of the ends in the ascending order, from 0 on; null if there are too few values.</summary>
    /// <param name="count">The number of values.</param>
    /// <param name="quantile">The quantile, from 0.5 on.</param>
    public static (long Low, long High)? Of(long count, double quantile)
    {
        if (count < Needed(quantile)) return null;
        var mean = count * quantile;
        var deviation = Math.Sqrt(mean * (1 - quantile));
        if (count > MostExact)
            return ((long)Math.Floor(mean - NormalTail * deviation) - 1, (long)Math.Ceiling(mean + NormalTail * deviation));
        var first = Math.Max(0, (long)(mean - Widest * deviation) - 20);
        var last = Math.Min(count, (long)(mean + Widest * deviation) + 20);
        var weights = Weights(count, quantile, first, last, Math.Clamp((long)mean, first, last));
        var tail = weights.Sum() * Tail;
        // The value at place l is above the quantile if at most l values are below it.
        var (low, below) = (0, weights[0]);
        while (below + weights[low + 1] <= tail) below += weights[++low];
        var (high, above) = (weights.Length - 1, weights[^1]);
        while (above + weights[high - 1] <= tail) above += weights[--high];
        return (first + low, first + high - 1);
    }

    /// <summary>
    /// The probabilities that k of the values are below the quantile, relative to that of <paramref name="mode"/>.
    /// </summary>
    private static double[] Weights(long count, double quantile, long first, long last, long mode)
    {
        var weights = new double[last - first + 1];
        var odds = quantile / (1 - quantile);
        weights[mode - first] = 1;
        for (var k = mode; k < last; k++) weights[k + 1 - first] = weights[k - first] * odds * (count - k) / (k + 1);
        for (var k = mode; k > first; k--) weights[k - 1 - first] = weights[k - first] / odds * k / (count - k + 1);
        return weights;
    }
}
