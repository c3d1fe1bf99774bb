using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Drifts;

/// <summary>Something that differs between the sides of a comparison besides the numbers.</summary>
/// <param name="Kind">What differs.</param>
/// <param name="Text">The difference as a sentence, with names as the recordings have them.</param>
internal sealed record Drift(DriftKind Kind, string Text)
{
    /// <summary>Whether the rows that it concerns are not comparable.</summary>
    public bool Blocks { get; init; }

    /// <summary>Whether it can be accepted. Lengths in different units cannot.</summary>
    public bool IsAcceptable { get; init; } = true;

    /// <summary>The kind of the rows that it concerns; null for all.</summary>
    public IntervalKind? Of { get; init; }

    /// <summary>The number that it concerns; null for all.</summary>
    public DifferenceMetric? Metric { get; init; }

    /// <summary>Whether it makes a row not comparable.</summary>
    public bool Forbids(IntervalKind kind, DifferenceMetric metric)
        => Blocks && (Of is null || Of == kind) && (Metric is null || Metric == metric);
}
