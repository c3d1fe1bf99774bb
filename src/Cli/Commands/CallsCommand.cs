using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Counts calls.</summary>
internal sealed class CallsCommand : Command
{
    /// <summary>What to count by.</summary>
    public static readonly CliOption By = new("by", "What to count by, where several values count each combination")
    {
        Value = "WHAT", IsList = true, Choices = ["function", "caller", "task", "context", "cpu", "recording", "none"],
    };

    /// <inheritdoc/>
    public override string Name => "calls";

    /// <inheritdoc/>
    public override string Summary => "Count calls by function, caller, task, execution context, CPU or recording";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [By, .. RowOptions.All, .. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        Without --by, calls are counted by function. Counts of several recordings are summed. The largest count comes
        first.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The thirty functions called most", "kernel-magnifier calls trace.dat --top 30"),
        ("Calls of TCP functions by execution context", "kernel-magnifier calls trace.dat --function 'tcp_*' --by context"),
        ("Calls by task, as CSV", "kernel-magnifier calls trace.dat --by task --csv -o tasks.csv"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var by = Grouping(arguments);
        var recordings = Recordings.Of(arguments, host, arguments.Text(OutputOptions.Output));
        var table = Count(recordings, by);
        var rows = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) => ReportWriter.Write(table, format, output, style));
        return RowOptions.ReportRows(arguments, host, recordings, table.Rows.Count, rows);
    }

    /// <summary>Returns the value of <see cref="By"/>; by function if it was not given.</summary>
    public static CallGrouping Grouping(Arguments arguments)
    {
        var by = arguments.List(By).Aggregate(CallGrouping.None, (all, name) => all | name switch
        {
            "caller" => CallGrouping.Caller,
            "task" => CallGrouping.Task,
            "context" => CallGrouping.Context,
            "cpu" => CallGrouping.Cpu,
            "recording" => CallGrouping.Recording,
            "none" => CallGrouping.None,
            _ => CallGrouping.Function,
        });
        return by == CallGrouping.None && !arguments.Has(By) ? CallGrouping.Function : by;
    }

    private static ReportTable Count(Recordings recordings, CallGrouping by)
    {
        // Counts that edges contain need one reading, even for a filter that needs the whole graph.
        if ((by & ~CallGrouping.Edge) == 0 && recordings.Filter.NeedsGraph)
            return CallReports.Calls(recordings.ReadGraph(), by);
        var counts = new List<FunctionCallCount>();
        foreach (var file in recordings.Files)
        {
            var tally = new CallTally(by);
            recordings.Read(file, tally);
            counts.AddRange(tally.Counts(by));
        }
        return CallReports.Calls(counts, by);
    }
}
