using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Latency;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>Measures latencies by reading every event.</summary>
/// <param name="plan">What to measure.</param>
/// <param name="machine">The machine.</param>
/// <param name="cost">What the measurement costs.</param>
/// <param name="progress">Called with the elapsed time of this part after each reading of the buffers.</param>
internal sealed class EventMeasurement(
    MeasurementPlan plan, TracingMachine machine, CostMeter cost, Action<TimeSpan> progress)
{
    // Losing more than this share of the events is too much. A few lost events at the start are not.
    private const double MostLost = 0.01;
    private const long FewLost = 1000, TypicalEventBytes = 40;

    private static readonly TimeSpan BetweenLosses = TimeSpan.FromMilliseconds(500);

    /// <summary>Measures for a while.</summary>
    /// <param name="presets">The presets, reduced to what is needed.</param>
    /// <param name="duration">How long.</param>
    /// <param name="mayGiveUp">Whether to end early if it is too much, instead of failing.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.MeasurementOverBudget"/>, or it cannot be
    /// made.</exception>
    public MeasuredPart Run(
        IReadOnlyList<EventPreset> presets, TimeSpan duration, bool mayGiveUp, CancellationToken cancel)
    {
        var selection = MeasuredEvents.Select(presets, machine.Top);
        BudgetWatch? watch = null;
        var (began, elapsed) = (0L, TimeSpan.Zero);
        string? tooMuch = null;
        LiveTracing? tracing = null;
        var nextLoss = BetweenLosses;
        var needsNames = (plan.By & (LatencyGrouping.Task | LatencyGrouping.Key)) != 0;
        tracing = LiveTracing.Start(new LiveRequest
        {
            Description = $"measurement: {string.Join(", ", plan.Presets.Concat(plan.Kinds.Select(kind => kind.ToString())))}",
            Selection = selection,
            BufferSize = plan.BufferSize,
            Interval = TimeSpan.FromMilliseconds(Math.Clamp(duration.TotalMilliseconds / 20, 10, 250)),
            WithSymbols = (plan.By & (LatencyGrouping.Function | LatencyGrouping.Key)) != 0 && NeedsFunctions(presets),
            WithTaskNames = needsNames,
            DedicatedProcess = plan.DedicatedProcess,
            IsOver = IsOver,
        }, machine);
        var collector = new LatencyCollector(new LatencyPlan { Kinds = plan.Kinds, By = plan.By, Worst = 0 });
        var tally = new LatencyTally(collector);
        Model.TraceInfo info;
        long bytes, memory;
        try
        {
            began = Stopwatch.GetTimestamp();
            // Setting up costs once, whatever is measured.
            watch = new BudgetWatch(plan, cost);
            info = tracing.Read(new IntervalBuilder(tally, withCalls: false), cancel);
            (bytes, memory) = (tracing.BytesRead, tracing.BufferMemory);
            if (tracing.Signal != 0) throw new OperationCanceledException($"Ended by signal {tracing.Signal}.");
        }
        finally
        {
            tracing.Dispose();
        }
        collector.Add(tally);
        return new MeasuredPart
        {
            Method = "Events",
            Latencies = collector.Latencies(),
            Duration = elapsed,
            Events = info.Events,
            LostEvents = info.LostEvents,
            BytesRead = bytes,
            BufferMemory = memory,
            TooMuch = tooMuch,
            Warnings = [.. selection.Warnings, .. info.Warnings, .. tracing.Problems, .. LossWarnings(info)],
        };

        bool IsOver()
        {
            elapsed = began == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(began);
            progress(elapsed);
            if ((watch!.Check() ?? (mayGiveUp ? HeavyLoss() : null)) is { } problem)
            {
                tooMuch = problem;
                if (!mayGiveUp)
                    throw BudgetWatch.Exceeded(elapsed, problem,
                        "Measure fewer kinds, measure by the kernel's histograms, or allow more.");
                return true;
            }
            return elapsed >= duration;
        }

        string? HeavyLoss()
        {
            if (elapsed < nextLoss) return null;
            nextLoss = elapsed + BetweenLosses;
            var lost = tracing!.LostEvents;
            return lost > FewLost && lost > MostLost * (lost + (tracing.BytesRead / TypicalEventBytes))
                ? string.Create(CultureInfo.InvariantCulture, $"the kernel lost {lost:N0} events")
                : null;
        }
    }

    private static IEnumerable<string> LossWarnings(Model.TraceInfo info)
    {
        if (info.LostEvents > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The kernel lost {info.LostEvents:N0} events. Intervals that span a loss are not measured.");
    }

    private static bool NeedsFunctions(IReadOnlyList<EventPreset> presets)
        => presets.SelectMany(preset => preset.Parts)
            .Any(part => part.Kinds is { } kinds
                && kinds.Split(", ").Any(kind => kind is "WorkQueue" or "WorkRun" or "Timer" or "HrTimer"));
}
