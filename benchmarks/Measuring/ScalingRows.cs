using static KernelMagnifier.Benchmarks.Measuring.ShellWords;
using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The rows that compare the command line or the engine with itself: other sizes, one core, more counts.</summary>
internal sealed class ScalingRows(BenchmarkInputs inputs)
{
    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All
        => [("size", id => Sizes(id, isMemory: false)), ("size-memory", id => Sizes(id, isMemory: true)), ("cores", Cores),
        ("one-pass", OnePass)];

    private Row Cores(string id)
    {
        var edges = $"{Quote(inputs.Cli)} edges {Quote(inputs.Text.Path)} --csv";
        return new Row(id, "cores", $"Edges of {Numbers.Size(inputs.Text)} of ftrace text, two threads",
            new Command($"{edges} --threads 2", Missing: Environment.ProcessorCount < 2 ? "this machine has one core" : null),
                "one thread", new Command($"{edges} --threads 1"),
            "≥ 1.7 × faster", Faster(1.7))
        {
            Reason = "both cores work until the end, but each thread learns the names for itself and both share a cache, which "
                + "takes 13 % more processor time than one thread; alone, this row gave 1.62, 1.66, 1.75 and 1.82",
        };
    }

    private Row OnePass(string id)
        => new(id, "one-pass", "Edges and counts per task, context and CPU in one pass",
        BenchmarkInputs.Engine($"tally all {Quote(inputs.Text.Path)}"),
        "edges alone", BenchmarkInputs.Engine($"tally edges {Quote(inputs.Text.Path)}"), "≤ 1.5 × the time", AtMost(1.5));

    private Row Sizes(string id, bool isMemory)
    {
        long[] sizes = inputs.IsFull ? [1, 10, 100, 1000] : [1, 2, 5, 20];
        var commands = sizes.Select(size => inputs.Edges(inputs.Recording("counter", size))).ToArray();
        return new Row(id, "size",
            $"Edges of {string.Join(", ", sizes)} MB of ftrace text, {(isMemory ? "peak memory" : "time")}", commands[^1],
            "the smaller sizes", null,
            isMemory ? "constant: the largest ≤ 1.2 × the second largest"
                : "linear: time per MB of the last step ≤ 1.2 × that of the step before", (_, _) => default)
        {
            Others = commands[..^1],
            IsMemory = isMemory,
            JudgeAll = (ours, others) => isMemory ? ConstantMemory([.. others, ours]) : LinearTime([.. others, ours], sizes),
        };
    }

    private static Verdict ConstantMemory(Figures[] all)
    {
        if (all.Any(f => f.PeakBytes is null)) return new Verdict(None, false);
        return new Verdict(string.Join(", ", all.Select(f => Numbers.Short(f.PeakBytes!.Value / 1e6))) + " MB",
            all[^1].PeakBytes <= 1.2 * all[^2].PeakBytes);
    }

    private static Verdict LinearTime(Figures[] all, long[] sizes)
    {
        var last = (all[^1].Median - all[^2].Median) / (sizes[^1] - sizes[^2]);
        var before = (all[^2].Median - all[^3].Median) / (sizes[^2] - sizes[^3]);
        return new Verdict(string.Join(", ", all.Select(f => Numbers.Seconds(f.Median))), last <= 1.2 * before);
    }
}
