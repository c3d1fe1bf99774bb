using KernelMagnifier.Cli.CommandLine;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Removes a schedule.</summary>
internal sealed class ScheduleRemoveCommand : Command
{
    private static readonly CliOption Force = new("force", "Remove files too that somebody changed") { Short = 'f' };

    /// <inheritdoc/>
    public override string Name => "schedule remove";

    /// <inheritdoc/>
    public override string Summary => "Remove a schedule and its files; its logs stay";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Force];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Measure no more", "sudo kernel-magnifier schedule remove hourly-latency"),
        ("Although a unit was edited by hand", "sudo kernel-magnifier schedule remove hourly-latency --force"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var name = ScheduleOptions.NameOf(arguments);
        foreach (var problem in ScheduleOptions.Registry.Unregister(name, arguments.Has(Force)).Problems) host.Warn(problem);
        return ExitCode.Ok;
    }
}
