using static KernelMagnifier.Benchmarks.Measuring.ShellWords;
using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>
/// The rows about what comparisons and causes cost, compared with reading the same recordings, and about the verdicts of
/// comparisons: shares of simulated comparisons instead of times.
/// </summary>
internal sealed class ComparisonRows(BenchmarkInputs inputs)
{
    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All =>
    [
        ("compare-calls", CompareCalls), ("compare-latency", CompareLatencies), ("why", Why),
        ("false-positives-pair", id => AtMostShare(id, 1, 30)),
        ("false-positives", id => AtMostShare(id, 5, 30)),
        ("power-pair", id => AtLeastShare(id, 1, 30, "2", None, 0)),
        ("power", id => AtLeastShare(id, 5, 60, "1.3", "≥ 80 %", 0.80)),
    ];

    private int Comparisons => inputs.IsFull ? 200 : 20;

    private string Dat => Quote(inputs.Dat.Path);

    private string OtherDat => Quote(inputs.OtherDat.Path);

    private string Scheduler => Quote(inputs.Scheduler.Path);

    private Row CompareCalls(string id) => new(id, id,
        $"Comparison of all functions and edges of two trace.dat of the function tracer, {Numbers.Size(inputs.Dat)} each",
        Cli($"compare {Dat} {OtherDat} --csv"), "edges of both", Cli($"edges {Dat} {OtherDat} --csv"), "≤ 2.2 × the time", AtMost(2.2));

    // The same recording twice: its size decides, not what the verdicts are.
    private Row CompareLatencies(string id) => new(id, "sched-twice",
        $"Comparison of the wake-ups of two trace.dat of scheduler events, {Numbers.Size(inputs.Scheduler)} each",
        Cli($"compare {Scheduler} {Scheduler} --kind wakeup --csv"), "latencies of both", Cli($"latency {Scheduler} {Scheduler} --csv"),
        "≤ 2.2 × the time", AtMost(2.2));

    private Row Why(string id) => new(id, "sched-why",
        $"Causes of all wake-ups above the 99th percentile of a {Numbers.Size(inputs.Scheduler)} trace.dat of scheduler events",
        Cli($"why {Scheduler} --csv"), "latencies", Cli($"latency {Scheduler} --csv"), "≤ 4 × the time", AtMost(4))
    {
        Reason = "hundreds of tasks wait for each CPU in this recording, so that an interval has hundreds of shares; and the recording is "
            + "read three times",
    };

    private Command Cli(string arguments) => new($"exec {Quote(inputs.Cli)} {arguments}");

    private Row AtMostShare(string id, int recordings, int seconds)
        => Share(id, recordings, seconds, "1", "of one load find a change in any of 5 rows", "≤ 5 %", share => share <= 0.05);

    private Row AtLeastShare(string id, int recordings, int seconds, string shift, string target, double least)
        => Share(id, recordings, seconds, shift, $"find a 99th percentile that is {shift} × as long", target, share => share >= least);

    private Row Share(string id, int recordings, int seconds, string shift, string what, string target, Func<double, bool> isMet)
        => new(id, id, $"{Comparisons} comparisons of {recordings} against {recordings} recordings of {seconds} s {what}",
            BenchmarkInputs.Engine($"compare {Comparisons} {recordings} {seconds} {shift} 0.05") with { IsLong = true }, None, null, target,
            (ours, _) => new Verdict(None, isMet(ours.Median)))
        { IsShare = true };
}
