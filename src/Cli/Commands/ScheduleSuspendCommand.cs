using KernelMagnifier.Cli.CommandLine;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Suspends a schedule.</summary>
internal sealed class ScheduleSuspendCommand : Command
{
    private static readonly CliOption Reason = new("reason", "Why; the records of its runs have it") { Value = "TEXT" };

    /// <inheritdoc/>
    public override string Name => "schedule suspend";

    /// <inheritdoc/>
    public override string Summary => "Have the runs of a schedule measure nothing, and leave records that say why";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Reason];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("During a load test", "sudo kernel-magnifier schedule suspend hourly-latency --reason 'load test until Friday'"),
        ("The runs that did not measure since",
            "kernel-magnifier log /var/log/kernel-magnifier/hourly-latency.ndjson --status Suspended"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var name = ScheduleOptions.NameOf(arguments);
        _ = ScheduleOptions.Registry.Suspend(name, arguments.Text(Reason) ?? throw CliException.Usage($"give a {Reason}."));
        return ExitCode.Ok;
    }
}
