namespace KernelMagnifier.Rendering.Charts;

/// <summary>A logarithmic axis of lengths.</summary>
internal sealed class LogScale
{
    private readonly double _low, _high, _from, _to;

    /// <summary>Creates the axis.</summary>
    /// <param name="low">The least length; those below 1 are drawn at 1.</param>
    /// <param name="high">The largest length.</param>
    /// <param name="from">The coordinate of the least length.</param>
    /// <param name="to">The coordinate of the largest length.</param>
    public LogScale(double low, double high, double from, double to)
    {
        low = Math.Max(low, 1);
        high = Math.Max(high, low);
        // An axis spans half a decade at least, so that one value is not stretched over it.
        var missing = 0.5 - Math.Log10(high / low);
        var widen = missing > 0 ? Math.Pow(10, missing / 2) : 1.05;
        (Least, Largest, _from, _to) = (Math.Max(low / widen, 1), high * widen, from, to);
        (_low, _high) = (Math.Log10(Least), Math.Log10(Largest));
    }

    /// <summary>The least length of the axis.</summary>
    public double Least { get; }

    /// <summary>The largest length of the axis.</summary>
    public double Largest { get; }

    /// <summary>The coordinate of a length, within the axis.</summary>
    public double At(double length)
        => _from + ((Math.Clamp(Math.Log10(Math.Max(length, 1)), _low, _high) - _low) / (_high - _low) * (_to - _from));

    /// <summary>The lengths with a label: powers of ten, and 2 and 5 times those on a short axis.</summary>
    public IEnumerable<double> Ticks() => Steps(_high - _low > 2.6 ? [1] : [1, 2, 5]);

    /// <summary>The lengths with a mark only.</summary>
    public IEnumerable<double> SmallTicks() => _high - _low > 6 ? [] : Steps([2, 3, 4, 5, 6, 7, 8, 9]);

    private IEnumerable<double> Steps(int[] digits)
    {
        for (var power = Math.Floor(_low); power <= _high; power++)
            foreach (var digit in digits)
                if (digit * Math.Pow(10, power) is var length && length >= Least && length <= Largest)
                    yield return length;
    }
}
