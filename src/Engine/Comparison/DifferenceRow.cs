using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison;

/// <summary>A row of a comparison before it is judged.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">The key; null for all intervals of the kind.</param>
/// <param name="Samples">What the recordings say.</param>
internal sealed record DifferenceRow(IntervalKind Kind, string? Key, RowSamples Samples)
{
    /// <summary>The caller of an edge.</summary>
    public string? Caller { get; init; }

    /// <summary>The callee of an edge or function.</summary>
    public string? Callee { get; init; }

    /// <summary>The unit.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The intervals or calls before.</summary>
    public long BeforeCount => Samples.Before.Sum(sample => sample.Count);

    /// <summary>The intervals or calls after.</summary>
    public long AfterCount => Samples.After.Sum(sample => sample.Count);

    /// <summary>In which sides it is.</summary>
    public string Presence => BeforeCount == 0 ? "New" : AfterCount == 0 ? "Gone" : "Both";
}
