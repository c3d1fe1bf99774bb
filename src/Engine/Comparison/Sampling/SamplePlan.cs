using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>What is kept of each recording for a comparison.</summary>
internal sealed record SamplePlan
{
    /// <summary>The kinds of intervals; empty for all, unless only calls are wanted.</summary>
    public IReadOnlyList<IntervalKind> Kinds { get; init; } = [];

    /// <summary>Whether intervals are measured.</summary>
    public bool HasIntervals { get; init; } = true;

    /// <summary>Whether calls are counted.</summary>
    public bool HasCalls { get; init; } = true;

    /// <summary>
    /// Whether the durations of calls are measured too, by function. That needs a reading in time order, so it takes longer.
    /// </summary>
    public bool HasCallLengths { get; init; }

    /// <summary>What intervals are measured by, beside the kind. Tasks are known by their name: pids differ between boots.</summary>
    public LatencyGrouping By { get; init; }

    /// <summary>The intervals.</summary>
    public LatencyFilter Filter { get; init; } = new();

    /// <summary>The plan for some kinds, among them <c>Call</c>; for everything if there is none.</summary>
    public static SamplePlan Of(IReadOnlyList<IntervalKind> kinds) => new()
    {
        Kinds = [.. kinds.Where(kind => kind != IntervalKind.Call).Distinct()],
        HasIntervals = kinds.Count == 0 || kinds.Any(kind => kind != IntervalKind.Call),
        HasCalls = kinds.Count == 0 || kinds.Contains(IntervalKind.Call), HasCallLengths = kinds.Contains(IntervalKind.Call),
    };
}
