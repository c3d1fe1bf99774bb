using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Latency;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Rendering.Trees;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Measures how long things took: intervals between kernel events.</summary>
internal sealed class LatencyCommand : Command
{
    /// <summary>The kinds of intervals.</summary>
    public static readonly CliOption Kind = new("kind", "The kinds, which can contain * and ?")
    {
        Value = "KIND", IsList = true, Suggestions = IntervalKinds.Names,
    };

    /// <summary>What to measure by.</summary>
    public static readonly CliOption By = new("by", "What to measure by, where several values give each combination")
    {
        Value = "WHAT", IsList = true,
        Choices = ["task", "cpu", "syscall", "irq", "vector", "function", "device", "key", "recording"],
    };

    private static readonly CliOption Every = new("every", "A row for each such time range, such as 1s") { Value = "TIME" };
    private static readonly CliOption Intervals = new("intervals", "List the intervals instead, one per line");
    private static readonly CliOption Histogram = new("histogram", "Draw each latency as bars instead, for the terminal");
    private static readonly CliOption Ascii = new("ascii", "With --histogram, use ASCII characters only");
    private static readonly CliOption Worst = new("worst", "How many of the longest intervals JSON has in each row")
    { Value = "N", Default = "3" };

    /// <inheritdoc/>
    public override string Name => "latency";

    /// <inheritdoc/>
    public override string Summary => "Measure how long things took: wake-ups, system calls, interrupts and more";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Kind, By, Every, Intervals, Histogram, Ascii, Worst, .. RowOptions.All, .. OutputOptions.All, .. Recordings.ReadingOptions,
        .. IntervalOptions.All,
    ];

    /// <inheritdoc/>
    public override string Description => $"""
        Kinds: {string.Join(", ", IntervalKinds.Names.Take(8))},
        {string.Join(", ", IntervalKinds.Names.Skip(8).Take(8))},
        {string.Join(", ", IntervalKinds.Names.Skip(16))}.
        Without --kind, every kind that the recordings can tell. Kinds contain each other, so sums of several mean nothing.
        Times are written as 5ms, 200us, 1.5s or 2 (seconds).
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Every kind that the recording can tell", "kernel-magnifier latency trace.dat"),
        ("The tasks that waited longest for a CPU",
            "kernel-magnifier latency trace.dat --kind wakeup --by task --sort p99Nanoseconds --top 10"),
        ("System calls of nginx that took more than 5 ms",
            "kernel-magnifier latency trace.dat --kind syscall --comm nginx --above 5ms --intervals"),
        ("Interrupts by second, as JSON", "kernel-magnifier latency trace.dat --kind irq --by irq --every 1s --json"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var plan = PlanOf(arguments);
        var recordings = Recordings.Unfiltered(arguments, host, arguments.Text(OutputOptions.Output));
        return arguments.Has(Intervals)
            ? List(arguments, host, plan, recordings, format) : Measure(arguments, host, plan, recordings, format);
    }

    private static int Measure(Arguments arguments, CliHost host, LatencyPlan plan, Recordings recordings, ReportFormat format)
    {
        var collector = Read(recordings, plan);
        if (arguments.Has(Histogram)) return Draw(arguments, host, recordings, collector);
        var (table, rows) = LatencyReports.Table(collector.Latencies(), plan.By.HasFlag(LatencyGrouping.Recording));
        var all = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, recordings.Inputs,
            (output, style) => LatencyReports.Write(table, rows, format, output, style));
        foreach (var warning in collector.Warnings()) host.Warn(warning);
        if (all > 0 && table.Rows.Count < all) host.Report($"{table.Rows.Count} of {all} rows");
        return Report(arguments, host, collector, collector.Count);
    }

    /// <summary>Measures the recordings.</summary>
    public static LatencyCollector Read(Recordings recordings, LatencyPlan plan)
    {
        var collector = new LatencyCollector(plan);
        foreach (var file in recordings.Files)
        {
            var tally = new LatencyTally(collector);
            recordings.Read(file, new IntervalBuilder(tally));
            collector.Add(tally);
        }
        return collector;
    }

    private static int Draw(Arguments arguments, CliHost host, Recordings recordings, LatencyCollector collector)
    {
        var isUnicode = !arguments.Has(Ascii) && CallTreeOptions.TerminalHasUnicode(Environment.GetEnvironmentVariable);
        var histogram = new HistogramText(host.OutputIsTerminal ? host.Width : HistogramText.DefaultWidth, isUnicode);
        var limit = RowOptions.Limit(arguments);
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, _) =>
        {
            using var text = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            var written = 0L;
            foreach (var series in LatencySeries.ByRecording(
                [.. collector.Latencies().Where(latency => latency.Count > 0).Select(LatencySeries.Of)]))
            {
                if (written >= limit) break;
                if (written++ > 0) text.WriteLine();
                foreach (var line in histogram.Lines(series)) text.WriteLine(line);
            }
        });
        foreach (var warning in collector.Warnings()) host.Warn(warning);
        return Report(arguments, host, collector, collector.Count);
    }

    private static int List(Arguments arguments, CliHost host, LatencyPlan plan, Recordings recordings, ReportFormat format)
    {
        foreach (var option in new[] { By, Every, Worst, Histogram })
            if (arguments.Has(option))
                throw CliException.Usage($"{Intervals} lists intervals, so {option} has no effect. Omit one of them.");
        var collector = new LatencyCollector(plan);
        var limit = RowOptions.Limit(arguments);
        var written = 0L;
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) =>
        {
            using var full = CancellationTokenSource.CreateLinkedTokenSource(host.Cancel);
            var listing = new IntervalListing(output, format, style, limit) { Full = full.Cancel };
            try
            {
                foreach (var file in recordings.Files)
                {
                    var selection = new IntervalSelection(plan, collector.Lists, listing.Add);
                    recordings.Read(file, new IntervalBuilder(selection), full.Token);
                    collector.Add(selection);
                }
            }
            catch (OperationCanceledException) when (listing.IsFull && !host.Cancel.IsCancellationRequested)
            {
                // The limit was reached.
            }
            listing.Finish();
            written = listing.Written;
        });
        foreach (var warning in collector.Warnings()) host.Warn(warning);
        return Report(arguments, host, collector, written);
    }

    /// <summary>Reports names of the filter that match nothing, and a result without intervals. Returns the exit code.</summary>
    public static int Report(
        Arguments arguments, CliHost host, LatencyCollector collector, long count, bool mustExist = false)
    {
        foreach (var (property, value) in collector.Lists.Unmatched())
            host.Warn($"{FilterOptions.NameOf(property)} {value} matches nothing in the recordings");
        if (count > 0) return ExitCode.Ok;
        if (collector.NoInterval is { } reason)
            host.Report(collector.Plan.Filter.IsEmpty ? $"{reason}. kernel-magnifier info describes them." : $"{reason}.");
        return mustExist || RowOptions.FailsIfEmpty(arguments) ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <summary>The plan that the options name.</summary>
    public static LatencyPlan PlanOf(Arguments arguments)
    {
        var kinds = new List<IntervalKind>();
        foreach (var pattern in arguments.List(Kind))
        {
            kinds.AddRange(IntervalKinds.Find(pattern) ?? throw CliException.Usage(
                $"{Kind} does not accept '{pattern}'. Use one of: {string.Join(", ", IntervalKinds.Names)}."));
        }
        var plan = new LatencyPlan
        {
            Kinds = kinds,
            By = arguments.List(By).Aggregate(
                LatencyGrouping.None, (all, name) => all | Enum.Parse<LatencyGrouping>(name, ignoreCase: true)),
            Every = IntervalOptions.Duration(arguments, Every, least: 1),
            Worst = (int)arguments.Integer(Worst, 0, 1000)!,
            Filter = IntervalOptions.Read(arguments),
        };
        return plan.Contradiction(Kind.ToString(), By.ToString()) is var (cause, action)
            ? throw CliException.Usage($"{cause} {action}") : plan;
    }
}
