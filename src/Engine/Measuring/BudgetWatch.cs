using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Measuring;

/// <summary>Ends a measurement that takes more CPU time or memory than it may.</summary>
/// <param name="plan">The budget.</param>
/// <param name="cost">What it costs.</param>
internal sealed class BudgetWatch(MeasurementPlan plan, CostMeter cost)
{
    // A burst that is over after a moment is not too much.
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(2), ShortestWindow = TimeSpan.FromMilliseconds(500),
        Between = TimeSpan.FromMilliseconds(200);

    private readonly Queue<(TimeSpan At, TimeSpan Cpu)> _samples = new([(cost.Elapsed, cost.CpuTime)]);
    private readonly TimeSpan _window
        = TimeSpan.FromTicks(Math.Clamp(plan.Duration.Ticks / 2, ShortestWindow.Ticks, LongestWindow.Ticks));
    private TimeSpan _next;

    /// <summary>What is over its budget, as part of a sentence; null if nothing is.</summary>
    public string? Check()
    {
        var now = cost.Elapsed;
        if (now < _next) return null;
        _next = now + Between;
        var cpu = cost.CpuTime;
        // The oldest sample that is kept is as old as the window, or a little older.
        while (_samples.Count > 1 && now - _samples.ElementAt(1).At >= _window) _samples.Dequeue();
        var (since, before) = _samples.Peek();
        _samples.Enqueue((now, cpu));
        var share = now - since >= _window ? (cpu - before) / (now - since) : 0;
        if (share > plan.CpuBudget)
            return string.Create(CultureInfo.InvariantCulture,
                $"it took {share:0.0 %} of a CPU over {(now - since).TotalSeconds:0.0} s, and may take {plan.CpuBudget:0.0 %}");
        return cost.Resident is { } resident && resident > plan.MemoryBudget
            ? $"it has {Sizes.Format(resident)} of memory, and may have {Sizes.Format(plan.MemoryBudget)}"
            : null;
    }

    /// <summary>The error of a measurement that is over its budget.</summary>
    /// <param name="elapsed">How long it measured.</param>
    /// <param name="problem">What <see cref="Check"/> found.</param>
    /// <param name="action">What the user can do.</param>
    public static KernelMagnifierException Exceeded(TimeSpan elapsed, string problem, string action)
        => new(ErrorCode.MeasurementOverBudget, null, string.Create(CultureInfo.InvariantCulture,
            $"The measurement was ended after {elapsed.TotalSeconds:0.0} s, because {problem}."), action);
}
