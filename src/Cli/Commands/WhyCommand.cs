using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Shows what the time of long intervals went to.</summary>
internal sealed class WhyCommand : Command
{
    private static readonly CliOption Above = new("above",
        "Intervals that are longer than a duration such as 5ms, or than a percentile of their kind, such as p99.9")
    { Value = "LENGTH", Default = "p99" };

    private static readonly CliOption Total = new("total", "Only all intervals together");

    /// <inheritdoc/>
    public override string Name => "why";

    /// <inheritdoc/>
    public override string Summary => "Say why intervals took so long: what ran on the CPU, what a task slept for";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        LatencyCommand.Kind, Above, Total, .. RowOptions.All, .. OutputOptions.All, .. Recordings.ReadingOptions,
        .. IntervalOptions.All.Where(option => option.Name != Above.Name),
    ];

    /// <inheritdoc/>
    public override string Description => """
        Every nanosecond of an interval goes to one share: the task itself, another task on its CPU, an interrupt or
        softirq, the exit from idle, a migration, sleep, a device, or unknown where events were lost. The table has
        the largest share of each interval, the longest interval first; all shares follow for the sum. Without --kind,
        the intervals are wake-ups.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Why the slowest wake-ups were slow", "kernel-magnifier why slow.dat"),
        ("What wake-ups of nginx above 5 ms waited for, in all", "kernel-magnifier why slow.dat --comm nginx --above 5ms --total"),
        ("The shares of each slow system call, as JSON", "kernel-magnifier why slow.dat --kind syscall --above p99.9 --json"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var (plan, floor) = PlanOf(arguments);
        var recordings = Recordings.Unfiltered(arguments, host, arguments.Text(OutputOptions.Output));
        var outliers = new OutlierReading(plan, floor);
        List<LatencyCause> causes = [.. recordings.Files.SelectMany(file => recordings.Reread(file, reader => CauseReading.Read(
            reader, [.. outliers.Read(reader, host.Cancel).Select(CauseTarget.Of)], host.Cancel)))];
        // Counts of a clock and nanoseconds have no sum.
        List<LatencyCause> totals = [.. causes.GroupBy(cause => cause.Unit).Select(some => CauseTotal.Of([.. some], outliers.Limit))];
        var (table, rows) = CauseReports.Table(!arguments.Has(Total) ? causes.OrderByDescending(cause => cause.DurationNanoseconds)
            : format == ReportFormat.Table ? [] : totals);
        var all = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, recordings.Inputs,
            (output, style) => CauseReports.Write(table, rows, totals, format, output, style));
        foreach (var warning in outliers.Warnings) host.Warn(warning);
        if (table.Rows.Count < all) host.Report($"{table.Rows.Count} of {all} rows");
        return LatencyCommand.Report(arguments, host, outliers.Collector, causes.Count);
    }

    private static (LatencyPlan Plan, IntervalFloor Floor) PlanOf(Arguments arguments)
    {
        var plan = LatencyCommand.PlanOf(arguments);
        if (plan.Kinds.Count == 0) plan = plan with { Kinds = [IntervalKind.Wakeup] };
        var text = arguments.Text(Above) ?? "";
        var floor = IntervalFloor.Parse(text) ?? throw CliException.Usage($"{Above} takes {IntervalFloor.Expected}, not '{text}'.");
        return floor.Length >= plan.Filter.Below
            ? throw CliException.Usage($"{Above} is not less than --below, so that no interval can pass.") : (plan, floor);
    }
}
