using System.Diagnostics;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>One run of a measurement.</summary>
/// <param name="plan">What to measure.</param>
/// <param name="progress">See <see cref="Measurer.Run"/>.</param>
/// <param name="stateDirectories">The directories of journals.</param>
internal sealed class MeasurementRun(
    MeasurementPlan plan, Action<double>? progress, IReadOnlyList<string> stateDirectories)
{
    private const int ProgressMilliseconds = 250;

    private readonly CostMeter _cost = new(plan.DedicatedProcess);
    private readonly List<string> _warnings = [];
    private readonly List<string> _methods = [];
    private long _nextProgress;

    /// <summary>Makes the run.</summary>
    public Measurement Run(CancellationToken cancel)
    {
        MeasurementCheck.Check(plan);
        var presets = MeasuredEvents.PresetsOf(plan);
        // Counters are read without tracing, so nothing disturbs them.
        using var turn = presets.Count == 0 && plan.Probe is null ? null
            : MeasurementTurn.Take(stateDirectories, plan.Wait, cancel);
        var (started, began) = (DateTimeOffset.Now, Stopwatch.GetTimestamp());
        var counters = plan.Presets.Any(MeasuredEvents.IsPressure)
            ? CounterReading.Begin(plan.By.HasFlag(Latency.LatencyGrouping.Cpu)) : null;
        MeasuredPart? part = null;
        IReadOnlyList<ProbeResult> results = [];
        if (presets.Count > 0) part = Trace(presets, cancel);
        else if (plan.Probe is not null) results = RunProbe(cancel);
        else Pause(cancel);
        var counted = counters?.End() ?? [];
        if (counters is not null) _methods.Add("Counters");
        _warnings.AddRange(counters?.Warnings ?? []);
        _warnings.AddRange(part?.Warnings ?? []);
        return new HostFacts().Describe(new Measurement
        {
            Id = Guid.NewGuid(),
            Status = "Completed",
            StartTime = started,
            Duration = part?.Duration ?? Stopwatch.GetElapsedTime(began),
            Request = MeasurementCheck.Describe(plan, presets.Count > 0),
            Method = string.Join(',', _methods),
            Latencies = Top(part?.Latencies ?? []),
            Counters = counted,
            Results = results,
            Events = part?.Events,
            LostEvents = part?.LostEvents,
            Cost = _cost.Read(part?.BytesRead ?? 0, part?.BufferMemory ?? 0),
            Warnings = [.. _warnings.Distinct()],
        });
    }

    /// <summary>
    /// Measures by tracing: by events, or by the kernel's histograms if they are asked for or events are too much.
    /// </summary>
    private MeasuredPart Trace(IReadOnlyList<EventPreset> presets, CancellationToken cancel)
    {
        var machine = TracingMachine.Inspect(stateDirectories);
        machine.Recover();
        _warnings.AddRange(machine.Problems);
        var kernel = new KernelMeasurement(plan, machine, _cost, Progress);
        if (plan.Method == MeasurementMethod.KernelHistograms)
        {
            _methods.Add("KernelHistograms");
            return kernel.Run(presets, plan.Duration, cancel);
        }
        var mayGiveUp = plan.Method == MeasurementMethod.Auto && kernel.CanMeasure(presets);
        var events = new EventMeasurement(plan, machine, _cost, Progress).Run(presets, plan.Duration, mayGiveUp, cancel);
        if (events.TooMuch is not { } tooMuch)
        {
            _methods.Add(events.Method);
            return events;
        }
        _methods.Add("KernelHistograms");
        var rest = TimeSpan.FromTicks(Math.Max((plan.Duration - events.Duration).Ticks, MeasurementPlan.Shortest.Ticks));
        var part = kernel.Run(presets, rest, cancel);
        return part with
        {
            BytesRead = events.BytesRead, BufferMemory = events.BufferMemory,
            Warnings =
            [
                $"Events were too much after {events.Duration.TotalSeconds:0.0} s: {tooMuch}. The latencies are of the last "
                    + $"{part.Duration.TotalSeconds:0.0} s, which the kernel counted.",
                .. part.Warnings,
            ],
        };
    }

    private List<ProbeResult> RunProbe(CancellationToken cancel)
    {
        _methods.Add("Probe");
        var (results, warnings) = MeasuredProbe.Run(plan, cancel);
        _warnings.AddRange(warnings);
        return results;
    }

    /// <summary>Waits while the kernel counts by itself.</summary>
    private void Pause(CancellationToken cancel)
    {
        var (began, watch) = (Stopwatch.GetTimestamp(), new BudgetWatch(plan, _cost));
        while (plan.Duration - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            var wait = Math.Min(left.Ticks, TimeSpan.TicksPerMillisecond * ProgressMilliseconds);
            if (cancel.WaitHandle.WaitOne(TimeSpan.FromTicks(wait))) cancel.ThrowIfCancellationRequested();
            Progress(Stopwatch.GetElapsedTime(began));
            if (watch.Check() is { } problem)
                throw BudgetWatch.Exceeded(Stopwatch.GetElapsedTime(began), problem, "Allow more.");
        }
    }

    private void Progress(TimeSpan elapsed)
    {
        if (progress is null || Environment.TickCount64 < _nextProgress) return;
        _nextProgress = Environment.TickCount64 + ProgressMilliseconds;
        progress(Math.Min(elapsed / plan.Duration, 1));
    }

    /// <summary>The rows of each kind that are kept.</summary>
    private List<Latency.Latency> Top(IReadOnlyList<Latency.Latency> all)
    {
        var kept = new List<Latency.Latency>();
        foreach (var kind in all.GroupBy(latency => latency.Kind))
        {
            var rows = kind.ToList();
            kept.AddRange(rows.Take(plan.Top));
            if (rows.Count > plan.Top)
                _warnings.Add($"{kind.Key}: {rows.Count - plan.Top} of {rows.Count} rows were left out; those with the largest "
                    + "sums are kept.");
        }
        return kept;
    }
}
