namespace KernelMagnifier.Comparison.Statistics;

/// <summary>The result of a bootstrap over blocks of time.</summary>
/// <param name="Estimate">The ratio and its confidence interval.</param>
/// <param name="Evidence">
/// The probability of a ratio as far from 1, if the sides had the same distribution. It corrects verdicts for the number of rows
/// and is no p-value of a test over recordings.
/// </param>
/// <param name="IsIndependent">Whether the blocks of both sides are independent.</param>
internal readonly record struct BootstrapResult(RatioEstimate Estimate, double Evidence, bool IsIndependent);
