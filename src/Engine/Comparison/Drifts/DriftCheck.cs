using System.Globalization;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison.Drifts;

/// <summary>Finds the drift between two sides, before anything is compared.</summary>
internal sealed class DriftCheck
{
    /// <summary>The part of lost events from which on nothing is compared.</summary>
    public const double MostLost = 0.01;

    // Of recordings that differ more in length, the longest intervals cannot be compared, or nothing can.
    private const double MostForMaximum = 2, MostDuration = 10;

    // An event that came less often can be missing by chance.
    private const long LeastEvents = 10;
    private const double LeastPart = 0.001;

    private const int MostNames = 5;

    // A load that runs several times as many functions is another load, or was recorded with another filter.
    private const int MostFunctions = 4;

    private readonly IReadOnlyList<TraceSample> _before, _after, _all;
    private readonly RecordingNames _names;
    private readonly List<Drift> _found = [];
    private readonly Func<IntervalKind, bool> _isWanted;
    private readonly IReadOnlySet<DriftKind> _accepted;

    private DriftCheck(IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after, Func<IntervalKind, bool> isWanted,
        IReadOnlySet<DriftKind> accepted)
    {
        (_before, _after, _all, _isWanted, _accepted) = (before, after, [.. before, .. after], isWanted, accepted);
        _names = new RecordingNames(_all);
    }

    /// <summary>The drift between two sides.</summary>
    /// <param name="before">The recordings before.</param>
    /// <param name="after">The recordings after.</param>
    /// <param name="isWanted">Whether a kind is compared.</param>
    /// <param name="accepted">What does not block.</param>
    public static IReadOnlyList<Drift> Find(IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after,
        Func<IntervalKind, bool> isWanted, IReadOnlySet<DriftKind> accepted)
    {
        var check = new DriftCheck(before, after, isWanted, accepted);
        check.Facts();
        check.Losses();
        check.Durations();
        check.Events();
        check.Needs();
        check.Functions();
        return check._found;
    }

    private void Facts()
    {
        Differs(DriftKind.Format, "the format is", s => s.Info.Format);
        Differs(DriftKind.Tracer, "the tracer is", s => s.Info.Calls > 0 ? s.Info.Tracer : null, IntervalKind.Call);
        Differs(DriftKind.Clock, "the unit of the trace clock is", s => s.Info.ClockUnit, isAcceptable: false);
        Differs(DriftKind.Clock, "the trace clock is", s => s.Info.Clock);
        Differs(DriftKind.Cpus, "the number of CPUs is", s => s.Info.Cpus?.ToString(CultureInfo.InvariantCulture));
        Differs(DriftKind.Machine, "the machine is", s => s.Machine);
        Differs(DriftKind.Kernel, "the kernel is", s => s.Info.KernelRelease);
        if (!_found.Exists(drift => drift.Kind == DriftKind.Kernel))
            Differs(DriftKind.Kernel, "the build id of the kernel is", s => s.Info.BuildId, blocks: false);
    }

    /// <summary>What is not known on a side differs from nothing.</summary>
    private void Differs(DriftKind kind, string what, Func<TraceSample, string?> value, IntervalKind? of = null,
        bool isAcceptable = true, bool blocks = true)
    {
        string[] Values(IReadOnlyList<TraceSample> side)
            => [.. side.Select(value).OfType<string>().Where(text => text.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        var (before, after) = (Values(_before), Values(_after));
        if (before.Union(after).Count() < 2) return;
        string Text(string[] values) => values.Length == 0 ? "not known" : string.Join(" and ", values);
        Add(new Drift(kind, $"{kind}: {what} {Text(before)} before, and {Text(after)} after.")
        { Blocks = blocks, Of = of is { } kindOf ? [kindOf] : [], IsAcceptable = isAcceptable });
    }

    private void Losses()
    {
        foreach (var sample in _all.Where(sample => sample.LostShare > MostLost))
            Add(new Drift(DriftKind.Loss, string.Create(CultureInfo.InvariantCulture,
                $"Loss: {_names.Of(sample)} has lost {Least(sample)}{sample.LostShare:P1} of its events."))
            { Blocks = true });
        foreach (var sample in _all.Where(sample => sample.IsRecording && sample.Info.IsDamaged))
            Add(new Drift(DriftKind.Loss, $"Loss: {_names.Of(sample)} is damaged or cut, so events are missing.") { Blocks = true });
        if (_found.Exists(drift => drift.Kind == DriftKind.Loss) || _all.All(sample => sample.Info.LostEvents == 0)) return;
        Add(new Drift(DriftKind.Loss, string.Create(CultureInfo.InvariantCulture,
            $"Loss: up to {_before.Max(s => s.LostShare):P2} of the events are lost before, and up to {_after.Max(s => s.LostShare):P2} "
            + $"after. The gaps count as observed time, because recordings do not tell how long they are.")));
    }

    private static string Least(TraceSample sample) => sample.Info.LostEventsIsMinimum ? "at least " : "";

    private void Durations()
    {
        double[] Spans(IReadOnlyList<TraceSample> side)
            => [.. side.Where(s => s.Info is { FirstTime: not null, LastTime: not null })
                .Select(s => (double)((Int128)s.Info.LastTime!.Value - s.Info.FirstTime!.Value)).Order()];
        var (before, after) = (Spans(_before), Spans(_after));
        if (before.Length == 0 || after.Length == 0) return;
        var (one, other) = (before[before.Length / 2], after[after.Length / 2]);
        if (one <= 0 || other <= 0) return;
        var ratio = Math.Max(one, other) / Math.Min(one, other);
        if (ratio < MostForMaximum || _all.Any(s => s.Info.Unit == ClockUnit.Counts)) return;
        Add(new Drift(DriftKind.Duration, string.Create(CultureInfo.InvariantCulture,
            $"Duration: the recordings last {one / 1e9:0.###} s before, and {other / 1e9:0.###} s after: the longest of more intervals is longer."))
        { Blocks = true, Metric = ratio >= MostDuration ? null : DifferenceMetric.Max });
    }

    /// <summary>Events that only one side has, which cost time of their own.</summary>
    private void Events()
    {
        static long Count(TraceSample sample, string kind)
            => sample.Info.EventKinds.Where(pair => IntervalNeeds.NameOf(pair.Key) == kind).Sum(pair => pair.Value);
        static bool Has(TraceSample sample, string kind)
            => Count(sample, kind) >= Math.Max(LeastEvents, LeastPart * sample.Info.Events);
        static bool HasAny(TraceSample sample, string kind) => Count(sample, kind) > 0;
        string[] Only(IReadOnlyList<TraceSample> side, IReadOnlyList<TraceSample> other)
            => [.. side.SelectMany(s => s.Info.EventKinds.Keys).Select(IntervalNeeds.NameOf).Distinct()
                .Where(kind => side.All(s => Has(s, kind)) && !other.Any(s => HasAny(s, kind))).Order(StringComparer.Ordinal)];
        var (before, after) = (Only(_before, _after), Only(_after, _before));
        if (before.Length + after.Length == 0) return;
        string[] texts =
        [
            .. before.Length > 0 ? [$"only before: {Names(before)}"] : Array.Empty<string>(),
            .. after.Length > 0 ? [$"only after: {Names(after)}"] : Array.Empty<string>(),
        ];
        Add(new Drift(DriftKind.Events, $"Events: {string.Join("; ", texts)}."));
    }

    /// <summary>Kinds of intervals, and calls, that not all recordings can tell, or not from the same events.</summary>
    private void Needs()
    {
        IntervalKind[] kinds = [.. IntervalKinds.All.Where(kind => kind != IntervalKind.TracerMaximum && _isWanted(kind))];
        IntervalKind[] Told(Func<IntervalKind, TraceSample, bool> cannot)
            => [.. kinds.Where(kind => _all.Any(s => cannot(kind, s)) && !_all.All(s => cannot(kind, s)))];
        var missing = Told((kind, s) => s.Measures(kind) && IntervalKinds.Missing(kind, s.Info) is not null);
        foreach (var sample in _all)
        {
            IntervalKind[] without = [.. missing.Where(kind
                => sample.Measures(kind) && IntervalKinds.Missing(kind, sample.Info) is not null)];
            if (without.Length > 0)
                Block(without, $"Events: {_names.Of(sample)} cannot tell {Names([.. without.Select(kind => kind.ToString())])}: it does not have "
                    + $"{IntervalKinds.Missing(without[0], sample.Info)}{(without.Length > 1 ? " and others" : "")}.");
            // What no sample measured has no rows.
            IntervalKind[] notKept = [.. kinds.Where(kind => !sample.Measures(kind) && _all.Any(s => s.Measures(kind)))];
            if (notKept.Length > 0)
                Block(notKept, $"Events: {_names.Of(sample)} was kept without {Names([.. notKept.Select(kind => kind.ToString())])}.",
                    isAcceptable: false);
        }
        var waking = _all.Where(s => s.Info.EventKinds.Keys.Any(kind => IntervalNeeds.NameOf(kind) == "sched_waking")).ToList();
        if (waking.Count > 0 && waking.Count < _all.Count)
            Block([IntervalKind.Wakeup], $"Events: only {_names.Of(waking[0])} and others like it have sched_waking, from which a wake-up is "
                + "measured there; in the others it is measured from sched_wakeup.");
    }

    /// <summary>
    /// Recordings do not contain the filter of functions that they were made with. Sides with almost no function in common had
    /// different ones, and so had sides of which one has several times as many functions as the other.
    /// </summary>
    private void Functions()
    {
        static HashSet<string> Of(IReadOnlyList<TraceSample> side)
            => [.. side.SelectMany(s => s.Calls).Select(call => call.Callee)];
        var (before, after) = (Of(_before), Of(_after));
        if (before.Count == 0 || after.Count == 0) return;
        var common = before.Count(after.Contains);
        if (common * 10 >= Math.Min(before.Count, after.Count)
            && Math.Min(before.Count, after.Count) * MostFunctions >= Math.Max(before.Count, after.Count)) return;
        Add(new Drift(DriftKind.Functions, string.Create(CultureInfo.InvariantCulture,
            $"Functions: {common} of {before.Count} functions before are among the {after.Count} after: other functions were recorded."))
        { Blocks = true, Of = [IntervalKind.Call] });
    }

    private void Block(IntervalKind[] kinds, string text, bool isAcceptable = true)
        => Add(new Drift(DriftKind.Events, text) { Blocks = true, Of = kinds, IsAcceptable = isAcceptable });

    private void Add(Drift drift)
    {
        if (drift.IsAcceptable && _accepted.Contains(drift.Kind)) drift = drift with { Blocks = false };
        if (!_found.Exists(other => other.Text == drift.Text)) _found.Add(drift);
    }

    private static string Names(string[] names)
        => string.Join(", ", names.Take(MostNames)) + (names.Length > MostNames ? $" and {names.Length - MostNames} more" : "");
}
