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

    /// <summary>The plan for names of kinds, among them <c>Call</c>; null for a name that means none.</summary>
    /// <param name="names">The names or patterns; empty for everything.</param>
    /// <param name="unknown">The name that means no kind.</param>
    public static SamplePlan? Of(IReadOnlyList<string> names, out string? unknown)
    {
        unknown = null;
        var kinds = new List<IntervalKind>();
        foreach (var name in names)
        {
            if (IntervalKinds.Find(name) is not { } found)
            {
                unknown = name;
                return null;
            }
            kinds.AddRange(found);
        }
        var asksForCalls = kinds.Contains(IntervalKind.Call);
        return new SamplePlan
        {
            Kinds = [.. kinds.Where(kind => kind != IntervalKind.Call).Distinct()],
            HasIntervals = kinds.Count == 0 || kinds.Exists(kind => kind != IntervalKind.Call),
            HasCalls = kinds.Count == 0 || asksForCalls, HasCallLengths = asksForCalls,
        };
    }
}
