using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Makes a run of a schedule: what the timer starts.</summary>
internal sealed class ScheduleRunCommand : Command
{
    private const double LongestDelay = 86_400;

    private static readonly CliOption Delay = new("delay", "Wait for a random time of up to so many seconds first")
    { Value = "S" };

    /// <inheritdoc/>
    public override string Name => "schedule run";

    /// <inheritdoc/>
    public override string Summary => "Make a run of a schedule now, as its timer does";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Delay];

    /// <inheritdoc/>
    public override string Description => """
        The exit code is 0 for a run that completed, and for one that was skipped or is suspended: the schedule works as it
        should. It is 3 for a run that failed, 128 and the number of the signal for one that a signal ended. Records that wait
        for a receiver are a warning.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("A run out of turn", "sudo kernel-magnifier schedule run hourly-latency"),
        ("As cron does, so that hosts spread their runs", "kernel-magnifier schedule run hourly-latency --delay 300"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var name = ScheduleOptions.NameOf(arguments);
        if (arguments.Number(Delay, 0, LongestDelay) is { } seconds)
            host.Cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(seconds * Random.Shared.NextDouble()));
        var (record, deliveries) = new ScheduleRunner(new SchedulePlace()).Run(name, host.Cancel);
        foreach (var warning in record.Warnings) host.Warn(warning);
        _ = MeasureCommand.Report(deliveries, host);
        if (record.Status == ScheduleRecords.Completed) return ExitCode.Ok;
        host.Report($"{name}: {record.Status}: {record.Reason}");
        if (record.Status != ScheduleRecords.Failed) return ExitCode.Ok;
        return host.Signal != 0 ? ExitCode.Signal + host.Signal : ExitCode.BadOutput;
    }
}
