using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Charts;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Draws charts of latencies.</summary>
internal sealed class ChartCommand : Command
{
    private static readonly CliOption Output = new("output",
        $"The file to write. Its extension selects the format: {string.Join(' ', ChartExporter.Formats)}")
    {
        Value = "FILE", Short = 'o', IsFile = true,
    };

    private static readonly CliOption Type = new("type", "What the chart shows")
    {
        Value = "TYPE", Choices = ["histogram", "cdf", "heatmap", "percentiles"], Default = "histogram",
    };

    private static readonly CliOption Format = new("format", "The format, whatever the extension")
    {
        Value = "FORMAT", Choices = [.. ChartExporter.Formats.Select(f => f[1..])],
    };

    private static readonly CliOption Title = new("title",
        "The title. The default contains the kind and the name of the recording")
    { Value = "TEXT" };

    private static readonly CliOption Top = new("top", "Draw at most N latencies, those with the most intervals")
    { Value = "N", Default = "6" };

    /// <inheritdoc/>
    public override string Name => "chart";

    /// <inheritdoc/>
    public override string Summary => "Draw how long things took: a histogram, or a heat map over time";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Output, Type, LatencyCommand.Kind, LatencyCommand.By, Format, Title, Top, OutputOptions.NoClobber, OutputOptions.Force,
        .. Recordings.ReadingOptions, .. IntervalOptions.All,
    ];

    /// <inheritdoc/>
    public override string Description => """
        histogram shows how many intervals have which length, cdf the share that is at most so long, heatmap the
        lengths over time, and percentiles the median, p90, p99 and the longest one over time. .png and .pdf need
        gnuplot (apt-get install gnuplot-nox). kernel-magnifier latency lists the kinds.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("How long woken tasks waited for a CPU, over time",
            "kernel-magnifier chart trace.dat --kind wakeup --type heatmap -o wakeup.svg"),
        ("The system calls of nginx, as a page",
            "kernel-magnifier chart trace.dat --kind syscall --by syscall --comm nginx -o syscalls.html"),
        ("Two recordings in one plot",
            "kernel-magnifier chart before.dat after.dat --kind wakeup --by recording --type cdf -o compare.svg"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(Output) is not { } path) throw CliException.Usage($"{Output} {Output.Value} is required.");
        if (!arguments.Has(Format)) GraphCommand.RequireFormat(Output, path, ChartExporter.Formats);
        var force = !arguments.Has(OutputOptions.NoClobber);
        OutputFile.Check(path, force);
        var plan = LatencyCommand.PlanOf(arguments) with { CountsOverTime = true, Worst = 0 };
        var recordings = Recordings.Unfiltered(arguments, host, path);
        var collector = LatencyCommand.Read(recordings, plan);
        foreach (var warning in collector.Warnings()) host.Warn(warning);
        if (collector.Count == 0) return LatencyCommand.Report(arguments, host, collector, 0, mustExist: true);
        var options = new ChartOptions
        {
            Kind = Enum.Parse<ChartKind>(arguments.Text(Type)!, ignoreCase: true), Title = arguments.Text(Title),
            Format = arguments.Text(Format), Top = (int)arguments.Integer(Top, 1, ChartExporter.MostSeries)!, Force = force,
            Doubt = Losses.OfIntervals(collector.Traces), Inputs = recordings.Inputs,
        };
        ChartExport written;
        using (var progress = new ProgressBar(host))
            written = ChartExporter.Export(
                [.. collector.Latencies().Select(LatencySeries.Of)], path, options, progress.ForDrawing(), host.Cancel);
        if (written.Note is not null)
            host.Report(written.OmittedSeries == 0 ? written.Note : $"{written.Note} {Top} sets how many are drawn.");
        return LatencyCommand.Report(arguments, host, collector, collector.Count);
    }
}
