using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// Judges the rows of one comparison. A verdict needs a ratio of at least the threshold and evidence that holds for all rows
/// together. The unit is the recording or, where these are too few, the block of time; never the single event.
/// </summary>
internal sealed class DifferenceJudge
{
    /// <summary>The confidence of the intervals.</summary>
    public const double Confidence = 0.95;

    /// <summary>The probability of any verdict that is wrong.</summary>
    public const double Level = 0.05;

    /// <summary>The least number of recordings on each side for a rank test.</summary>
    public const int LeastRecordings = 4;

    private readonly double _threshold;
    private readonly Dictionary<(int Before, int After), RankTest> _tests = [];
    private readonly BlockBootstrap _bootstrap = new();

    private DifferenceJudge(double threshold) => _threshold = threshold;

    /// <summary>Judges the rows of one comparison.</summary>
    /// <param name="rows">All its rows: the correction is for their number.</param>
    /// <param name="threshold">The least change that matters, such as 0.1 for 10 %.</param>
    /// <returns>The judgements in the order of the rows.</returns>
    public static IReadOnlyList<RowJudgement> Judge(IReadOnlyList<RowSamples> rows, double threshold)
    {
        var judge = new DifferenceJudge(threshold);
        var tests = rows.Select(judge.Test).ToArray();
        // A row that can have no evidence is none of the family.
        var family = Enumerable.Range(0, tests.Length).Where(i => tests[i].CanBeEvident).ToArray();
        var corrected = Holm.Correct([.. family.Select(i => tests[i].Evidence!.Value)]);
        var place = 0;
        return [.. tests.Select(test => judge.Conclude(test, test.CanBeEvident ? corrected[place++] : null, family.Length))];
    }

    private RowTest Test(RowSamples row)
    {
        var (before, after) = (Known(row.Before), Known(row.After));
        var test = new RowTest(row)
        {
            Before = Median(before),
            After = Median(after),
            Recordings = (before.Count, after.Count),
        };
        if (before.Count == 0 || after.Count == 0) return test.With("There is nothing to compare on one side.");
        if (before.Count >= LeastRecordings && after.Count >= LeastRecordings) return Ranked(test, before, after);
        return Bootstrapped(test, row with { Before = before, After = after });
    }

    private RowTest Ranked(RowTest test, List<RecordingSample> before, List<RecordingSample> after)
    {
        if (!_tests.TryGetValue((before.Count, after.Count), out var ranks))
            _tests.Add((before.Count, after.Count), ranks = new RankTest(before.Count, after.Count));
        double[] first = [.. before.Select(sample => sample.Value!.Value)], second = [.. after.Select(sample => sample.Value!.Value)];
        var result = ranks.Of(first, second);
        var ranked = test with
        {
            Method = DifferenceMethod.RankTest,
            Estimate = HodgesLehmann.Ratio(first, second, ranks.IntervalPlace(Confidence)),
            Evidence = result.PValue,
            Least = result.Least,
        };
        return TooFew(test.Row) is { } reason ? ranked.With(reason) : ranked;
    }

    private RowTest Bootstrapped(RowTest test, RowSamples row)
    {
        var isPair = row.Before.Count == 1 && row.After.Count == 1;
        test = test with { Method = isPair ? DifferenceMethod.SinglePair : DifferenceMethod.FewRecordings };
        var exact = test.Before is > 0 && test.After is { } after ? after / test.Before : null;
        var plain = test with { Estimate = new RatioEstimate(exact ?? double.NaN, 0, double.PositiveInfinity) };
        if (row.Metric == DifferenceMetric.Max)
            return plain.With("How much a maximum varies is seen in four or more recordings on each side, not in one.");
        if (TooFew(row) is { } reason) return plain.With(reason);
        if (_bootstrap.Ratio(row, Confidence, exact) is not { } result)
            return plain.With($"There are fewer than {SideBlocks.Least} blocks of time on a side.");
        var tested = test with { Estimate = result.Estimate, Evidence = result.Evidence };
        return result.IsIndependent ? tested
            : tested.With($"Blocks of a {SideBlocks.Least}th of the recording still depend on each other: record longer, or four times.");
    }

    private static List<RecordingSample> Known(IReadOnlyList<RecordingSample> side)
        => [.. side.Where(sample => sample.Value is >= 0 and < double.PositiveInfinity)];

    private static double? Median(List<RecordingSample> side)
    {
        if (side.Count == 0) return null;
        var values = side.Select(sample => sample.Value!.Value).Order().ToArray();
        return (values[(values.Length - 1) / 2] / 2) + (values[values.Length / 2] / 2);
    }

    /// <summary>Why a percentile is not known well enough; null if it is.</summary>
    private static string? TooFew(RowSamples row)
    {
        if (row.Metric is DifferenceMetric.Rate or DifferenceMetric.Max) return null;
        var needed = ConfidenceRanks.Needed(DifferenceMetrics.Quantile(row.Metric));
        var least = row.Before.Concat(row.After).Min(sample => sample.Count);
        return least >= needed ? null : $"Too few intervals for {row.Metric}: a recording has {least}, {needed} are needed.";
    }

    private RowJudgement Conclude(RowTest test, double? corrected, int rows)
    {
        var (ratio, low, high) = test.Estimate;
        var isEvident = corrected <= Level;
        var isLarge = ratio >= 1 + _threshold || ratio <= 1 / (1 + _threshold);
        var isRanked = test.Method == DifferenceMethod.RankTest && corrected is not null;
        var verdict = test.Reasons.Count > 0 ? DifferenceVerdict.Inconclusive
            : isEvident && isLarge ? ratio > 1 == test.Row.HigherIsWorse ? DifferenceVerdict.Regressed : DifferenceVerdict.Improved
            : low >= 1 / (1 + _threshold) && high <= 1 + _threshold ? DifferenceVerdict.NoDifference
            : DifferenceVerdict.Inconclusive;
        return new RowJudgement
        {
            Before = test.Before,
            After = test.After,
            Ratio = ratio is > 0 and < double.PositiveInfinity ? ratio : null,
            RatioLow = ratio is > 0 and < double.PositiveInfinity && low > 0 ? low : null,
            RatioHigh = ratio is > 0 and < double.PositiveInfinity && high < double.PositiveInfinity ? high : null,
            PValue = isRanked ? corrected : null,
            IsSignificant = isRanked ? isEvident : null,
            Verdict = verdict,
            Method = test.Method,
            Reasons = verdict == DifferenceVerdict.Inconclusive && test.Reasons.Count == 0 ? Why(test, isEvident, isLarge, rows) : test.Reasons,
        };
    }

    private static List<string> Why(RowTest test, bool isEvident, bool isLarge, int rows)
    {
        _ = (test, rows);
        return [isEvident ? "The change is evident but smaller than the threshold, or may be." : isLarge ? "The change is large but not evident." : "The interval of the ratio is too wide."];
    }
}
