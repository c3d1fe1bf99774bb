namespace KernelMagnifier.Comparison.Statistics;

/// <summary>What the test of one row found, before the correction for the number of rows.</summary>
internal sealed record RowTest(RowSamples Row)
{
    /// <summary>The median of the recordings before; null if there is none.</summary>
    public double? Before { get; init; }

    /// <summary>The median of the recordings after; null if there is none.</summary>
    public double? After { get; init; }

    /// <summary>The recordings on each side that have the number.</summary>
    public (int Before, int After) Recordings { get; init; }

    /// <summary>The method.</summary>
    public DifferenceMethod Method { get; init; }

    /// <summary>The ratio.</summary>
    public RatioEstimate Estimate { get; init; } = RatioEstimate.Unknown;

    /// <summary>The p-value, or the evidence of a bootstrap; null without a test.</summary>
    public double? Evidence { get; init; }

    /// <summary>The least evidence that the row can have.</summary>
    public double Least { get; init; }

    /// <summary>Why there can be no verdict.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Whether the row can have a verdict that a change is evident.</summary>
    public bool CanBeEvident => Evidence is not null && Least <= DifferenceJudge.Level && Reasons.Count == 0;

    /// <summary>The same with a further reason.</summary>
    public RowTest With(string reason) => this with { Reasons = [.. Reasons, reason] };
}
