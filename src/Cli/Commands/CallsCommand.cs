using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Counts calls.</summary>
internal sealed class CallsCommand : Command
{
    /// <summary>What to count by.</summary>
    public static readonly CliOption By = new("by", "What to count by; several count each combination")
    {
        Value = "WHAT", IsList = true, Choices = ["function", "caller", "task", "context", "cpu"],
    };

    /// <inheritdoc/>
    public override string Name => "calls";

    /// <inheritdoc/>
    public override string Summary => "Count calls, by function or by whatever else";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [By, .. RowOptions.All, .. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => "Without --by, per function. Counts of several recordings are added up. Most calls come first.";

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("The thirty hottest functions", "kernel-magnifier calls trace.dat --top 30"),
        ("Where the calls of TCP run: task, softirq or hardirq", "kernel-magnifier calls trace.dat --function 'tcp_*' --by context"),
        ("Per task, as CSV", "kernel-magnifier calls trace.dat --by task --csv -o tasks.csv"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var by = Grouping(arguments);
        var recordings = Recordings.Of(arguments, host);
        var table = Count(recordings, by);
        var rows = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, (output, style) => ReportWriter.Write(table, format, output, style));
        if (rows == 0) host.Say("no call passes the filter");
        else if (table.Rows.Count < rows) host.Say($"{table.Rows.Count} of {rows} rows");
        return ExitCode.Ok;
    }

    /// <summary>What the arguments ask to count by; per function when they do not say.</summary>
    public static CallGrouping Grouping(Arguments arguments)
    {
        var by = arguments.List(By).Aggregate(CallGrouping.None, (all, name) => all | name switch
        {
            "caller" => CallGrouping.Caller,
            "task" => CallGrouping.Task,
            "context" => CallGrouping.Context,
            "cpu" => CallGrouping.Cpu,
            _ => CallGrouping.Function,
        });
        return by == CallGrouping.None ? CallGrouping.Function : by;
    }

    private static ReportTable Count(Recordings recordings, CallGrouping by)
    {
        // What the edges tell takes one reading even where a root or a minimum count must be judged first.
        if ((by & ~CallGrouping.Edge) == 0 && recordings.Filter.NeedsGraph) return CallReports.Calls(recordings.ReadGraph(), by);
        var selection = recordings.ReadSelection();
        var counts = new List<FunctionCallCount>();
        foreach (var file in recordings.Files)
        {
            var tally = new CallTally(by);
            if (selection is null) recordings.Read(file, tally, recordings.Filter);
            else recordings.Read(file, new SelectedCalls(tally, selection), recordings.FilterOfCalls);
            counts.AddRange(tally.Counts(by));
        }
        return CallReports.Calls(counts, by);
    }
}
