using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Tails;

/// <summary>The intervals of a row of a comparison that are longer than a length.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">The key of the row; null for all intervals of the kind.</param>
/// <param name="Above">The length.</param>
internal sealed record Tail(IntervalKind Kind, string? Key, long Above);
