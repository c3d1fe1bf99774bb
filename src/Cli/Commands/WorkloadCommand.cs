using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Building;
using KernelMagnifier.Workloads.Engines;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Makes a workload of a recording: what its tasks did, to run it again.</summary>
internal sealed class WorkloadCommand : Command
{
    private const int MostSeconds = 1_000_000;

    private static readonly CliOption Comm = new("comm",
        "The tasks with these names, which can contain * and ?. The default is all tasks of programs")
    { Value = "NAME", IsList = true };

    private static readonly CliOption ExcludeComm = new("exclude-comm", "Tasks to leave out") { Value = "NAME", IsList = true };
    private static readonly CliOption Pid = new("pid", "The tasks with these pids") { Value = "PID", IsList = true };

    private static readonly CliOption Since = new("since", "The begin, in seconds. The default is that of the recording")
    { Value = "TIME" };

    private static readonly CliOption Until = new("until", "The end. The default is that of the recording") { Value = "TIME" };

    private static readonly CliOption CpuScale = new("cpu-scale",
        "Multiply run lengths by this: 2 for a CPU half as fast as that of the recording")
    { Value = "FACTOR", Default = "1" };

    private static readonly CliOption Coverage = new("coverage", "Show what is not modelled, and why");
    private static readonly CliOption Json = new("json", "Write the workload as JSON");

    private static readonly CliOption Duration = new("duration",
        "With -o: how long a run lasts, in seconds. The default is as long as the recording")
    { Value = "SECONDS" };

    private static readonly CliOption Calibration = new("calibration",
        "With -o FILE.rtapp.json: the nanoseconds of a loop of rt-app on the machine of the run (pLoad). By default rt-app "
        + "measures them")
    { Value = "NS" };

    private static readonly CliOption WithoutIo = new("without-io",
        "With -o FILE.rtapp.json: leave out the tasks whose block requests fio makes");

    private static readonly CliOption Directory = new("directory",
        "With -o FILE.fio: the directory of the files that fio reads and writes")
    { Value = "DIRECTORY", Default = "/var/tmp", IsFile = true };

    /// <inheritdoc/>
    public override string Name => "workload";

    /// <inheritdoc/>
    public override string Summary => "Make a workload of a recording: what its tasks did, to run it again with rt-app and fio";

    /// <inheritdoc/>
    public override string Operands => "FILE";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Comm, ExcludeComm, Pid, Since, Until, CpuScale, Coverage, Json, OutputOptions.Output, OutputOptions.NoClobber,
            OutputOptions.Force,
        Duration, Calibration, WithoutIo, Directory, .. Recordings.ReadingOptions,
    ];

    /// <inheritdoc/>
    public override string Description => """
        A workload has, for each group of tasks that do the same, what wakes them, how long they run, whom they wake and
        how they block. FILE is a recording, or a workload as JSON. The extension of -o selects the format: .rtapp.json
        for rt-app, .fio for fio, other .json for the workload itself. Record with the presets scheduling, interrupts
        and block.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What the tasks of a recording did", "kernel-magnifier workload incident.dat"),
        ("Two programs, for rt-app", "kernel-magnifier workload incident.dat --comm 'nginx,postgres*' -o incident.rtapp.json"),
        ("What is not modelled, and why", "kernel-magnifier workload incident.dat --coverage"),
        ("For a machine with CPUs half as fast", "kernel-magnifier workload incident.dat --cpu-scale 2 -o slow.rtapp.json"),
        ("Its block requests, for fio", "kernel-magnifier workload incident.dat -o incident.fio --directory /mnt/test"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var output = arguments.Text(OutputOptions.Output);
        OutputOptions.Check(arguments);
        var recordings = Recordings.Unfiltered(arguments, host, output);
        if (recordings.Files is not [var file]) throw CliException.Usage("name one recording.");
        var workload = WorkloadFile.IsWorkload(file) ? WorkloadFile.Read(file, host.Cancel)
            : Read(arguments, host, recordings, file);
        if (output is not null and not "-")
        {
            var export = WorkloadExporter.Export(workload, output, Plan(arguments), recordings.Inputs, host.Cancel);
            foreach (var note in export.Notes) host.Warn(note);
            return ExitCode.Ok;
        }
        Show(workload, arguments, host);
        return ExitCode.Ok;
    }

    private static Workload Read(Arguments arguments, CliHost host, Recordings recordings, string file)
    {
        var request = new WorkloadRequest
        {
            Comm = arguments.List(Comm), ExcludeComm = arguments.List(ExcludeComm), ProcessId = arguments.Integers(Pid, 1),
            Since = arguments.Number(Since), Until = arguments.Number(Until),
            CpuScale = arguments.Number(CpuScale, WorkloadRequest.LeastScale, WorkloadRequest.MostScale) ?? 1,
        };
        if (request.Since >= request.Until) throw CliException.Usage($"{Since} is not before {Until}.");
        return recordings.Reread(file, reader => request.Read(reader, NameOf, host.Warn, host.Cancel));
    }

    private static WorkloadExportOptions Plan(Arguments arguments) => new()
    {
        Duration = arguments.Number(Duration, 1, MostSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        NanosecondsPerLoop = (int?)arguments.Integer(Calibration, 1, int.MaxValue), WithoutIo = arguments.Has(WithoutIo),
        Directory = arguments.Text(Directory) ?? "/var/tmp", Force = !arguments.Has(OutputOptions.NoClobber),
    };

    private static void Show(Workload workload, Arguments arguments, CliHost host)
    {
        if (arguments.Has(Json))
        {
            WorkloadFile.Write(workload, new DataStream(host.Output, "standard output"));
            return;
        }
        foreach (var line in arguments.Has(Coverage) ? WorkloadText.CoverageLines(workload)
            : WorkloadText.Lines(workload)) host.Write(line + "\n");
    }

    private static string NameOf(string property) => property switch
    {
        "Comm" => Comm.ToString()!,
        "ExcludeComm" => ExcludeComm.ToString()!,
        _ => Pid.ToString()!,
    };
}
