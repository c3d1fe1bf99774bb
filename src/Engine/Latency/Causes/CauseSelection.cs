using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>The intervals of a recording whose causes are wanted.</summary>
/// <param name="Targets">The intervals.</param>
/// <param name="Above">The length that those of a kind exceed, if that is a percentile of the kind.</param>
/// <param name="LeftOut">The number of further ones, beyond <see cref="CauseReading.Most"/>.</param>
/// <param name="Info">The description of the recording.</param>
internal sealed record CauseSelection(
    IReadOnlyList<CauseTarget> Targets, IReadOnlyDictionary<IntervalKind, long> Above, long LeftOut, TraceInfo Info);
