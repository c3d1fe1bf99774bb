using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Schedules;

/// <summary>What a schedule measures, as records and lists say it.</summary>
internal static class ScheduledRequest
{
    /// <summary>The request of a plan.</summary>
    public static MeasurementRequest Of(MeasurementPlan plan) => new()
    {
        Preset = plan.Presets, Kind = [.. plan.Kinds.Select(kind => kind.ToString())], By = NamesOf(plan.By),
        Duration = plan.Duration,
        Method = plan.Probe is null && plan.Presets.Any(preset => preset != MeasurementPlan.Pressure)
            ? plan.Method.ToString() : null,
        Probe = plan.Probe, Parameter = plan.Parameters,
    };

    /// <summary>The names of groupings.</summary>
    public static IReadOnlyList<string> NamesOf(LatencyGrouping by)
        => [.. Enum.GetValues<LatencyGrouping>().Where(one => one != LatencyGrouping.None && by.HasFlag(one))
            .Select(one => one.ToString())];
}
