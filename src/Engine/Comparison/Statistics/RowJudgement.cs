namespace KernelMagnifier.Comparison.Statistics;

/// <summary>The verdict on one row and what it rests on.</summary>
internal sealed record RowJudgement
{
    /// <summary>The number before: the median of its recordings; null if none has one.</summary>
    public double? Before { get; init; }

    /// <summary>The number after.</summary>
    public double? After { get; init; }

    /// <summary>After by before, as the method estimates it; null if there is none.</summary>
    public double? Ratio { get; init; }

    /// <summary>The lower end of the confidence interval of the ratio, of 95 % for this row alone; null if there is none.</summary>
    public double? RatioLow { get; init; }

    /// <summary>The upper end of the confidence interval of the ratio; null if there is none.</summary>
    public double? RatioHigh { get; init; }

    /// <summary>The p-value of the rank test, corrected for the number of rows; null if there was none.</summary>
    public double? PValue { get; init; }

    /// <summary>Whether the p-value is significant; null without one.</summary>
    public bool? IsSignificant { get; init; }

    /// <summary>The verdict.</summary>
    public DifferenceVerdict Verdict { get; init; } = DifferenceVerdict.Inconclusive;

    /// <summary>How it is known.</summary>
    public DifferenceMethod Method { get; init; }

    /// <summary>Why the verdict is not another one, as sentences.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
}
