namespace KernelMagnifier.Comparison.Statistics;

/// <summary>The result of a rank test.</summary>
/// <param name="PValue">The two-sided p-value.</param>
/// <param name="Least">The least p-value that these numbers of recordings, with these ties, can have.</param>
internal readonly record struct RankResult(double PValue, double Least);
