using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Drifts;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Cli.Commands;

/// <summary>What a comparison or a baseline takes of recordings, as options.</summary>
internal static class CompareOptions
{
    /// <summary>The kinds.</summary>
    public static readonly CliOption Kind = new("kind", "The kinds, which can contain * and ?; call for calls")
    { Value = "KIND", IsList = true, Suggestions = ComparisonPlan.KindNames };

    /// <summary>What to measure by.</summary>
    public static readonly CliOption By = new("by", "What to measure latencies by, where several values give each combination")
    {
        Value = "WHAT", IsList = true, Choices = ["task", "cpu", "syscall", "irq", "vector", "function", "device", "key"],
    };

    private static readonly CliOption Metric = new("metric", "The numbers to compare")
    { Value = "NUMBER", IsList = true, Choices = [.. ComparisonPlan.MetricNames.Select(name => name.ToLowerInvariant())] };

    private static readonly CliOption Per = new("per",
        "Divide rates by the number of these events or calls instead of by the CPU time, such as sys_enter")
    { Value = "NAME" };

    /// <summary>The least change that matters.</summary>
    public static readonly CliOption Threshold = new("threshold", "The least change that matters: 10%, 0.1 or 1.1x")
    { Value = "CHANGE", Default = "5%" };

    /// <summary>The drift that is listed only.</summary>
    public static readonly CliOption AllowDrift = new("allow-drift",
        "Compare in spite of these differences between the recordings, which are listed only")
    { Value = "WHAT", IsList = true, Choices = [.. ComparisonPlan.DriftNames.Select(name => name.ToLowerInvariant())] };

    /// <summary>The options of a comparison.</summary>
    public static readonly IReadOnlyList<CliOption> All = [Kind, By, Metric, Per, Threshold, AllowDrift];

    /// <summary>What is kept of recordings.</summary>
    public static SamplePlan Sample(Arguments arguments)
    {
        var kinds = arguments.List(Kind).SelectMany(pattern => IntervalKinds.Find(pattern) ?? throw CliException.Usage(
            $"{Kind} does not accept '{pattern}'. Use one of: {string.Join(", ", ComparisonPlan.KindNames)}.")).ToList();
        var plan = SamplePlan.Of(kinds);
        return plan with { By = Parsed<LatencyGrouping>(arguments, By).Aggregate(LatencyGrouping.None, (all, one) => all | one) };
    }

    /// <summary>The comparison that the options name.</summary>
    public static ComparisonPlan Read(Arguments arguments)
    {
        var sample = Sample(arguments) with { Filter = IntervalOptions.Read(arguments) };
        var metrics = Parsed<DifferenceMetric>(arguments, Metric).Distinct().ToList();
        var plan = WithoutCalls(arguments) with { ComparesCalls = sample.HasCalls, Per = arguments.Text(Per) };
        if (plan.Per is "") throw CliException.Usage($"{Per} was given an empty name. Name an event or a function.");
        if (metrics.Count > 0) plan = plan with { Metrics = metrics };
        return plan with { Sample = plan.SampleFor(sample) };
    }

    /// <summary>A comparison of all latencies, with the threshold and the drift that the options name.</summary>
    public static ComparisonPlan WithoutCalls(Arguments arguments) => new()
    {
        ComparesCalls = false, AllowedDrift = Parsed<DriftKind>(arguments, AllowDrift).ToHashSet(),
        Threshold = ComparisonPlan.ParseThreshold(arguments.Text(Threshold)!) ?? throw CliException.Usage(
            $"{Threshold} takes a change such as 10%, 0.1 or 1.1x, not '{arguments.Text(Threshold)}'."),
    };

    private static IEnumerable<T> Parsed<T>(Arguments arguments, CliOption option) where T : struct, Enum
        => arguments.List(option).Select(name => Enum.Parse<T>(name, ignoreCase: true));
}
