using System.Globalization;

namespace KernelMagnifier.Comparison.Statistics;

/// <summary>Turns tests into verdicts, with the reasons for those that are inconclusive.</summary>
/// <param name="threshold">The least change that matters.</param>
/// <param name="rows">The number of rows that the evidence is corrected for.</param>
/// <param name="least">The least p-value that any of them can have.</param>
internal sealed class RowConclusion(double threshold, int rows, double least)
{
    /// <summary>Concludes.</summary>
    /// <param name="test">The test.</param>
    /// <param name="corrected">Its corrected evidence; null if it is not among the corrected rows.</param>
    public RowJudgement Of(RowTest test, double? corrected)
    {
        var isRanked = test.Method == DifferenceMethod.RankTest;
        var isEvident = corrected <= (isRanked ? DifferenceJudge.Level : DifferenceJudge.BlockLevel);
        var verdict = Verdict(test, isEvident);
        var (ratio, low, high) = test.Estimate;
        var hasRatio = ratio is > 0 and < double.PositiveInfinity;
        return new RowJudgement
        {
            Before = test.Before,
            After = test.After,
            Ratio = hasRatio ? ratio : null,
            RatioLow = hasRatio && low > 0 ? low : null,
            RatioHigh = hasRatio && high < double.PositiveInfinity ? high : null,
            PValue = isRanked ? corrected : null,
            IsSignificant = isRanked && corrected is not null ? isEvident : null,
            Verdict = verdict,
            Method = test.Method,
            Reasons = verdict == DifferenceVerdict.Inconclusive ? [.. Missing(test), .. Why(test, corrected, isEvident)] : [],
        };
    }

    private DifferenceVerdict Verdict(RowTest test, bool isEvident)
    {
        if (test.Reasons.Count > 0) return DifferenceVerdict.Inconclusive;
        if (isEvident && IsLarge(test.Estimate.Ratio))
            return test.Estimate.Ratio > 1 == test.Row.HigherIsWorse ? DifferenceVerdict.Regressed : DifferenceVerdict.Improved;
        return test.Estimate.Low >= 1 / (1 + threshold) && test.Estimate.High <= 1 + threshold
            ? DifferenceVerdict.NoDifference : DifferenceVerdict.Inconclusive;
    }

    private bool IsLarge(double ratio) => ratio >= 1 + threshold || ratio <= 1 / (1 + threshold);

    /// <summary>The recordings that do not have the number.</summary>
    private static IEnumerable<string> Missing(RowTest test)
    {
        var (all, known) = (test.Row, test.Known);
        if (known.Before.Count < all.Before.Count) yield return $"{known.Before.Count} of {all.Before.Count} recordings before have it.";
        if (known.After.Count < all.After.Count) yield return $"{known.After.Count} of {all.After.Count} recordings after have it.";
        if (test.Method == DifferenceMethod.FewRecordings)
            yield return $"There are {known.Before.Count} against {known.After.Count} recordings; "
                + $"a rank test needs {DifferenceJudge.LeastRecordings} on each side.";
    }

    private IEnumerable<string> Why(RowTest test, double? corrected, bool isEvident)
    {
        if (test.Reasons.Count > 0) return test.Reasons;
        var isRanked = test.Method == DifferenceMethod.RankTest;
        if (isEvident)
            return [$"The change is {(isRanked ? "significant" : "evident")}, but not shown to reach the threshold of {Percent(threshold)}, "
                + "nor to stay below it."];
        if (isRanked && corrected is null) return ["Too many recordings have the same value for any change to be significant."];
        if (isRanked && least * rows > DifferenceJudge.Level)
            return [$"With {test.Known.Before.Count} against {test.Known.After.Count} recordings none of {rows} rows can be significant: "
                + $"record {NeededRecordings(rows)} on each side, or compare fewer rows."];
        if (!IsLarge(test.Estimate.Ratio))
            return [$"The confidence interval of the ratio is wider than the threshold of {Percent(threshold)} either way."];
        return [isRanked
            ? string.Create(CultureInfo.InvariantCulture, $"The change is not significant: p = {corrected:0.###}, corrected for {rows} rows.")
            : $"The change is no more than blocks of time differ, with the correction for {rows} rows."];
    }

    /// <summary>The recordings on each side of which a change can be significant among so many rows.</summary>
    public static int NeededRecordings(int rows)
    {
        // Of all ways to choose one side, two are the extreme ones.
        var (recordings, ways) = (1, 2.0);
        while (recordings < DifferenceJudge.LeastRecordings || 2 / ways * rows > DifferenceJudge.Level)
        {
            recordings++;
            ways *= 2 * ((2.0 * recordings) - 1) / recordings;
        }
        return recordings;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.###} %");
}
