using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Reads the stored output of a probe.</summary>
internal sealed class ProbeReplayCommand : Command
{
    private static readonly CliOption Probe = new("probe",
        "The probe whose output it is, of which the manifest tells what the output means")
    {
        Value = "NAME",
    };

    private static readonly CliOption Library = new("library", "The library of probes") { Value = "DIRECTORY", IsFile = true };
    private static readonly CliOption Policy = new("policy", "The policy") { Value = "FILE", IsFile = true };
    private static readonly CliOption Json = new("json", "Write an object of JSON for each result, one on a line");

    /// <inheritdoc/>
    public override string Name => "probe replay";

    /// <inheritdoc/>
    public override string Summary => "Read stored output of bpftrace, or results that probe run has written";

    /// <inheritdoc/>
    public override string Operands => "FILE...";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Probe, Library, Policy, Json];

    /// <inheritdoc/>
    public override string Description => """
        The file has the output of bpftrace -f json, or that of probe run --json. It can be compressed with gzip or zstd, and -
        is standard input. Nothing runs, so neither root nor bpftrace is needed.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Read what a probe printed", "kernel-magnifier probe replay runq.json"),
        ("With the names that its manifest declares", "kernel-magnifier probe replay runq.json.zst --probe runq-late --json"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count == 0) throw CliException.Usage("name the file with the output");
        var manifest = arguments.Text(Probe) is { } name
            ? ReplayManifest.Of(name, arguments.Text(Library), arguments.Text(Policy)) : null;
        using var output = new DataStream(host.Output, "standard output");
        var writer = new ProbeResultWriter(output, arguments.Has(Json));
        foreach (var file in arguments.Operands)
        {
            var findings = ProbeLog.Read(file, manifest, writer.Write, host.Cancel);
            foreach (var warning in findings.Warnings()) host.Warn($"{file}: {warning}");
        }
        writer.Finish();
        return ExitCode.Ok;
    }
}
