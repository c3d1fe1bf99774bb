using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Writes counts of calls as a report: a page, a text, a chart.</summary>
internal sealed class ReportCommand : Command
{
    private static readonly CliOption Output = new("output", $"The report; its extension chooses the format: {string.Join(' ', CallReportExporter.Formats)}") { Value = "FILE", Short = 'o', IsFile = true };
    private static readonly CliOption Title = new("title", "The heading; without it one made of the recording's name") { Value = "TEXT" };
    private static readonly CliOption Top = new("top", "At most so many rows of each table, or bars; without it 1,000 rows of .md and .html, 30 bars, all of .csv and .json") { Value = "N" };

    /// <inheritdoc/>
    public override string Name => "report";

    /// <inheritdoc/>
    public override string Summary => "Write counts as a page, Markdown, CSV, JSON or a chart";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Output, CallsCommand.By, Title, Top, OutputOptions.NoClobber, OutputOptions.Force, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        .html, .md and .json hold a summary of the recordings and tables of functions, edges, tasks and contexts; with --by,
        what was counted by comes first. .csv holds that first table alone. .png, .svg and .pdf are a chart of the largest
        counts, which gnuplot draws: apt-get install gnuplot-nox
        Excel workbooks (.xlsx) are the module's: Import-KmTrace FILE | Measure-KmCall | Export-KmReport calls.xlsx in pwsh.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("Everything about the calls of a recording, as a page", "kernel-magnifier report trace.dat -o calls.html"),
        ("A chart of the 35 functions called most", "kernel-magnifier report trace.dat -o function-calls.png --top 35"),
        ("Which tasks called into TCP, for a ticket", "kernel-magnifier report trace.dat --function 'tcp_*' --by task -o tasks.md"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(Output) is not { } path) throw CliException.Usage($"{Output} is missing: where should the report go?");
        if (Path.GetExtension(path).Equals(CallReportExporter.Workbook, StringComparison.OrdinalIgnoreCase))
            throw CliException.Usage($"{Output}: Excel workbooks are written by the module, in pwsh: Import-KmTrace FILE | Measure-KmCall | Export-KmReport {path}. This command writes {string.Join(' ', CallReportExporter.Formats)}.");
        GraphCommand.RequireFormat(Output, path, CallReportExporter.Formats);
        var top = (int?)arguments.Integer(Top, 1, int.MaxValue);
        var force = !arguments.Has(OutputOptions.NoClobber);
        OutputFile.Check(path, force);
        var recordings = Recordings.Of(arguments, host);
        var collector = new CallCollector(CallsCommand.Grouping(arguments), forReport: true);
        var selection = recordings.ReadSelection();
        foreach (var file in recordings.Files)
        {
            var tally = collector.NewTally();
            if (selection is null) recordings.Read(file, tally, recordings.Filter);
            else recordings.Read(file, new SelectedCalls(tally, selection), recordings.FilterOfCalls);
            collector.Add(tally);
        }
        var counts = collector.Counts();
        if (counts.Count == 0) throw new CliException(ExitCode.BadInput, "no call passes the filter: there is nothing to report.");
        ReportExport written;
        using (var progress = new ProgressBar(host))
            written = CallReportExporter.Export(counts, path, arguments.Text(Title), top, force, null, progress.ForDrawing(), host.Cancel);
        if (written.Note is not null) host.Say(written.Note + (written.OmittedRows > 0 ? $" {Top} sets how many are listed." : ""));
        return ExitCode.Ok;
    }
}
