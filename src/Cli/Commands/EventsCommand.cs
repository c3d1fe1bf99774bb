using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Lists calls one by one.</summary>
internal sealed class EventsCommand : Command
{
    private static readonly CliOption Top = RowOptions.Top with { Help = "Only the first so many calls" };

    /// <inheritdoc/>
    public override string Name => "events";

    /// <inheritdoc/>
    public override string Summary => "List every call in time order";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Top, .. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        The columns of CSV and JSON, in this order: time, cpu, pid, tgid, comm, context, function, module, caller,
        callerModule, sourceFile, sourceLine, duration (microseconds), depth. Several recordings follow each other.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("What one process did on CPU 1", "kernel-magnifier events trace.dat --pid 4711 --cpu 1"),
        ("The first hundred calls after second 12.5, one JSON object per line", "kernel-magnifier events trace.dat --since 12.5 --top 100 --format jsonl"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var limit = arguments.Integer(Top, 1) ?? long.MaxValue;
        var recordings = Recordings.Of(arguments, host);
        var selection = recordings.ReadSelection();
        OutputOptions.Write(arguments, host, (output, style) =>
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(host.Cancel);
            var report = new CallListing(output, format, style, limit) { Full = enough.Cancel };
            try
            {
                foreach (var file in recordings.Files)
                {
                    if (selection is null) recordings.Read(file, report, recordings.Filter, enough.Token);
                    else recordings.Read(file, new SelectedCalls(report, selection), recordings.FilterOfCalls, enough.Token);
                }
            }
            catch (OperationCanceledException) when (report.IsFull && !host.Cancel.IsCancellationRequested)
            {
                // Enough calls were seen.
            }
            catch (KernelMagnifierException) when (report.Written > 0)
            {
                // What came before the break is shown, then the break is told.
                report.Finish();
                throw;
            }
            report.Finish();
            if (report.Written == 0) host.Say("no call passes the filter");
        });
        return ExitCode.Ok;
    }
}
