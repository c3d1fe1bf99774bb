using KernelMagnifier.Comparison.Statistics;

namespace KernelMagnifier.Engine.Tests.Comparison.Statistics;

public sealed class DifferenceJudgeTests
{
    private const long Many = 1_000_000;

    [Fact]
    public void AWholeShiftOfFiveRecordingsIsARegression()
    {
        var row = Judge(Row(DifferenceMetric.P99, [100, 101, 102, 103, 104], [130, 131, 132, 133, 134]));
        Assert.Equal((DifferenceVerdict.Regressed, DifferenceMethod.RankTest, true), (row.Verdict, row.Method, row.IsSignificant));
        Assert.Equal(2 / 252.0, row.PValue!.Value, 1e-12);
        Assert.Equal((102.0, 132.0), (row.Before, row.After));
        Assert.InRange(row.Ratio!.Value, 1.28, 1.31);
        Assert.True(row.RatioLow > 1 && row.RatioHigh < 1.35);
        Assert.Empty(row.Reasons);
    }

    [Fact]
    public void TheDirectionDependsOnWhatIsWorse()
    {
        double[] less = [1, 2, 3, 4], more = [10, 11, 12, 13];
        Assert.Equal(DifferenceVerdict.Improved, Judge(Row(DifferenceMetric.Rate, more, less)).Verdict);
        Assert.Equal(DifferenceVerdict.Improved, Judge(Row(DifferenceMetric.Rate, less, more) with { HigherIsWorse = false }).Verdict);
        Assert.Equal(DifferenceVerdict.Regressed, Judge(Row(DifferenceMetric.Rate, more, less) with { HigherIsWorse = false }).Verdict);
    }

    [Fact]
    public void ASignificantChangeBelowTheThresholdIsNoRegression()
    {
        var row = Judge(Row(DifferenceMetric.P50, [100, 101, 102, 103], [106, 107, 108, 109]));
        Assert.Equal((DifferenceVerdict.NoDifference, true), (row.Verdict, row.IsSignificant));
        row = Judge(Row(DifferenceMetric.P50, [90, 101, 102, 103], [106, 107, 108, 118]));
        Assert.Equal((DifferenceVerdict.Inconclusive, true), (row.Verdict, row.IsSignificant));
        Assert.Contains("not shown to reach the threshold of 10 %", Assert.Single(row.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void EqualityIsShownOrInconclusive()
    {
        Assert.Equal(DifferenceVerdict.NoDifference, Judge(Row(DifferenceMetric.P90, [100, 101, 102, 103], [103, 102, 101, 100])).Verdict);
        var row = Judge(Row(DifferenceMetric.P90, [100, 150, 80, 120], [95, 101, 160, 90]));
        Assert.Equal(DifferenceVerdict.Inconclusive, row.Verdict);
        Assert.Contains("wider than the threshold", Assert.Single(row.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void ManyRowsNeedMoreRecordings()
    {
        double[] before = [1, 2, 3, 4, 5], after = [11, 12, 13, 14, 15];
        Assert.All(Judge(Enumerable.Repeat(Row(DifferenceMetric.Rate, before, after), 6)),
            row => Assert.Equal(DifferenceVerdict.Regressed, row.Verdict));
        Assert.All(Judge(Enumerable.Repeat(Row(DifferenceMetric.Rate, before, after), 7)), row =>
        {
            Assert.Equal((DifferenceVerdict.Inconclusive, false), (row.Verdict, row.IsSignificant));
            Assert.Equal("With 5 against 5 recordings none of 7 rows can be significant: record 6 on each side, or compare fewer rows.",
                Assert.Single(row.Reasons));
        });
    }

    [Theory]
    [InlineData(1, 4), InlineData(2, 5), InlineData(6, 5), InlineData(7, 6), InlineData(23, 6), InlineData(24, 7), InlineData(1000, 9)]
    public void TheNeededRecordingsAreKnown(int rows, int recordings) => Assert.Equal(recordings, RowConclusion.NeededRecordings(rows));

    [Fact]
    public void RowsThatCannotBeSignificantDoNotCountAgainstOthers()
    {
        var rare = Row(DifferenceMetric.Rate, [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]);
        var rows = Judge([Row(DifferenceMetric.Rate, [1, 2, 3, 4, 5], [11, 12, 13, 14, 15]), .. Enumerable.Repeat(rare, 50)]);
        Assert.Equal(2 / 252.0, rows[0].PValue!.Value, 1e-12);
        Assert.Equal((null, null, DifferenceVerdict.Inconclusive), (rows[1].PValue, rows[1].IsSignificant, rows[1].Verdict));
        Assert.Contains("same value", Assert.Single(rows[1].Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNewOrGoneHasNoRatio()
    {
        var row = Judge(Row(DifferenceMetric.Rate, [0, 0, 0, 0], [1, 2, 3, 4]));
        Assert.Equal((DifferenceVerdict.Regressed, null, null, null), (row.Verdict, row.Ratio, row.RatioLow, row.RatioHigh));
        row = Judge(Row(DifferenceMetric.Rate, [1, 2, 3, 4], [0, 0, 0, 0]));
        Assert.Equal((DifferenceVerdict.Improved, null), (row.Verdict, row.Ratio));
    }

    [Fact]
    public void APercentileOfFewIntervalsIsInconclusive()
    {
        var row = Judge(Row(DifferenceMetric.P99, [1, 1, 1, 1], [9, 9, 9, 9], 120));
        Assert.Equal((DifferenceVerdict.Inconclusive, null), (row.Verdict, row.PValue));
        Assert.Equal("There are too few intervals for P99: a recording has 120 of 368.", Assert.Single(row.Reasons));
        Assert.Equal(DifferenceVerdict.Regressed, Judge(Row(DifferenceMetric.P50, [1, 1, 1, 1], [9, 9, 9, 9], 120)).Verdict);
    }

    [Fact]
    public void MaximaOfOtherNumbersOfIntervalsAreInconclusive()
    {
        var row = Row(DifferenceMetric.Max, [1, 2, 3, 4], [11, 12, 13, 14]);
        Assert.Equal(DifferenceVerdict.Regressed, Judge(row).Verdict);
        var longer = row with { After = Row(DifferenceMetric.Max, [], [11, 12, 13, 14], Many * 2).After };
        Assert.Contains("the maximum of more intervals is larger", Assert.Single(Judge(longer).Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void RecordingsWithoutTheNumberAreNamed()
    {
        var row = Judge(Row(DifferenceMetric.P50, [1, 2, 3, double.NaN, double.PositiveInfinity], [1, 2, 3, -4]));
        Assert.Equal((DifferenceMethod.FewRecordings, DifferenceVerdict.Inconclusive), (row.Method, row.Verdict));
        Assert.Contains("3 of 5 recordings before have it.", row.Reasons);
        Assert.Contains("There are 3 against 3 recordings; a rank test needs 4 on each side.", row.Reasons);
        row = Judge(Row(DifferenceMetric.P50, [], [1, 2, 3, 4]));
        Assert.Equal((DifferenceMethod.None, DifferenceVerdict.Inconclusive, null), (row.Method, row.Verdict, row.Ratio));
        Assert.Empty(DifferenceJudge.Judge([], 0.1));
    }

    [Theory]
    [InlineData(double.NaN), InlineData(-0.1), InlineData(double.PositiveInfinity)]
    public void AThresholdIsANumber(double threshold)
        => Assert.Throws<ArgumentOutOfRangeException>(() => DifferenceJudge.Judge([], threshold));

    [Fact]
    public void HugeNumbersStayNumbers()
    {
        foreach (var value in new[] { double.Epsilon, double.MaxValue, 1 })
        {
            var row = Judge(Row(DifferenceMetric.Rate, [value, value, value, value], [1, 1, 1, 1]));
            foreach (var number in new[] { row.Ratio, row.RatioLow, row.RatioHigh, row.PValue, row.Before })
                Assert.True(number is null || double.IsFinite(number.Value));
        }
    }

    private static RowSamples Row(DifferenceMetric metric, double[] before, double[] after, long count = Many)
        => new(metric, Side(before, count), Side(after, count));

    private static RecordingSample[] Side(double[] values, long count)
        => [.. values.Select(value => new RecordingSample { Value = value, Count = count })];

    private static RowJudgement Judge(RowSamples row) => Judge([row])[0];

    private static IReadOnlyList<RowJudgement> Judge(IEnumerable<RowSamples> rows) => DifferenceJudge.Judge([.. rows], 0.1);
}
