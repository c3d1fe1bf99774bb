using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Tells what recordings are.</summary>
internal sealed class InfoCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "info";

    /// <inheritdoc/>
    public override string Summary => "Show what a recording is: format, kernel, calls, what was lost";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [.. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        The numbers are those of the whole recording, whatever the filters; what the filters leave is told apart
        (selectedCalls, functions, edges, tasks). --format json writes an object for one recording and an array
        for several; jsonl writes one object per line in both cases.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("What is this file?", "kernel-magnifier info trace.dat"),
        ("How many calls, for a script", "kernel-magnifier info kernel-magnifier.data --json | jq .events"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var recordings = Recordings.Of(arguments, host);
        var selection = recordings.ReadSelection();
        var all = new List<(TraceInfo, TraceSelection)>();
        var exit = ExitCode.Ok;
        foreach (var file in recordings.Files)
        {
            try
            {
                var tally = new CallTally(CallGrouping.Edge, CallGrouping.Task);
                var trace = selection is null
                    ? recordings.Read(file, tally, recordings.Filter)
                    : recordings.Read(file, new SelectedCalls(tally, selection), recordings.FilterOfCalls);
                var edges = tally.ToGraph().Edges;
                all.Add((trace, new TraceSelection(
                    tally.Calls, edges.SelectMany(e => new[] { (e.Caller, e.CallerModule), (e.Callee, e.CalleeModule) }).Where(f => f.Item1.Length > 0).Distinct().Count(),
                    edges.Count, tally.Counts(CallGrouping.Task).Count)));
            }
            catch (KernelMagnifierException error) when (recordings.Files.Count > 1)
            {
                // One bad file among many is said, and the others are shown.
                host.Say(error.Message);
                exit = ExitCode.BadInput;
            }
        }
        if (all.Count > 0) OutputOptions.Write(arguments, host, (output, style) => TraceInfoReport.Write(all, format, output, style));
        return exit;
    }
}
