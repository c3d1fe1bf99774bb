namespace KernelMagnifier.Comparison.Statistics;

/// <summary>An estimate of after by before.</summary>
/// <param name="Ratio">The ratio. 0 if it is gone, infinite if it is new, not a number if there is nothing on either side.</param>
/// <param name="Low">The lower end of its confidence interval; 0 if it has none.</param>
/// <param name="High">The upper end; infinite if it has none.</param>
internal readonly record struct RatioEstimate(double Ratio, double Low, double High)
{
    /// <summary>Nothing is known.</summary>
    public static RatioEstimate Unknown => new(double.NaN, 0, double.PositiveInfinity);
}
