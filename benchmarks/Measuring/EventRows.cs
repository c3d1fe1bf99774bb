using KernelMagnifier.Benchmarks.Generation;
using static KernelMagnifier.Benchmarks.Measuring.ShellWords;
using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The rows about kernel events and latencies.</summary>
internal sealed class EventRows(BenchmarkInputs inputs)
{
    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All =>
    [
        ("latency-report",
            id => new Row(id, "sched", Latencies, Latency, "`trace-cmd report`", Report(""), "≥ 60 × faster", Faster(60))),
        ("latency-cat",
            id => new Row(id, "sched", Latencies, Latency, "`cat`", Needs("cat", $"cat {Quote(Path)}"), "≤ 12 × the time", AtMost(12))),
        ("latency-memory", id => Memory(id, "sched", $"{Latencies}, peak memory", Latency, 250)),
        ("live-intervals",
            id => new Row(id, "sched", $"Intervals of {Recording}, its pages in memory as those of a running kernel, on one core",
            BenchmarkInputs.Engine($"tally live {Quote(Path)}"), "the same from the file, on all cores",
            BenchmarkInputs.Engine($"tally intervals {Quote(Path)}"), "≤ 2 × the time", AtMost(2))),
        ("events-text",
            id => new Row(id, "sched", $"All events of {Recording} in time order as text",
            new Command($"{Quote(inputs.Cli)} events {Quote(Path)} --event '*'"), "`trace-cmd report -N`", Report("-N "), "≥ 10 × faster",
            Faster(10))),
    ];

    private GeneratedRecording Scheduler => inputs.Scheduler;

    private string Path => Scheduler.Path;

    private string Recording => $"a {Numbers.Size(Scheduler)} trace.dat of scheduler events ({Numbers.Events(Scheduler)})";

    private string Latencies => $"Latencies of {Recording}";

    private Command Latency => new($"exec {Quote(inputs.Cli)} latency {Quote(Path)} --json");

    private Command Report(string options) => Needs("trace-cmd", $"trace-cmd report {options}{Quote(Path)}");
}
