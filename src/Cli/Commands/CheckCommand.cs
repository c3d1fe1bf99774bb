using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Latency;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Says what can be trusted in recordings.</summary>
internal sealed class CheckCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "check";

    /// <inheritdoc/>
    public override string Summary => "Say what can be trusted in recordings: losses, what can be measured, self-checks";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [.. OutputOptions.All, .. Recordings.ReadingOptions];

    /// <inheritdoc/>
    public override string Description => """
        The verdict is Complete if nothing is missing and all checks passed, Incomplete if events were lost, a CPU was
        not seen or the recording is damaged, and Contradictory if a check failed. The exit code is 0 if all
        recordings are Complete, else 1. --format csv writes a row for each check.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What can be trusted in a recording", "kernel-magnifier check trace.dat"),
        ("The kinds of intervals that cannot be measured",
            "kernel-magnifier check trace.dat --json | jq '.kinds[] | select(.canMeasure | not)'"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var recordings = Recordings.Of(arguments, host, arguments.Text(OutputOptions.Output));
        var all = new List<TraceCheck>();
        var exit = ExitCode.Ok;
        foreach (var file in recordings.Files)
        {
            try
            {
                all.Add(recordings.Check(file));
            }
            catch (KernelMagnifierException error) when (recordings.Files.Count > 1)
            {
                // The other recordings are checked nevertheless.
                host.Report(ErrorText.Of(error, this));
                exit = ExitCode.BadInput;
            }
        }
        if (all.Count > 0)
            OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) => TraceCheckReport.Write(all, format, output, style));
        return all.TrueForAll(check => check.IsComplete) ? exit : ExitCode.BadInput;
    }
}
