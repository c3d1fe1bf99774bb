using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Writes the record of a run that was killed: what the scheduler starts after each run.</summary>
internal sealed class ScheduleFinishCommand : Command
{
    // timeout(1), and a shell for a program that SIGKILL ended.
    private const int TimedOut = 124, Killed = 128 + 9;

    private static readonly CliOption Code = new("exit-code", "How the run ended, for cron [default: what systemd says]")
    { Value = "N" };

    /// <inheritdoc/>
    public override string Name => "schedule finish";

    /// <inheritdoc/>
    public override string Summary => "Write the record of a run that was killed; the scheduler calls it after each run";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Code];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("After a run that was killed by hand", "sudo kernel-magnifier schedule finish hourly-latency"),
        ("As cron does, with the exit code of the run", "kernel-magnifier schedule finish hourly-latency --exit-code 137"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var name = ScheduleOptions.NameOf(arguments);
        var result = arguments.Integer(Code, 0, 255) is { } code
            ? code switch { 0 => "success", TimedOut => "timeout", Killed => "kill", > ExitCode.Signal => "signal", _ => "exit-code" }
            : Environment.GetEnvironmentVariable("SERVICE_RESULT") ?? "signal";
        if (new ScheduleRunner(new SchedulePlace()).Finish(name, result) is { } record)
            host.Report($"{name}: {record.Status}: {record.Reason}");
        return ExitCode.Ok;
    }
}
