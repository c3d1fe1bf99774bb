using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Compares recordings that are cut from one load, of which those after can be changed, and counts the verdicts. A comparison has
/// five rows: the rate, three percentiles and the maximum.
/// </summary>
internal sealed class LoadComparisons(int recordings, double seconds, double shift, double threshold)
{
    private const double PilotSeconds = 1000;
    private const ulong PilotSeed = 99;

    private static readonly DifferenceMetric[] Metrics = Enum.GetValues<DifferenceMetric>();

    /// <summary>The comparisons so far.</summary>
    public int Count { get; private set; }

    /// <summary>Those in which any row says Regressed or Improved.</summary>
    public int WithChange { get; private set; }

    /// <summary>The rows that say Regressed, by number.</summary>
    public Dictionary<DifferenceMetric, int> Regressed { get; } = Metrics.ToDictionary(metric => metric, _ => 0);

    /// <summary>The rows that say Improved.</summary>
    public Dictionary<DifferenceMetric, int> Improved { get; } = Metrics.ToDictionary(metric => metric, _ => 0);

    /// <summary>The comparisons that a rank test over the single latencies of one pair calls significant.</summary>
    public int NaivelySignificant { get; private set; }

    /// <summary>The share of the comparisons with a row that says Regressed or Improved.</summary>
    public double ShareWithChange => (double)WithChange / Count;

    /// <summary>Compares.</summary>
    /// <param name="comparisons">How many times.</param>
    /// <param name="seed">The seed of the load.</param>
    public LoadComparisons Run(int comparisons, ulong seed)
    {
        var load = new QueueLoad(seed);
        var change = Change();
        for (var i = 0; i < comparisons; i++)
        {
            var before = Enumerable.Range(0, recordings).Select(_ => load.Record(seconds)).ToArray();
            var after = Enumerable.Range(0, recordings).Select(_ => load.Record(seconds, change)).ToArray();
            Tally(DifferenceJudge.Judge([.. Metrics.Select(metric => Row(metric, before, after))], threshold));
            if (IsNaivelySignificant(before[0].Ascending, after[0].Ascending)) NaivelySignificant++;
        }
        return this;
    }

    /// <summary>The counts as a text.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Count} comparisons of {recordings} against {recordings} recordings of {seconds} s, p99 x {shift}, threshold {threshold * 100} %: ")
        + FormattableString.Invariant($"a change in {100 * ShareWithChange:0.0} %, ")
        + FormattableString.Invariant($"by a rank test over single latencies in {100.0 * NaivelySignificant / Count:0.0} %;")
        + string.Concat(Metrics.Select(metric => $" {metric} +{Regressed[metric]} -{Improved[metric]}"));

    private static RowSamples Row(DifferenceMetric metric, LoadRecording[] before, LoadRecording[] after)
        => new(metric, [.. before.Select(recording => recording.Sample(metric))], [.. after.Select(recording => recording.Sample(metric))]);

    private void Tally(IReadOnlyList<RowJudgement> rows)
    {
        Count++;
        var isChanged = false;
        foreach (var (metric, row) in Metrics.Zip(rows))
        {
            if (row.Verdict == DifferenceVerdict.Regressed) Regressed[metric]++;
            if (row.Verdict == DifferenceVerdict.Improved) Improved[metric]++;
            isChanged |= row.Verdict is DifferenceVerdict.Regressed or DifferenceVerdict.Improved;
        }
        if (isChanged) WithChange++;
    }

    /// <summary>Latencies above the 90th percentile of the load become longer, so that only those above it change.</summary>
    private Func<double, double>? Change()
    {
        if (shift == 1) return null;
        var pilot = new QueueLoad(PilotSeed).Record(PilotSeconds);
        double p90 = pilot.Percentile(0.9), p99 = pilot.Percentile(0.99);
        return length => length * (1 + ((shift - 1) * Math.Clamp(Math.Log(length / p90) / Math.Log(p99 / p90), 0, 1)));
    }

    /// <summary>The wrong test: Mann–Whitney over single latencies.</summary>
    private static bool IsNaivelySignificant(IReadOnlyList<long> before, IReadOnlyList<long> after)
    {
        var (below, wins) = (0, 0.0);
        foreach (var length in after)
        {
            while (below < before.Count && before[below] < length) below++;
            wins += below;
        }
        double first = before.Count, second = after.Count;
        var deviation = Math.Sqrt(first * second * (first + second + 1) / 12);
        return 2 * Normal.AtMost(-Math.Abs(wins - (first * second / 2)) / deviation) <= 0.05;
    }
}
