using System.IO.Enumeration;
using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Lists schedules.</summary>
internal sealed class ScheduleListCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "schedule list";

    /// <inheritdoc/>
    public override string Summary => "List the schedules of this machine, and how they stand";

    /// <inheritdoc/>
    public override string Operands => "[NAME...]";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [ScheduleOptions.Json];

    /// <inheritdoc/>
    public override string Description => "Names may have wildcards. Without any, all schedules are listed. Needs root.";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("All schedules", "sudo kernel-magnifier schedule list"),
        ("Those that do not measure", "sudo kernel-magnifier schedule list --json | jq '.[] | select(.state != \"Active\")'"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var names = arguments.Operands;
        var schedules = ScheduleOptions.Registry.All().Where(one => names.Count == 0
            || names.Exists(name => FileSystemName.MatchesSimpleExpression(name, one.Name, ignoreCase: false))).ToList();
        if (arguments.Has(ScheduleOptions.Json)) host.Write(Encoding.UTF8.GetString(ScheduleReports.Json(schedules)));
        else if (schedules.Count == 0) host.Warn("there is no schedule to list");
        else WriteTable(schedules, host);
        return ExitCode.Ok;
    }

    private static void WriteTable(IReadOnlyList<Schedule> schedules, CliHost host)
        => ReportWriter.Write(ScheduleReports.Table(schedules), ReportFormat.Table,
            new DataStream(host.Output, "standard output"), new ReportStyle(host.OutputIsTerminal, host.Colour));
}
