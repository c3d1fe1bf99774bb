using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Lists the calls of recordings, one per line.</summary>
internal sealed class EventsCommand : Command
{
    private static readonly CliOption Top = RowOptions.Top with { Help = "List at most N calls" };

    /// <inheritdoc/>
    public override string Name => "events";

    /// <inheritdoc/>
    public override string Summary => "List the calls of recordings in time order, one per line";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Top, RowOptions.FailIfEmpty, .. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        CSV and JSON have these columns, in this order: timestamp, cpu, processId, threadGroupId, comm, context, function,
        module, caller, callerModule, callerSourceFile, callerSourceLine, sourceFile, sourceLine, duration, selfDuration
        (microseconds), depth, recording. Several recordings are listed one after the other.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The calls of one process on CPU 1", "kernel-magnifier events trace.dat --pid 4711 --cpu 1"),
        ("The first hundred calls from second 12.5 on, as one JSON object per line",
            "kernel-magnifier events trace.dat --since 12.5 --top 100 --format jsonl"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var limit = arguments.Integer(Top, 1) ?? long.MaxValue;
        var recordings = Recordings.Of(arguments, host, arguments.Text(OutputOptions.Output));
        var isEmpty = false;
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) =>
        {
            using var full = CancellationTokenSource.CreateLinkedTokenSource(host.Cancel);
            var listing = new CallListing(output, format, style, limit) { Full = full.Cancel };
            try
            {
                foreach (var file in recordings.Files) recordings.Read(file, listing, full.Token);
            }
            catch (OperationCanceledException) when (listing.IsFull && !host.Cancel.IsCancellationRequested)
            {
                // The limit was reached.
            }
            catch (KernelMagnifierException) when (listing.Written > 0)
            {
                // The calls before the error are listed, then the error is reported.
                listing.Finish();
                throw;
            }
            listing.Finish();
            isEmpty = listing.Written == 0;
        });
        return isEmpty ? RowOptions.ReportEmpty(arguments, host, recordings) : ExitCode.Ok;
    }
}
