using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>The presets of measurements: those of events, and the one of counters.</summary>
internal static class MeasurementPreset
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. EventPreset.Names, MeasurementPlan.Pressure];

    /// <summary>The name in its usual spelling.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownPreset"/>.</exception>
    public static string Find(string name)
        => string.Equals(name.Trim(), MeasurementPlan.Pressure, StringComparison.OrdinalIgnoreCase)
            ? MeasurementPlan.Pressure : EventPreset.Find(name, Names).Name;
}
