namespace KernelMagnifier.Rendering.Charts;

/// <summary>A linear axis.</summary>
/// <param name="low">The least value.</param>
/// <param name="high">The largest value.</param>
/// <param name="from">The coordinate of the least value.</param>
/// <param name="to">The coordinate of the largest value.</param>
internal sealed class LinearScale(double low, double high, double from, double to)
{
    private readonly double _high = high > low ? high : low + 1;

    /// <summary>The coordinate of a value, within the axis.</summary>
    public double At(double value) => from + ((Math.Clamp(value, low, _high) - low) / (_high - low) * (to - from));

    /// <summary>Round values, about so many.</summary>
    /// <param name="count">How many.</param>
    /// <param name="least">The least distance.</param>
    public IEnumerable<double> Ticks(int count, double least = 0)
    {
        var step = Step(Math.Max((_high - low) / count, least));
        // A short axis has one tick beside its start at least.
        if (step > _high - low) step = Math.Max(Step((_high - low) / 2.5), least);
        for (var i = Math.Ceiling(low / step); i * step <= _high * (1 + 1e-9); i++) yield return i * step;
    }

    /// <summary>The next of 1, 2, 5, 10, …</summary>
    private static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        foreach (var digit in (double[])[1, 2, 5])
            if (digit * power >= rough * (1 - 1e-9))
                return digit * power;
        return 10 * power;
    }
}
