using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Counts who called whom.</summary>
internal sealed class EdgesCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "edges";

    /// <inheritdoc/>
    public override string Summary => "Count who called whom";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [.. RowOptions.All, .. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => "Counts of several recordings are added up. The most frequent come first.";

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("Who calls the functions of TCP", "kernel-magnifier edges trace.dat --function 'tcp_*'"),
        ("Everything below tcp_sendmsg, three calls deep", "kernel-magnifier edges trace.dat --root tcp_sendmsg --depth 3"),
        ("Edges taken more than a hundred times, for a spreadsheet", "kernel-magnifier edges trace.dat --min-count 101 --csv -o edges.csv"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var table = CallReports.Edges(Recordings.Of(arguments, host).ReadGraph());
        var rows = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, (output, style) => ReportWriter.Write(table, format, output, style));
        if (rows == 0) host.Say("no call passes the filter");
        else if (table.Rows.Count < rows) host.Say($"{table.Rows.Count} of {rows} rows");
        return ExitCode.Ok;
    }
}
