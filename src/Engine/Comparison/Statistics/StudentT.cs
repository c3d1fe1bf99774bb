namespace KernelMagnifier.Comparison.Statistics;

/// <summary>Student's t distribution.</summary>
internal static class StudentT
{
    /// <summary>The probability of a value farther from zero than this, on either side.</summary>
    /// <param name="value">The value.</param>
    /// <param name="freedom">The degrees of freedom, above 0; need not be a whole number.</param>
    public static double Beyond(double value, double freedom)
    {
        if (double.IsNaN(value) || !(freedom > 0)) return double.NaN;
        if (double.IsInfinity(value)) return 0;
        return freedom > 1e6 ? 2 * Normal.AtMost(-Math.Abs(value)) : IncompleteBeta(freedom / 2, 0.5, freedom / (freedom + (value * value)));
    }

    /// <summary>The value beyond which, on either side, a probability lies.</summary>
    /// <param name="probability">The probability, above 0 and at most 1.</param>
    /// <param name="freedom">The degrees of freedom.</param>
    public static double Quantile(double probability, double freedom)
    {
        var (low, high) = (0.0, 1.0);
        while (Beyond(high, freedom) > probability && high < 1e150) high *= 2;
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high) break;
            if (Beyond(middle, freedom) > probability) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The regularized incomplete beta function.</summary>
    private static double IncompleteBeta(double a, double b, double x)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, 1 - x) / b);
    }

    /// <summary>The continued fraction of the incomplete beta function, by the method of Lentz.</summary>
    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        var (c, d) = (1.0, 1 / NotZero(1 - ((a + b) * x / (a + 1))));
        var value = d;
        for (var m = 1; m <= 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-15) break;
        }
        return value;

        static double NotZero(double number) => Math.Abs(number) < tiny ? tiny : number;
    }

    /// <summary>The logarithm of the gamma function of a positive number: Stirling's series after moving it above 10.</summary>
    private static double LogGamma(double x)
    {
        var product = 1.0;
        for (; x < 10; x++) product *= x;
        var square = 1 / (x * x);
        var series = (1 / 12.0 - (square * (1 / 360.0 - (square * (1 / 1260.0 - (square * (1 / 1680.0 - (square / 1188)))))))) / x;
        return ((x - 0.5) * Math.Log(x)) - x + (Math.Log(2 * Math.PI) / 2) + series - Math.Log(product);
    }
}
