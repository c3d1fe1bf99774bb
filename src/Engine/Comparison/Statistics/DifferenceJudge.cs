using System.Globalization;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// Judges the rows of one comparison. A verdict needs a ratio of at least the threshold, and evidence that holds for all rows
/// together. The unit is the recording or, where there are too few, the block of time; never the single event.
/// </summary>
internal sealed class DifferenceJudge
{
    /// <summary>The confidence of the intervals of rank tests.</summary>
    public const double Confidence = 0.95;

    /// <summary>The probability that any row that has not changed has the verdict that it has.</summary>
    public const double Level = 0.05;

    /// <summary>
    /// The confidence of the intervals of a bootstrap. Blocks of one recording are few and somewhat alike, so that intervals are
    /// narrower than they should be: docs/comparison.md has measurements.
    /// </summary>
    public const double BlockConfidence = 0.99;

    /// <summary>What the evidence of a bootstrap has to reach.</summary>
    public const double BlockLevel = 0.01;

    /// <summary>The least number of recordings on each side for a rank test.</summary>
    public const int LeastRecordings = 4;

    // A maximum grows with the number of intervals that it is of.
    private const double MostUnequal = 1.25;

    private readonly Dictionary<(int Before, int After), RankTest> _tests = [];
    private readonly BlockBootstrap _bootstrap = new();

    private DifferenceJudge() { }

    /// <summary>Judges the rows of one comparison.</summary>
    /// <param name="rows">All its rows: the correction is for their number.</param>
    /// <param name="threshold">The least change that matters, such as 0.1 for 10 %.</param>
    /// <returns>The judgements in the order of the rows.</returns>
    public static IReadOnlyList<RowJudgement> Judge(IReadOnlyList<RowSamples> rows, double threshold)
    {
        if (!(threshold >= 0) || !double.IsFinite(threshold)) throw new ArgumentOutOfRangeException(nameof(threshold));
        var tests = Tests(rows);
        // A row that cannot have evidence, whatever its values are, is not among those that are corrected.
        var family = tests.Where(test => test.CanBeEvident).ToArray();
        var corrected = Holm.Correct([.. family.Select(test => test.Evidence!.Value)]);
        var conclusion = new RowConclusion(threshold, family.Length, family.Select(test => test.Least).DefaultIfEmpty(0).Min());
        var place = 0;
        return [.. tests.Select(test => conclusion.Of(test, test.CanBeEvident ? corrected[place++] : null))];
    }

    /// <summary>Tests rows, many of them on all cores: each test depends on its row only.</summary>
    private static RowTest[] Tests(IReadOnlyList<RowSamples> rows)
    {
        const int Few = 256;
        RowTest[] Part(int from, int to)
        {
            var judge = new DifferenceJudge();
            var tests = new RowTest[to - from];
            for (var i = from; i < to; i++) tests[i - from] = judge.Test(rows[i]);
            return tests;
        }
        var parts = Math.Clamp(rows.Count / Few, 1, Environment.ProcessorCount);
        if (parts == 1) return Part(0, rows.Count);
        using var threads = new WorkerGroup<RowTest[]>(CancellationToken.None);
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = ((int)((long)rows.Count * part / parts), (int)((long)rows.Count * (part + 1) / parts));
            threads.Start(() => Part(from, to));
        }
        return [.. threads.Finish(null).SelectMany(tests => tests)];
    }

    private RowTest Test(RowSamples row)
    {
        var known = row with { Before = Known(row.Before), After = Known(row.After) };
        var test = new RowTest(row) { Before = Median(known.Before), After = Median(known.After), Known = known };
        if (test.Before is null || test.After is null) return test.With("There is nothing to compare with on one side.");
        if (known.Before.Concat(known.After).All(sample => sample.Value == 0)) return test.With("There is nothing on either side.");
        if (known.Before.Count >= LeastRecordings && known.After.Count >= LeastRecordings) return Ranked(test);
        return Bootstrapped(test);
    }

    private RowTest Ranked(RowTest test)
    {
        var (before, after) = (test.Known.Before, test.Known.After);
        if (!_tests.TryGetValue((before.Count, after.Count), out var ranks))
            _tests.Add((before.Count, after.Count), ranks = new RankTest(before.Count, after.Count));
        double[] first = [.. before.Select(sample => sample.Value!.Value)], second = [.. after.Select(sample => sample.Value!.Value)];
        var ranked = test with
        {
            Method = DifferenceMethod.RankTest,
            Estimate = HodgesLehmann.Ratio(first, second, ranks.IntervalPlace(Confidence)),
        };
        if (TooFew(test.Known) is { } reason) return ranked.With(reason);
        if (test.Row.Metric == DifferenceMetric.Max && AreUnequal(before, after))
            return ranked.With("The sides have numbers of intervals that differ: the maximum of more intervals is larger.");
        var result = ranks.Of(first, second);
        return ranked with { Evidence = result.PValue, Least = result.Least };
    }

    private RowTest Bootstrapped(RowTest test)
    {
        var row = test.Known;
        var isPair = row.Before.Count == 1 && row.After.Count == 1;
        var (isNew, isGone) = (row.Before.All(sample => sample.Value == 0), row.After.All(sample => sample.Value == 0));
        double? exact = isNew ? double.PositiveInfinity : isGone ? 0 : isPair ? test.After / test.Before : null;
        test = test with
        {
            Method = isPair ? DifferenceMethod.SinglePair : DifferenceMethod.FewRecordings,
            Estimate = RatioEstimate.Unknown with { Ratio = exact ?? test.After!.Value / test.Before!.Value },
        };
        if (row.Metric == DifferenceMetric.Max)
            return test.With("One recording does not show how much its maximum varies: four on each side do.");
        if (TooFew(row) is { } reason) return test.With(reason);
        if (_bootstrap.Ratio(row, BlockConfidence, exact) is not { } result)
            return test.With(string.Create(CultureInfo.InvariantCulture,
                $"A side is shorter than {SideBlocks.Least} blocks of {SideBlocks.LeastSeconds} s, or its times are not known."));
        // Blocks of one recording do not show how much recordings of the same load differ, but the recordings themselves do.
        var overlaps = !isPair && Overlap(row.Before, row.After);
        test = test with { Estimate = result.Estimate, Evidence = overlaps ? 1 : result.Evidence };
        return result.IsIndependent ? test
            : test.With("Even long blocks of time depend on their neighbours: record longer, or four times on each side.");
    }

    private static bool Overlap(IReadOnlyList<RecordingSample> before, IReadOnlyList<RecordingSample> after)
        => before.Max(s => s.Value) >= after.Min(s => s.Value) && after.Max(s => s.Value) >= before.Min(s => s.Value);

    private static RecordingSample[] Known(IReadOnlyList<RecordingSample> side)
        => [.. side.Where(sample => sample.Value is >= 0 and < double.PositiveInfinity)];

    private static double? Median(IReadOnlyList<RecordingSample> side)
    {
        if (side.Count == 0) return null;
        var values = side.Select(sample => sample.Value!.Value).Order().ToArray();
        return (values[(values.Length - 1) / 2] / 2) + (values[values.Length / 2] / 2);
    }

    /// <summary>Why a percentile is not known well enough; null if it is.</summary>
    private static string? TooFew(RowSamples row)
    {
        if (row.Metric is DifferenceMetric.Rate or DifferenceMetric.Max) return null;
        var needed = DifferenceMetrics.Needed(row.Metric);
        var least = row.Before.Concat(row.After).Min(sample => sample.Count);
        return least >= needed ? null : $"There are too few intervals for {row.Metric}: a recording has {least} of {needed}.";
    }

    private static bool AreUnequal(IReadOnlyList<RecordingSample> before, IReadOnlyList<RecordingSample> after)
    {
        var (first, second) = (MedianCount(before), MedianCount(after));
        return first > second * MostUnequal || second > first * MostUnequal;

        static double MedianCount(IReadOnlyList<RecordingSample> side)
            => side.Select(sample => sample.Count).Order().ElementAt(side.Count / 2);
    }
}
