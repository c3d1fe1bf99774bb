using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Shows a schedule.</summary>
internal sealed class ScheduleShowCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "schedule show";

    /// <inheritdoc/>
    public override string Summary => "Show a schedule: its state, its last run, its files and their problems";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [ScheduleOptions.Json];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Everything about one", "sudo kernel-magnifier schedule show hourly-latency"),
        ("For a script", "sudo kernel-magnifier schedule show hourly-latency --json"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var schedule = ScheduleOptions.Registry.Get(ScheduleOptions.NameOf(arguments));
        host.Write(arguments.Has(ScheduleOptions.Json) ? Encoding.UTF8.GetString(ScheduleReports.Json([schedule]))
            : ScheduleReports.List(schedule));
        return ExitCode.Ok;
    }
}
