using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Workloads.Fidelities;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Tells whether re-recordings of a workload are like the recording that it comes from.</summary>
internal sealed class FidelityCommand : Command
{
    private static readonly CliOption Comm = new("comm",
        "Compare the tasks of these names, which can contain * and ?")
    { Value = "NAME", IsList = true };

    private static readonly CliOption StructureOnly = new("structure-only",
        "Compare who wakes whom and when, but no run lengths: for emulated CPUs");

    /// <inheritdoc/>
    public override string Name => "fidelity";

    /// <inheritdoc/>
    public override string Summary => "Tell whether re-recordings of a workload are like the original";

    /// <inheritdoc/>
    public override string Operands => "REFERENCE RECORDING...";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [FidelityOptions.Workload, FidelityOptions.Assert, Comm, StructureOnly, FidelityOptions.Json];

    /// <inheritdoc/>
    public override string Description => """
        The verdict is Faithful, Partial or NotReproduced, with reasons; docs/fidelity.md has the rules. In the table, numbers of
        the original are before the arrow. The exit code is 0 if the re-recordings are Faithful, 5 if they are NotReproduced, and
        6 if they are Partial.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Five runs of the lab against the incident",
            "kernel-magnifier fidelity incident.dat lab/*/recording.dat --structure-only"),
        ("Whether the symptom came back",
            "kernel-magnifier fidelity incident.dat run1.dat run2.dat --assert 'Wakeup@periodic P90 < 5ms'"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count < 2) throw CliException.Usage("name the original and at least one re-recording.");
        var plan = new FidelityPlan
        {
            Workload = arguments.Text(FidelityOptions.Workload) is { } path ? WorkloadFile.Read(path, host.Cancel) : null,
            Comm = arguments.List(Comm), IsStructureOnly = arguments.Has(StructureOnly),
        };
        var reading = new FidelityReading(plan, [.. FidelityOptions.Assertions(arguments).Select(one => one.Claim)],
            new CliOpening(host).Open)
        { Next = FidelityOptions.Next, Nothing = FidelityOptions.Nothing };
        var runs = FidelityOptions.Files(arguments.Operands.Skip(1)).Select(file => new FidelityInput(file));
        var fidelity = reading.Judge(arguments.Operands[0], [.. runs]);
        foreach (var pattern in plan.Unmatched(fidelity)) host.Warn($"{Comm} {pattern} matches no task of the recording");
        if (arguments.Has(FidelityOptions.Json)) host.Write(FidelityReports.Json(fidelity));
        else Write(fidelity, host);
        return fidelity.Verdict switch
        {
            nameof(FidelityVerdict.Faithful) => ExitCode.Ok,
            nameof(FidelityVerdict.Partial) => ExitCode.AssertionUndecided,
            _ => ExitCode.AssertionFailed,
        };
    }

    private static void Write(Fidelity fidelity, CliHost host)
    {
        host.Write(FidelityReports.Text(fidelity) + "\n");
        if (fidelity.Tasks.Count > 0)
            ReportWriter.Write(FidelityReports.Table(fidelity.Tasks), ReportFormat.Table,
                new DataStream(host.Output, "standard output"),
                new ReportStyle(host.OutputIsTerminal, host.Colour));
    }
}
