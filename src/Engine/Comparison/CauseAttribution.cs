using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Comparison.Tails;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison;

/// <summary>
/// Finds the causes that moved the lengths of intervals: what the intervals beyond the number before went to, in both sides. The
/// recordings are read again, only if a row has changed.
/// </summary>
internal sealed class CauseAttribution
{
    private readonly ComparisonPlan _plan;
    private readonly IReadOnlyList<TraceSample> _before, _after;
    private readonly Dictionary<DifferenceRow, IReadOnlyList<DifferenceShare>> _shares = new(ReferenceEqualityComparer.Instance);
    private readonly List<(DifferenceRow Row, RowJudgement Judgement)> _rows;

    /// <summary>Reads the recordings again if that can explain a row.</summary>
    /// <param name="plan">The comparison.</param>
    /// <param name="before">The recordings before.</param>
    /// <param name="after">The recordings after.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="reread">Reads a recording again; null if none can be.</param>
    public CauseAttribution(ComparisonPlan plan, IReadOnlyList<TraceSample> before, IReadOnlyList<TraceSample> after,
        IEnumerable<(DifferenceRow Row, RowJudgement Judgement)> rows, RecordingRereader? reread)
    {
        (_plan, _before, _after) = (plan, before, after);
        _rows = [.. rows.Where(row => row.Judgement.Verdict is DifferenceVerdict.Regressed or DifferenceVerdict.Improved
            && row.Row.Samples.Metric != DifferenceMetric.Rate && TailReading.Explains(row.Row.Kind))];
        if (_rows.Count == 0) return;
        Missing = WhyNot(reread);
        if (Missing is not null) return;
        try
        {
            Read(reread!);
        }
        catch (KernelMagnifierException error)
        {
            _shares.Clear();
            Missing = $"The causes are not known, because a recording could not be read again: {error.Message}";
        }
    }

    /// <summary>Why the causes of rows that have changed are not known, as a sentence; null if they are.</summary>
    public string? Missing { get; }

    /// <summary>Whether a row has changed, and intervals of its kind can have causes.</summary>
    public bool Concerns(DifferenceRow row) => _rows.Exists(one => ReferenceEquals(one.Row, row));

    /// <summary>The causes that moved the number of a row, the largest first.</summary>
    public IReadOnlyList<DifferenceShare> Of(DifferenceRow row) => _shares.GetValueOrDefault(row) ?? [];

    private string? WhyNot(RecordingRereader? reread)
    {
        TraceSample[] all = [.. _before, .. _after];
        var names = new RecordingNames(all);
        if (Array.Find(all, sample => !sample.IsRecording) is { } saved)
            return $"The causes are not known, because {names.Of(saved)} is compared as a baseline, which cannot be read again.";
        if (reread is null || Array.Exists(all, sample => sample.Info.Path == "-"))
            return "The causes are not known, because a recording that is not a file cannot be read again.";
        return null;
    }

    private void Read(RecordingRereader reread)
    {
        var tails = _rows.GroupBy(row => (row.Row.Kind, row.Row.Key)).ToList();
        var most = Math.Max(1, TailReading.MostIntervals / tails.Count);
        var byRow = new Dictionary<DifferenceRow, Tail>(ReferenceEqualityComparer.Instance);
        foreach (var rows in tails)
        {
            var least = _before.Concat(_after).Max(sample => Least(sample, rows.Key.Kind, rows.Key.Key, most));
            foreach (var (row, judgement) in rows)
                byRow[row] = new Tail(row.Kind, row.Key, Math.Max(least,
                    (long)Math.Min(judgement.Before ?? 0, judgement.After ?? 0)));
        }
        var wanted = byRow.Values.ToHashSet();
        var (before, after) = (Sizes(_before, wanted, reread), Sizes(_after, wanted, reread));
        foreach (var (row, judgement) in _rows)
            _shares[row] = ShareChanges.Largest(before[byRow[row]], after[byRow[row]],
                isUp: (judgement.After ?? 0) > (judgement.Before ?? 0), isWhole: true);
    }

    private static long Least(TraceSample sample, IntervalKind kind, string? key, long most)
        => sample.Latencies.FirstOrDefault(latency => latency.Kind == kind && latency.Key == key) is { } latency
            ? TailReading.Least(latency.Times, most) : 0;

    /// <summary>The mean time of each cause over the recordings of a side, normalised as rates are.</summary>
    private Dictionary<Tail, Dictionary<(string What, string? Name), double>> Sizes(
        IReadOnlyList<TraceSample> side, HashSet<Tail> tails, RecordingRereader reread)
    {
        var sizes = tails.ToDictionary(tail => tail, _ => new Dictionary<(string What, string? Name), double>());
        foreach (var sample in side)
        {
            if (new Exposure(sample, _plan.Per).Rate(1) is not { } unit) continue;
            reread(sample.Info.Path, (reader, cancel) =>
            {
                foreach (var (tail, times) in TailReading.Read(reader, _plan.Sample, tails, cancel))
                    foreach (var (part, time) in times)
                        sizes[tail][part] = sizes[tail].GetValueOrDefault(part) + (time * unit / side.Count);
            });
        }
        return sizes;
    }
}
