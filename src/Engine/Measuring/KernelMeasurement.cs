using System.Diagnostics;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>Measures latencies by the kernel's own histograms, in which only counts by ranges are known.</summary>
/// <param name="plan">What to measure.</param>
/// <param name="machine">The machine.</param>
/// <param name="cost">What the measurement costs.</param>
/// <param name="progress">Called with the elapsed time of this part.</param>
internal sealed class KernelMeasurement(
    MeasurementPlan plan, TracingMachine machine, CostMeter cost, Action<TimeSpan> progress)
{
    private const int PollMilliseconds = 250;

    // Each key takes about 200 bytes, and all are allocated at once. 128 is the least that the kernel takes.
    private const string Sized = ":size=128";

    // Ranges of about 6 % of a length and less, up to about 16 ms; longer ones are by powers of two.
    private static readonly (long Until, long Width)[] Fine =
        [(16_000, 500), (64_000, 2_000), (256_000, 8_000), (1_024_000, 32_000), (4_096_000, 128_000), (16_384_000, 512_000)];

    /// <summary>Whether the kernel can count any kind of a plan.</summary>
    public bool CanMeasure(IReadOnlyList<EventPreset> presets) => machine.HasHistograms && PairsOf(presets).Count > 0;

    /// <summary>Measures for a while.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>: the kernel cannot count.
    /// <see cref="ErrorCode.MeasurementOverBudget"/>.</exception>
    public MeasuredPart Run(IReadOnlyList<EventPreset> presets, TimeSpan duration, CancellationToken cancel)
    {
        var pairs = Require(presets);
        using var session = HistogramSession.Start(machine, "measurement by the kernel's histograms", plan.DedicatedProcess);
        var synthetic = pairs.ConvertAll(pair => Set(session, pair));
        var (began, watch) = (Stopwatch.GetTimestamp(), new BudgetWatch(plan, cost));
        while (duration - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            if (session.Wait(TimeSpan.FromTicks(Math.Min(left.Ticks, TimeSpan.TicksPerMillisecond * PollMilliseconds)), cancel))
                throw new OperationCanceledException("The measurement was ended.", cancel);
            progress(Stopwatch.GetElapsedTime(began));
            if (watch.Check() is { } problem)
                throw BudgetWatch.Exceeded(Stopwatch.GetElapsedTime(began), problem, "Measure less often, or allow more.");
        }
        var elapsed = Stopwatch.GetElapsedTime(began);
        var found = synthetic.ConvertAll(session.Read).ConvertAll(HistogramText.Parse);
        var memory = session.BufferMemory;
        session.Dispose();
        return new MeasuredPart
        {
            Method = "KernelHistograms",
            Latencies = [.. pairs.Zip(found, (pair, text) => RangedLatency.Of(
                new LatencyRow(pair.Kind, null, null, null, null, null, null, ClockUnit.Nanoseconds, null), text.Ranges))],
            Duration = elapsed,
            Events = found.Sum(text => text.Hits),
            LostEvents = found.Sum(text => text.Dropped),
            BufferMemory = memory,
            Warnings = [.. Warnings(presets, pairs, found), .. session.Problems],
        };
    }

    private static string Set(HistogramSession session, KernelPair pair)
    {
        var name = session.Name(pair.Kind.ToString().ToLowerInvariant());
        session.AddEvent(name, "u64 lat");
        var variable = "t" + name;
        session.AddTrigger(pair.Start, pair.StartTrigger(variable));
        session.AddTrigger(pair.End, pair.EndTrigger(variable, name));
        AddHistogram(session, "synthetic:" + name);
        return name;
    }

    /// <summary>Counts the values of a synthetic event: in fine ranges if the kernel has ranges (Linux 5.15).</summary>
    private static void AddHistogram(HistogramSession session, string e)
    {
        if (!session.HasRanges)
        {
            session.AddTrigger(e, "hist:keys=lat.log2" + Sized);
            return;
        }
        var from = 0L;
        foreach (var (until, width) in Fine)
        {
            session.AddTrigger(e, $"hist:keys=lat.buckets={width}{Sized} if lat >= {from} && lat < {until}");
            from = until;
        }
        session.AddTrigger(e, $"hist:keys=lat.log2{Sized} if lat >= {from}");
    }

    private List<KernelPair> Require(IReadOnlyList<EventPreset> presets)
    {
        if (!machine.HasHistograms)
            throw new KernelMagnifierException(ErrorCode.BadRequest, machine.Host.KernelRelease,
                "this kernel has no synthetic events or no histogram triggers (CONFIG_SYNTH_EVENTS, CONFIG_HIST_TRIGGERS).",
                "Measure by events.");
        return PairsOf(presets) is { Count: > 0 } pairs
            ? pairs
            : throw new KernelMagnifierException(ErrorCode.BadRequest, null,
                "The kernel's histograms can tell none of these kinds.",
                $"Measure by events, or choose from {string.Join(", ", KernelPair.All.Select(pair => pair.Kind))}.");
    }

    private List<KernelPair> PairsOf(IReadOnlyList<EventPreset> presets)
        => [.. KindsOf(presets).Select(KernelPair.Of).OfType<KernelPair>()];

    private IEnumerable<IntervalKind> KindsOf(IReadOnlyList<EventPreset> presets)
        => plan.Kinds.Count > 0
            ? plan.Kinds
            : presets.SelectMany(preset => preset.Parts).SelectMany(part => part.Kinds?.Split(", ") ?? [])
                .Select(Enum.Parse<IntervalKind>).Distinct().Order();

    private IEnumerable<string> Warnings(
        IReadOnlyList<EventPreset> presets, List<KernelPair> pairs, List<HistogramText> found)
    {
        foreach (var pair in pairs)
            if (pair.Basis is { } basis)
                yield return $"{pair.Kind}, counted by the kernel: {basis}";
        var others = KindsOf(presets).Except(pairs.Select(pair => pair.Kind)).ToList();
        if (others.Count > 0) yield return $"The kernel's histograms do not tell {string.Join(", ", others)}.";
        if (plan.By != LatencyGrouping.None)
            yield return "The kernel's histograms have one row of each kind, not rows by " + plan.By + ".";
        foreach (var (pair, text) in pairs.Zip(found))
            if (text.Dropped > 0)
                yield return $"{pair.Kind}: the kernel's histogram had no room for {text.Dropped} values.";
    }
}
