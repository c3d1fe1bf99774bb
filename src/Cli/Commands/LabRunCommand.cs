using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Lab;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Boots stock kernels in guests and runs a load in them.</summary>
internal sealed class LabRunCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "lab run";

    /// <inheritdoc/>
    public override string Summary => "Boot stock kernels in QEMU, and run and record a load in them";

    /// <inheritdoc/>
    public override string Operands => "[-- COMMAND [ARGUMENT...]]";

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        LabOptions.Kernel, LabOptions.KernelImage, LabOptions.ModulePath, LabOptions.Cpus, LabOptions.Parameter,
        LabOptions.Memory,
        LabOptions.Scratch, LabOptions.Accelerator, LabOptions.Count, LabOptions.Script, LabOptions.Workload, LabOptions.Probe,
        LabOptions.Preset, LabOptions.Event, LabOptions.Recorder, LabOptions.BootTimeout, LabOptions.Timeout,
        LabOptions.HangTimeout, LabOptions.Output,
        LabOptions.Json,
    ];

    /// <inheritdoc/>
    public override string Description => """
        A guest sees this machine's files read-only, except /tmp, /run, /var/tmp and /root, and has no network. The load runs in
        it as root, which can read all of these files: run what you would run here as root. Kernels are downloaded with
        apt-get, unpacked and never installed. Several kernels, numbers of CPUs or parameters give a guest for each combination.
        Each line of the output is a run. The exit code is 0 if all runs completed, else 3. docs/lab.md lists the outcomes.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("A command on two kernels, recorded",
            "kernel-magnifier lab run --kernel 6.1,6.12 --record scheduling -- stress-ng --cpu 2 -t 5"),
        ("A script on one and on two CPUs, five times each", "kernel-magnifier lab run --cpus 1,2 --count 5 --script ./load.sh"),
        ("What a recording did, five times again",
            "kernel-magnifier lab run --workload nginx.workload.json --record scheduling --count 5"),
        ("What it changes if interrupt handlers run in threads",
            "kernel-magnifier lab run --parameter quiet --parameter threadirqs "
                + "--record scheduling,interrupts --script ./load.sh"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        RequireNoOperands(arguments);
        var plan = LabOptions.PlanOf(arguments, LoadOf(arguments, host.Cancel));
        var (shown, failed) = (false, 0);
        void Clear()
        {
            if (shown) host.Error.Write("\r\e[K");
            shown = false;
        }
        try
        {
            LabRunner.Run(plan, run =>
            {
                Clear();
                host.Write(arguments.Has(LabOptions.Json) ? LabReports.Json(run) : LabReports.Text(run));
                if (run.Reason is null) return;
                failed++;
                host.Report($"run {run.Number.ToString(CultureInfo.InvariantCulture)}: {run.Outcome}: {run.Reason}");
                if (!arguments.Has(LabOptions.Json)) host.Error.Write(LabReports.LastLines(run));
            }, progress =>
            {
                if (!host.ErrorIsTerminal) return;
                host.Error.Write(string.Create(CultureInfo.InvariantCulture,
                    $"\r\e[K{progress.Number} of {progress.Total}   {Text.TerminalText.Escape(progress.Stage)}   "
                    + $"{progress.Elapsed.TotalSeconds:0} s"));
                shown = true;
            }, host.Cancel);
        }
        finally
        {
            Clear();
        }
        return failed == 0 ? ExitCode.Ok : ExitCode.BadOutput;
    }

    private static LabLoad LoadOf(Arguments arguments, CancellationToken cancel)
    {
        var (script, workload, words) = (arguments.Text(LabOptions.Script), arguments.Text(LabOptions.Workload),
            arguments.AfterDashes ?? []);
        if (workload is not null)
        {
            if (script is not null || words.Count > 0)
                throw CliException.Usage($"{LabOptions.Workload} excludes {LabOptions.Script} and a COMMAND. Choose one.");
            return new LabLoad { Workload = WorkloadFile.Read(workload, cancel) };
        }
        if (script is not null) return new LabLoad { Script = Path.GetFullPath(script), Arguments = words };
        if (words.Count > 0) return new LabLoad { Command = words };
        throw CliException.Usage(
            $"say what the guest runs: {LabOptions.Script} FILE, {LabOptions.Workload} FILE, or -- COMMAND.");
    }
}
