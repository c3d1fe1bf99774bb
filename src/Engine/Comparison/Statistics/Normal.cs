namespace KernelMagnifier.Comparison.Statistics;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>The probability of a value that is at most this, to 1e-12 of itself down to 1e-300.</summary>
    public static double AtMost(double value)
    {
        if (double.IsNaN(value)) return double.NaN;
        if (value > 0) return 1 - AtMost(-value);
        if (value < -37) return 0;
        var density = Math.Exp(-value * value / 2) / Math.Sqrt(2 * Math.PI);
        if (value > -3)
        {
            // The series of the distance from one half.
            var (term, sum) = (-value, -value);
            for (var i = 3; term > 1e-17 * sum; i += 2) sum += term *= value * value / i;
            return 0.5 - (density * sum);
        }
        // The continued fraction of the tail.
        var fraction = 0.0;
        for (var i = 150; i > 0; i--) fraction = i / (-value + fraction);
        return density / (-value + fraction);
    }

    /// <summary>The value below which a probability lies.</summary>
    /// <param name="probability">The probability, above 0 and below 1.</param>
    public static double Quantile(double probability)
    {
        var (low, high) = (-40.0, 40.0);
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            if (AtMost(middle) < probability) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }
}
