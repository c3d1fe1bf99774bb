using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Incidents;
using KernelMagnifier.Lab;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Fidelities;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Runs the workload of an incident in the lab, and checks what should hold.</summary>
internal sealed class IncidentRunCommand : Command
{
    private static readonly CliOption Recording = new("recording",
        "Judge this recording instead of running the workload; can be repeated")
    { Value = "FILE", IsFile = true };

    private static readonly CliOption Workload = FidelityOptions.Workload with
    { Help = "The workload to run instead, or the one that was run with --recording, a file of 'workload'" };

    private static readonly CliOption Priority = new("priority",
        "Run a task with another priority: NAME=1 to 99 is real-time, NAME=nice:N a nice value; can be repeated")
    { Value = "NAME=PRIORITY" };

    private static readonly CliOption Emulated = new("emulated", "The incident was recorded on emulated CPUs");

    /// <inheritdoc/>
    public override string Name => "incident run";

    /// <inheritdoc/>
    public override string Summary => "Run the workload of an incident in the lab, and check what should hold";

    /// <inheritdoc/>
    public override string Operands => "FILE";

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Recording, Workload, FidelityOptions.Assert, Emulated, .. OnlyInLab, LabOptions.Json,
    ];

    private static IReadOnlyList<CliOption> OnlyInLab { get; } =
    [
        Priority, LabOptions.Kernel, LabOptions.KernelImage, LabOptions.ModulePath, LabOptions.Cpus, LabOptions.Parameter,
        LabOptions.Memory, LabOptions.Scratch, LabOptions.Accelerator,
        LabOptions.Count, LabOptions.Probe, LabOptions.Preset, LabOptions.Event, LabOptions.Recorder, LabOptions.BootTimeout,
        LabOptions.Timeout, LabOptions.HangTimeout, LabOptions.Output,
    ];

    /// <inheritdoc/>
    public override string Description => """
        The exit code is 0 if all assertions hold, 5 if one failed in at least 2 of 5 runs, which means that the symptom came
        back, and else 6. Without --record, the preset scheduling is recorded. docs/incidents.md has a whole incident.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Whether it comes back on two kernels", "kernel-magnifier incident run incident.kmi --kernel 6.1,6.12 --count 5"),
        ("Whether another priority helps",
            "kernel-magnifier incident run incident.kmi --kernel 6.1 --count 5 --priority hog=nice:10"),
        ("Recordings that exist", "kernel-magnifier incident run incident.kmi --recording run1.dat --recording run2.dat"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands is not [var file]) throw CliException.Usage("name one incident file.");
        if (arguments.Has(Recording) && OnlyInLab.FirstOrDefault(arguments.Has) is { } useless)
            throw CliException.Usage($"{Recording} boots no guest, so {useless} would have no effect. Omit one of them.");
        var folder = Directory.CreateTempSubdirectory("km-incident-").FullName;
        using var cleanUp = host.CleanUpOnSignal(() => Delete(folder));
        try
        {
            var incident = IncidentFile.Extract(file, folder, force: false, host.Cancel) with { Path = file };
            var results = Judge(arguments, host, incident);
            host.Write(arguments.Has(LabOptions.Json) ? IncidentReports.Json(results)
                : string.Concat(results.Select(IncidentReports.Text)));
            return results.Any(one => one.Outcome == "Failed") ? ExitCode.AssertionFailed
                : results.All(one => one.Passed) ? ExitCode.Ok : ExitCode.AssertionUndecided;
        }
        finally
        {
            Delete(folder);
        }
    }

    private static IReadOnlyList<IncidentResult> Judge(Arguments arguments, CliHost host, Incident incident)
    {
        var workload = arguments.Text(Workload) is { } path ? WorkloadFile.Read(path, host.Cancel)
            : incident.Workload;
        var judge = new IncidentJudge(incident, workload, new CliOpening(host).Open)
        { Next = FidelityOptions.Next, Nothing = FidelityOptions.Nothing, IsEmulated = arguments.Has(Emulated) };
        if (arguments.Has(FidelityOptions.Assert)) judge = judge.With(FidelityOptions.Assertions(arguments));
        if (arguments.Has(Recording))
            return
            [
                judge.Judge(
                    [.. FidelityOptions.Files(arguments.List(Recording)).Select(recording => new FidelityInput(recording))]),
            ];
        if (workload is null)
            throw CliException.Usage($"{incident.Path} has no workload to run. Give {Workload}, or {Recording}.");
        var plan = LabOptions.PlanOf(arguments, new LabLoad { Workload = With(workload, arguments) });
        if (!plan.IsRecorded) plan = plan with { Presets = ["scheduling"] };
        return judge.Judge(Lab(plan, host));
    }

    private static Workload With(Workload workload, Arguments arguments)
    {
        foreach (var text in arguments.List(Priority))
        {
            var at = text.LastIndexOf('=');
            if (at <= 0) throw CliException.Usage($"{Priority} takes {Priority.Value}, not '{text}'.");
            workload = workload.WithPriority(text[..at], text[(at + 1)..]);
        }
        return workload;
    }

    private static List<LabRun> Lab(LabPlan plan, CliHost host)
    {
        var runs = new List<LabRun>();
        LabRunner.Run(plan, run =>
        {
            runs.Add(run);
            host.Report($"run {run.Number}: {run.Outcome}{(run.Reason is null ? "" : $": {run.Reason}")}");
        }, _ => { }, host.Cancel);
        return runs;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
