using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Fails unless latencies keep a limit, or unless functions were called as expected.</summary>
internal sealed class AssertCommand : Command
{
    private static readonly string[] Contexts = ["task", "softirq", "hardirq", "nmi"];

    private static readonly (AssertedNumber Number, CliOption Option)[] Numbers =
    [
        (AssertedNumber.P50, new("p50", "Assert the median")),
        (AssertedNumber.P90, new("p90", "Assert the length that 90 % do not exceed")),
        (AssertedNumber.P99, new("p99", "Assert the length that 99 % do not exceed")),
        (AssertedNumber.P999, new("p999", "Assert the length that 99.9 % do not exceed")),
        (AssertedNumber.Max, new("max", "Assert the longest length")),
        (AssertedNumber.Mean, new("mean", "Assert the mean length")),
    ];

    private static readonly (BoundKind Kind, CliOption Option)[] Bounds =
    [
        (BoundKind.LessThan, Limit("less-than", "The number is less than TIME")),
        (BoundKind.AtMost, Limit("at-most", "The number is not greater than TIME")),
        (BoundKind.GreaterThan, Limit("greater-than", "The number is greater than TIME")),
        (BoundKind.AtLeast, Limit("at-least", "The number is not less than TIME")),
    ];

    private static readonly CliOption Called = Call("called", "The functions of --function have a call");
    private static readonly CliOption NotCalled = Call("not-called", "They have no call");
    private static readonly CliOption CallsAtMost = Call("calls-at-most", "They have at most N calls") with { Value = "N" };
    private static readonly CliOption CallsAtLeast = Call("calls-at-least", "They have at least N calls") with { Value = "N" };
    private static readonly CliOption NeverIn = Call("never-in", "They have no call in this execution context") with
    { Value = "CONTEXT", IsList = true, Choices = Contexts };

    private static readonly CliOption Baseline = new("baseline",
        "Instead of a limit: nothing has regressed against this baseline or recording. With --p50, --p90, --p99 and --max, only these")
    { Value = "FILE", IsFile = true };

    private static readonly CliOption[] OfCalls = [Called, NotCalled, CallsAtMost, CallsAtLeast, NeverIn];

    /// <inheritdoc/>
    public override string Name => "assert";

    /// <inheritdoc/>
    public override string Summary => "Fail unless latencies keep a limit, or functions were called as expected";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        LatencyCommand.Kind, LatencyCommand.By, .. Numbers.Select(n => n.Option), .. Bounds.Select(b => b.Option),
        Baseline, CompareOptions.Threshold, CompareOptions.AllowDrift, .. OfCalls,
        .. OutputOptions.All, .. Recordings.ReadingOptions, .. IntervalOptions.All,
    ];

    /// <inheritdoc/>
    public override string Description => """
        The exit code is 0 if all assertions hold, 5 if one does not, and 6 if none is broken but the data cannot carry
        one: too few intervals for the percentile, missing or lost events. With --by, the limit holds for each row.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("99 % of the woken tasks run within 2 ms", "kernel-magnifier assert now.dat --kind wakeup --p99 --less-than 2ms"),
        ("No interrupt handler takes 1 ms", "kernel-magnifier assert now.dat --kind irq --by irq --max --less-than 1ms"),
        ("Wake-ups have not regressed against a baseline", "kernel-magnifier assert now.dat --kind wakeup --baseline good.json"),
        ("A function is never called from interrupt context",
            "kernel-magnifier assert trace.dat --function mutex_lock --never-in hardirq,softirq"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var isOfCalls = OfCalls.Any(arguments.Has);
        if (!arguments.Has(Baseline) && (arguments.Has(CompareOptions.Threshold) || arguments.Has(CompareOptions.AllowDrift)))
            throw CliException.Usage($"{CompareOptions.Threshold} and {CompareOptions.AllowDrift} are about {Baseline}, which is missing.");
        foreach (var option in Numbers.Select(n => n.Option).Concat(Bounds.Select(b => b.Option)))
            if (isOfCalls && arguments.Has(option))
                throw CliException.Usage(
                    $"{option} is about latencies, and {OfCalls.First(arguments.Has)} about calls. Omit one of them.");
        var assertions = isOfCalls ? AssertCalls(arguments, host, out var inputs)
            : arguments.Has(Baseline) ? AssertBaseline(arguments, host, out inputs)
            : AssertLatencies(arguments, host, out inputs);
        OutputOptions.Write(arguments, host, inputs.Inputs,
            (output, style) => ReportWriter.Write(AssertionReports.Table(assertions), format, output, style));
        foreach (var failed in assertions.Where(assertion => !assertion.Passed))
            host.Report($"{failed.Outcome.ToLowerInvariant()}: {failed.Message}");
        return assertions.Exists(a => a.Outcome == "Failed") ? ExitCode.AssertionFailed
            : assertions.TrueForAll(a => a.Passed) ? ExitCode.Ok : ExitCode.AssertionUndecided;
    }

    private static List<TraceAssertion> AssertLatencies(Arguments arguments, CliHost host, out Recordings recordings)
    {
        var number = One(arguments, Numbers.Select(n => (n.Number, n.Option)), "number");
        var bound = One(arguments, Bounds.Select(b => (b.Kind, b.Option)), "limit");
        var limit = IntervalOptions.Duration(arguments, Bounds.First(b => b.Kind == bound).Option)!.Value;
        var plan = LatencyCommand.PlanOf(arguments);
        recordings = Recordings.Unfiltered(arguments, host, arguments.Text(OutputOptions.Output));
        var collector = LatencyCommand.Read(recordings, plan);
        var file = recordings.Files is [var only] ? only : null;
        var above = DurationText.Compact(limit);
        var asserter = new LatencyAsserter(
            new LatencyBound(number, bound, limit),
            latency => $"kernel-magnifier why {Quoted(latency.Recording ?? file)} --kind {latency.Kind} --above {above}",
            $"kernel-magnifier check {Quoted(file)}");
        var assertions = collector.Latencies().Where(latency => latency.Count > 0 || plan.Kinds.Count > 0).Select(asserter.Check)
            .ToList();
        var reason = collector.Warnings().FirstOrDefault() ?? collector.NoInterval ?? "no interval was read";
        if (assertions.Count == 0) assertions.Add(asserter.Nothing(reason, file));
        foreach (var (property, value) in collector.Lists.Unmatched())
            host.Warn($"{FilterOptions.NameOf(property)} {value} matches nothing in the recordings");
        return assertions;
    }

    private static List<TraceAssertion> AssertBaseline(Arguments arguments, CliHost host, out Recordings recordings)
    {
        if (Bounds.FirstOrDefault(b => arguments.Has(b.Option)).Option is { } bound)
            throw CliException.Usage($"{Baseline} is the limit, so {bound} cannot be another one. Omit one of them.");
        DifferenceMetric[] metrics = [.. Numbers.Where(n => arguments.Has(n.Option)).Select(n =>
            Enum.TryParse<DifferenceMetric>(n.Number.ToString(), out var metric) ? metric
                : throw CliException.Usage($"{n.Option} cannot be compared with a baseline. Use --p50, --p90, --p99 or --max."))];
        var measured = LatencyCommand.PlanOf(arguments);
        var plan = CompareOptions.WithoutCalls(arguments) with
        {
            Metrics = metrics.Length > 0 ? metrics : [DifferenceMetric.P50, DifferenceMetric.P90, DifferenceMetric.P99],
            Sample = SamplePlan.Of(measured.Kinds) with
            {
                HasIntervals = true, HasCalls = false, By = measured.By, Filter = measured.Filter,
            },
        };
        recordings = Recordings.Unfiltered(arguments, host, arguments.Text(OutputOptions.Output));
        var baseline = arguments.Text(Baseline)!;
        var sampling = new CliSampling(recordings, host, plan, hasBy: arguments.Has(LatencyCommand.By), baseline);
        var rows = sampling.Compare([baseline], recordings.Files);
        foreach (var drift in rows is [var first, ..] ? first.Comparison!.Drift : []) host.Warn(drift);
        var after = recordings.Files is [var only] ? only : null;
        var kind = measured.Kinds is [var one, ..] ? $" --kind {one}" : "";
        var asserter = new DifferenceAsserter(plan.Threshold, $"kernel-magnifier compare {Quoted(baseline)} {Quoted(after)}{kind}");
        return rows.Count == 0 ? [asserter.Nothing()] : [.. rows.Select(asserter.Check)];
    }

    private static List<TraceAssertion> AssertCalls(Arguments arguments, CliHost host, out Recordings recordings)
    {
        var intervals = IntervalOptions.Read(arguments);
        if (intervals.Function.Count == 0)
            throw CliException.Usage($"{OfCalls.First(arguments.Has)} needs --function. Name the functions.");
        var bound = BoundOf(arguments);
        var filter = new CallFilter
        {
            Comm = intervals.Comm, ProcessId = intervals.ProcessId, Cpu = intervals.Cpu,
            Since = intervals.Since, Until = intervals.Until, ExcludeFunction = intervals.ExcludeFunction,
            ExcludeComm = intervals.ExcludeComm, ExcludeProcessId = intervals.ExcludeProcessId, ExcludeCpu = intervals.ExcludeCpu,
        };
        recordings = Recordings.Filtered(arguments, host, arguments.Text(OutputOptions.Output), filter);
        var by = CallGrouping.Function | CallGrouping.Caller | (bound.NeverIn.Count > 0 ? CallGrouping.Context : 0);
        var collector = new CallCollector(by);
        var traces = new List<TraceInfo>();
        foreach (var file in recordings.Files)
        {
            var tally = collector.NewTally();
            traces.Add(recordings.Read(file, tally));
            collector.Add(tally);
        }
        var (name, functions) = (recordings.Files is [var only] ? only : null, string.Join(',', intervals.Function));
        var next = $"kernel-magnifier calls {Quoted(name)} --function {Quoted(functions)} --by function,caller,context,task";
        return [new CallAsserter(bound, next).Check(intervals.Function, collector.Counts(), traces)];
    }

    private static CallBound BoundOf(Arguments arguments)
    {
        var counts = new[] { Called, NotCalled, CallsAtMost, CallsAtLeast }.Where(arguments.Has).ToList();
        var (most, least) = (arguments.Integer(CallsAtMost), arguments.Integer(CallsAtLeast, 1));
        if ((arguments.Has(NotCalled) && counts.Count > 1) || most < least || (arguments.Has(Called) && most == 0))
            throw CliException.Usage($"{string.Join(" and ", counts)} contradict each other. Omit one of them.");
        return new CallBound(least ?? (arguments.Has(Called) ? 1 : null), arguments.Has(NotCalled) ? 0 : most,
            [.. arguments.List(NeverIn).Select(name => Enum.Parse<ExecutionContext>(name, ignoreCase: true))]);
    }

    private static T One<T>(Arguments arguments, IEnumerable<(T Value, CliOption Option)> choices, string what)
    {
        var all = choices.ToList();
        var given = all.FindAll(choice => arguments.Has(choice.Option));
        return given.Count == 1 ? given[0].Value : throw CliException.Usage(
            $"give one {what} to assert: {string.Join(", ", all.Select(choice => choice.Option))}.");
    }

    internal static string Quoted(string? text)
        => text is null ? "FILE"
            : text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or ',' or '~') ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static CliOption Limit(string name, string help) => new(name, help) { Value = "TIME" };

    private static CliOption Call(string name, string help) => new(name, help) { Section = "Calls instead of latencies" };
}
