using KernelMagnifier.Latency;

namespace KernelMagnifier.Measuring;

/// <summary>Checks plans of measurements, and says what was asked.</summary>
internal static class MeasurementCheck
{
    /// <summary>Checks the values of a plan and their combination. What the machine lacks is found later.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/> or
    /// <see cref="ErrorCode.UnknownPreset"/>.</exception>
    public static void Check(MeasurementPlan plan)
    {
        if (plan.Probe is null && plan.Presets.Count + plan.Kinds.Count == 0)
            throw Bad("There is nothing to measure.", $"Choose presets from {string.Join(", ", MeasuredEvents.Presets)}.");
        if (plan.Probe is not null && plan.Presets.Count + plan.Kinds.Count > 0)
            throw Bad("A probe is measured alone.", "Measure presets and kinds apart from it.");
        if (plan.Duration < MeasurementPlan.Shortest || plan.Duration > MeasurementPlan.Longest)
            throw Bad($"The duration of {plan.Duration.TotalSeconds:0.###} s is not possible.",
                $"Choose one from {MeasurementPlan.Shortest.TotalSeconds:0.###} s to "
                    + $"{MeasurementPlan.Longest.TotalSeconds:0} s.");
        if (!(plan.CpuBudget > 0)) throw Bad("The budget of CPU time is not positive.", "Choose a larger one.");
        if (plan.MemoryBudget <= 0) throw Bad("The budget of memory is not positive.", "Choose a larger one.");
        if (plan.BufferSize is < 4096) throw Bad("The buffer is smaller than a page.", "Choose a larger one.");
        if (plan.Top < 1) throw Bad("No row would be kept.", "Keep one row of each kind at least.");
        var latency = new LatencyPlan { Kinds = plan.Kinds, By = plan.By };
        if (latency.Contradiction("kinds", "grouping") is var (cause, action)) throw Bad(cause, action);
    }

    /// <summary>What was asked.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="traces">Whether it has a choice of the method.</param>
    public static MeasurementRequest Describe(MeasurementPlan plan, bool traces) => new()
    {
        Preset = [.. plan.Presets.Select(MeasurementPreset.Find).Distinct()],
        Kind = [.. plan.Kinds.Select(kind => kind.ToString())],
        By = [.. Enum.GetValues<LatencyGrouping>().Where(by => by != 0 && plan.By.HasFlag(by)).Select(by => by.ToString())],
        Duration = plan.Duration,
        Method = traces ? plan.Method.ToString() : null,
        Probe = plan.Probe,
        Parameter = plan.Parameters,
    };

    private static KernelMagnifierException Bad(string cause, string action) => new(ErrorCode.BadRequest, null, cause, action);
}
