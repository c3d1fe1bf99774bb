using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Assertions;

namespace KernelMagnifier.Engine.Tests.Comparison;

/// <summary>Assertions against a baseline.</summary>
public class DifferenceAsserterTests
{
    [Theory]
    [InlineData("Regressed", "Failed")]
    [InlineData("Improved", "Passed")]
    [InlineData("NoDifference", "Passed")]
    [InlineData("Inconclusive", "Undecided")]
    [InlineData("NotComparable", "Undecided")]
    public void OnlyEvidencePasses(string verdict, string outcome)
    {
        var row = new TraceDifference
        {
            Kind = "Wakeup", Metric = "P99", Unit = "ns", Before = 1_000_000, After = 1_300_000, Ratio = 1.3, RatioLow = 1.2, RatioHigh = 1.4,
            Verdict = verdict, Method = "RankTest", Reasons = ["because"], Attribution = [new DifferenceShare("Task", "hog", 1, 2, 80)],
        };
        var assertion = new DifferenceAsserter(0.05, "look").Check(row);
        Assert.Equal(outcome, assertion.Outcome);
        Assert.Equal("Wakeup P99", assertion.Subject);
        Assert.Equal("less than 5% above 1.000 ms", assertion.Expected);
        Assert.Equal("1.300 ms", assertion.Found);
        Assert.Equal($"{verdict} (RankTest), ratio 1.3 (1.2 to 1.4). Because. Mostly Task hog.", assertion.Evidence);
    }

    [Fact]
    public void NothingToCompareIsUndecided() => Assert.False(new DifferenceAsserter(0.05, "look").Nothing().Passed);
}
