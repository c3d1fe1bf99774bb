using KernelMagnifier.Cli.CommandLine;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Ends the suspension of a schedule.</summary>
internal sealed class ScheduleResumeCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "schedule resume";

    /// <inheritdoc/>
    public override string Summary => "End the suspension of a schedule";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("After the load test", "sudo kernel-magnifier schedule resume hourly-latency"),
        ("See that it is active", "sudo kernel-magnifier schedule list hourly-latency"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        _ = ScheduleOptions.Registry.Resume(ScheduleOptions.NameOf(arguments));
        return ExitCode.Ok;
    }
}
