using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Describes recordings.</summary>
internal sealed class InfoCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "info";

    /// <inheritdoc/>
    public override string Summary => "Describe recordings: format, kernel, number of calls, lost events";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [.. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        The numbers are those of the whole recording; filters affect selectedCalls, functions, edges and tasks only.
        --format json writes an object for one recording and an array for several; --format jsonl writes one object
        per line in both cases.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The description of a recording", "kernel-magnifier info trace.dat"),
        ("The number of calls, for a script", "kernel-magnifier info kernel-magnifier.data --json | jq .calls"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var recordings = Recordings.Of(arguments, host, arguments.Text(OutputOptions.Output));
        var all = new List<(TraceInfo, TraceSelection)>();
        var exit = ExitCode.Ok;
        foreach (var file in recordings.Files)
        {
            try
            {
                var tally = new CallTally(CallGrouping.Edge, CallGrouping.Task);
                all.Add((recordings.Read(file, tally), SelectionOf(tally)));
            }
            catch (KernelMagnifierException error) when (recordings.Files.Count > 1)
            {
                // The other recordings are described nevertheless.
                host.Report(ErrorText.Of(error, this));
                exit = ExitCode.BadInput;
            }
        }
        if (all.Count > 0)
            OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) => TraceInfoReport.Write(all, format, output, style));
        return exit;
    }

    private static TraceSelection SelectionOf(CallTally tally)
    {
        var edges = tally.ToGraph().Edges;
        var callers = edges.Select(e => (Name: e.Caller, Module: e.CallerModule));
        var callees = edges.Select(e => (Name: (string?)e.Callee, Module: e.CalleeModule));
        var functions = callers.Union(callees).Count(f => f.Name is not null);
        var tasks = tally.Counts(CallGrouping.Task).Count(t => t.Comm is not null || t.ProcessId is not null);
        return new TraceSelection(tally.Calls, functions, edges.Count, tasks);
    }
}
