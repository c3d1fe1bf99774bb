using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Registers a schedule.</summary>
internal sealed class ScheduleAddCommand : Command
{
    private const string When = "When";

    private static readonly CliOption OnCalendar = new("on-calendar",
        "When it runs, as in systemd.time(7): hourly, *:0/15, 'Mon..Fri 03:00'") { Value = "TIME", Section = When };

    private static readonly CliOption RandomizedDelay = new("randomized-delay",
        "Start each run up to this much later, so that hosts spread their runs")
    { Value = "TIME", Default = "0", Section = When };

    private static readonly CliOption Scheduler = new("scheduler",
        "What runs it [default: systemd where it runs, else cron]") { Value = "WHAT", Choices = ["systemd", "cron"], Section = When };

    private static readonly CliOption Executable = new("executable",
        "The executable that runs [default: this one]. Only root may be able to change it") { Value = "FILE", IsFile = true };

    private static readonly CliOption Force = new("force", "Replace a schedule of this name; the numbers of its runs go on")
    { Short = 'f' };

    private static readonly CliOption DryRun = new("dry-run", "Print the files, and change nothing. Needs no privilege")
    { Short = 'n' };

    /// <inheritdoc/>
    public override string Name => "schedule add";

    /// <inheritdoc/>
    public override string Summary => "Have the machine measure regularly, by a systemd timer or cron";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; }
        = [OnCalendar, RandomizedDelay, Scheduler, .. MeasureOptions.Plan, .. MeasureOptions.Targets, Executable, Force, DryRun];

    /// <inheritdoc/>
    public override string Description => """
        Writes a timer and a sandboxed service for systemd, or a table for cron where there is no systemd, and starts them.
        The records go to /var/log/kernel-magnifier/NAME.ndjson unless --log-to is given. Every run leaves a record, also one
        that was skipped, suspended or killed. Three runs in a row over their budget suspend the schedule.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Scheduling latencies of ten seconds in every hour",
            "sudo kernel-magnifier schedule add hourly-latency --on-calendar hourly --randomized-delay 5min --preset scheduling"),
        ("The units that this would write",
            "kernel-magnifier schedule add pressure --on-calendar '*:0/15' --preset pressure --log-to journal --dry-run"),
        ("An approved probe", "sudo kernel-magnifier schedule add runq --on-calendar '*:0/15' --probe runq-late --param us=500"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var registry = ScheduleOptions.Registry;
        var schedule = DefinitionOf(arguments, registry);
        if (arguments.Has(DryRun))
        {
            host.Write(SchedulePreview.Text(registry.Preview(schedule)));
            return ExitCode.Ok;
        }
        foreach (var problem in registry.Register(schedule, arguments.Has(Force)).Problems) host.Warn(problem);
        return ExitCode.Ok;
    }

    private static ScheduleDefinition DefinitionOf(Arguments arguments, ScheduleRegistry registry)
    {
        var name = ScheduleOptions.NameOf(arguments);
        var targets = MeasureOptions.TargetsOf(arguments);
        var plan = MeasureOptions.PlanOf(arguments);
        return new ScheduleDefinition
        {
            Name = name,
            OnCalendar = arguments.Text(OnCalendar) ?? throw CliException.Usage($"say when, such as {OnCalendar} hourly."),
            RandomizedDelay = TimeSpan.FromTicks(
                IntervalOptions.Duration(arguments, RandomizedDelay)!.Value / TimeSpan.NanosecondsPerTick),
            Plan = plan with { Library = Absolute(plan.Library), Policy = Absolute(plan.Policy) },
            Targets = targets.Count > 0 ? targets : [ScheduleTargets.Default(name)],
            SpoolSize = MeasureOptions.SpoolSizeOf(arguments),
            Executable = ScheduleExecutable.Find(Absolute(arguments.Text(Executable))),
            Scheduler = ScheduleDefinitionFile.SchedulerOf(arguments.Text(Scheduler)) ?? registry.Scheduler,
            Registered = DateTimeOffset.UtcNow,
        };
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);
}
