using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Counts the calls of each call edge.</summary>
internal sealed class EdgesCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "edges";

    /// <inheritdoc/>
    public override string Summary => "Count the calls between each caller and callee";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [.. RowOptions.All, .. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => "Counts of several recordings are summed. The largest count comes first.";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The callers of TCP functions", "kernel-magnifier edges trace.dat --function 'tcp_*'"),
        ("The functions that tcp_sendmsg calls, to a depth of three",
            "kernel-magnifier edges trace.dat --root tcp_sendmsg --depth 3"),
        ("Edges with more than a hundred calls, for a spreadsheet",
            "kernel-magnifier edges trace.dat --min-count 101 --csv -o edges.csv"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var recordings = Recordings.Of(arguments, host, arguments.Text(OutputOptions.Output));
        var graph = recordings.ReadGraph();
        if (format == ReportFormat.Csv && !RowOptions.AreGiven(arguments)) return WriteAll(graph, arguments, host, recordings);
        var table = CallReports.Edges(graph);
        var rows = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) => ReportWriter.Write(table, format, output, style));
        return RowOptions.ReportRows(arguments, host, recordings, table.Rows.Count, rows);
    }

    private static int WriteAll(CallGraph graph, Arguments arguments, CliHost host, Recordings recordings)
    {
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) =>
        {
            if (!CallReports.TryWriteCsv(graph, output, style))
                ReportWriter.Write(CallReports.Edges(graph), ReportFormat.Csv, output, style);
        });
        return RowOptions.ReportRows(arguments, host, recordings, graph.Edges.Count, graph.Edges.Count);
    }
}
