using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The rows about the verdicts of comparisons: shares of simulated comparisons instead of times.</summary>
internal sealed class ComparisonRows(BenchmarkInputs inputs)
{
    private const int Seconds = 30;

    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All =>
    [
        ("false-positives-pair", id => AtMostShare(id, 1)),
        ("false-positives", id => AtMostShare(id, 5)),
        ("power-pair", id => AtLeastShare(id, 1, "2", None, 0)),
        ("power", id => AtLeastShare(id, 5, "1.3", "≥ 80 %", 0.80)),
    ];

    private int Comparisons => inputs.IsFull ? 200 : 20;

    private Row AtMostShare(string id, int recordings)
        => Share(id, recordings, "1", "of one load find a change in any of 5 rows", "≤ 5 %", share => share <= 0.05);

    private Row AtLeastShare(string id, int recordings, string shift, string target, double least)
        => Share(id, recordings, shift, $"find a 99th percentile that is {shift} × as long", target, share => share >= least);

    private Row Share(string id, int recordings, string shift, string what, string target, Func<double, bool> isMet)
        => new(id, id, $"{Comparisons} comparisons of {recordings} against {recordings} recordings of {Seconds} s {what}",
            BenchmarkInputs.Engine($"compare {Comparisons} {recordings} {Seconds} {shift} 0.05") with { IsLong = true }, None, null, target,
            (ours, _) => new Verdict(None, isMet(ours.Median)))
        { IsShare = true };
}
