using KernelMagnifier.Latency;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>The events that a measurement needs: those that the kinds of its intervals are made of, and no others.</summary>
internal static class MeasuredEvents
{
    /// <summary>The presets that a measurement can have: those that tell kinds of intervals, and that of counters.</summary>
    public static IReadOnlyList<string> Presets { get; } =
        [.. EventPreset.All.Where(preset => preset.Parts.Any(part => part.Kinds is not null)).Select(preset => preset.Name),
            MeasurementPlan.Pressure];

    /// <summary>The kinds that can be measured.</summary>
    public static IReadOnlyList<IntervalKind> Kinds { get; } = [.. EventPreset.All.SelectMany(preset => preset.Parts)
        .SelectMany(KindsOf).Distinct().Order()];

    /// <summary>The presets of events of a plan, reduced to the parts that its kinds need.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownPreset"/> or <see cref="ErrorCode.BadRequest"/>.
    /// </exception>
    public static IReadOnlyList<EventPreset> PresetsOf(MeasurementPlan plan)
    {
        var named = plan.Presets.Where(name => !IsPressure(name)).Select(Find).Distinct().ToList();
        if (plan.Kinds.Count == 0) return [.. named.Select(preset => Reduce(preset, part => part.Kinds is not null))];
        foreach (var kind in plan.Kinds.Where(kind => !Kinds.Contains(kind)))
            throw new KernelMagnifierException(ErrorCode.BadRequest, kind.ToString(),
                "intervals of this kind cannot be measured without a recording.",
                $"Record and measure the recording, or choose from {string.Join(", ", Kinds)}.");
        // Of a kind that several presets tell, those that are named are enough.
        var wanted = new List<EventPreset>();
        foreach (var kind in plan.Kinds)
        {
            var telling = named.Where(preset => Tells(preset, kind)).ToList();
            wanted.Add(telling.Count > 0 ? telling[0] : EventPreset.All.First(preset => Tells(preset, kind)));
        }
        return [.. wanted.Distinct().Select(preset => Reduce(preset, part => KindsOf(part).Intersect(plan.Kinds).Any()))];
    }

    /// <summary>Selects the events that this kernel has.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownEvent"/>.</exception>
    public static EventSelection Select(IReadOnlyList<EventPreset> presets, TraceFs top)
    {
        var (all, warnings) = (EventSet.Read(top), new List<string>());
        var events = presets.SelectMany(preset => preset.Choose(all, warnings)).DistinctBy(e => e.ToString()).ToList();
        return new EventSelection(events, [], warnings);
    }

    /// <summary>Whether a name is that of the preset of counters.</summary>
    public static bool IsPressure(string name)
        => string.Equals(name.Trim(), MeasurementPlan.Pressure, StringComparison.OrdinalIgnoreCase);

    private static EventPreset Find(string name)
    {
        var preset = EventPreset.Find(name, Presets);
        return Presets.Contains(preset.Name)
            ? preset
            : throw new KernelMagnifierException(ErrorCode.BadRequest, preset.Name,
                "the events of this preset tell no latencies, so there is nothing to measure.",
                $"Choose from {string.Join(", ", Presets)}.");
    }

    private static bool Tells(EventPreset preset, IntervalKind kind) => preset.Parts.Any(part => KindsOf(part).Contains(kind));

    private static EventPreset Reduce(EventPreset preset, Func<EventPresetPart, bool> isKept)
        => preset with { Parts = [.. preset.Parts.Where(isKept)] };

    private static IEnumerable<IntervalKind> KindsOf(EventPresetPart part)
        => part.Kinds?.Split(", ").Select(Enum.Parse<IntervalKind>) ?? [];
}
