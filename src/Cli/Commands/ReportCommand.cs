using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Writes reports of call counts.</summary>
internal sealed class ReportCommand : Command
{
    private static readonly CliOption Output = new("output",
        $"The file to write. Its extension selects the format: {string.Join(' ', CallReportExporter.Formats)}")
    {
        Value = "FILE", Short = 'o', IsFile = true,
    };

    private static readonly CliOption Title = new("title",
        "The title. The default contains the name of the recording")
    { Value = "TEXT" };

    private static readonly CliOption Top = new("top",
        "Write at most N rows of each table, or N bars. The default is 1,000 rows in .md and .html, all rows in .csv and .json, "
        + "and 30 bars")
    { Value = "N" };

    /// <inheritdoc/>
    public override string Name => "report";

    /// <inheritdoc/>
    public override string Summary => "Write call counts as a web page, Markdown, CSV, JSON or a chart";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Output, CallsCommand.By, Title, Top, OutputOptions.NoClobber, OutputOptions.Force, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        .html, .md and .json contain a summary of the recordings and tables of functions, edges, tasks and contexts. With
        --by, the table of these counts comes first. .csv contains the first table only. .png, .svg and .pdf are a chart of
        the largest counts; they need gnuplot (apt-get install gnuplot-nox).
        Only the PowerShell module writes Excel workbooks: Import-KmTrace FILE | Measure-KmCall | Export-KmReport calls.xlsx
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("All tables, as a web page", "kernel-magnifier report trace.dat -o calls.html"),
        ("A chart of the 35 functions called most", "kernel-magnifier report trace.dat -o function-calls.png --top 35"),
        ("The tasks that called TCP functions, for a ticket",
            "kernel-magnifier report trace.dat --function 'tcp_*' --by task -o tasks.md"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(Output) is not { } path) throw CliException.Usage($"{Output} {Output.Value} is required.");
        if (Path.GetExtension(path).Equals(CallReportExporter.Workbook, StringComparison.OrdinalIgnoreCase))
            throw CliException.Usage($"{Output}: only the PowerShell module writes Excel workbooks: "
                + $"Import-KmTrace FILE | Measure-KmCall | Export-KmReport {path}. "
                + $"This command writes {string.Join(' ', CallReportExporter.Formats)}.");
        GraphCommand.RequireFormat(Output, path, CallReportExporter.Formats);
        var top = (int?)arguments.Integer(Top, 1, int.MaxValue);
        var force = !arguments.Has(OutputOptions.NoClobber);
        OutputFile.Check(path, force);
        var recordings = Recordings.Of(arguments, host, path);
        var collector = new CallCollector(CallsCommand.Grouping(arguments), forReport: true);
        foreach (var file in recordings.Files)
        {
            var tally = collector.NewTally();
            recordings.Read(file, tally);
            collector.Add(tally);
        }
        var counts = collector.Counts();
        if (counts.Count == 0) throw recordings.Nothing("report");
        ReportExport written;
        using (var progress = new ProgressBar(host))
            written = CallReportExporter.Export(
                counts, path, arguments.Text(Title), top, force, null, progress.ForDrawing(), host.Cancel);
        if (written.Note is not null)
            host.Report(written.Note + (written.OmittedRows > 0 ? $" {Top} sets how many are listed." : ""));
        return ExitCode.Ok;
    }
}
