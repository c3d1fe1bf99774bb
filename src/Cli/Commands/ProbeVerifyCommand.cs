using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Verifies the audit log of probes.</summary>
internal sealed class ProbeVerifyCommand : Command
{
    private static readonly CliOption Checkpoint = new("checkpoint",
        "Verify the log against this checkpoint too; give the option once for each")
    {
        Value = "FILE", IsFile = true,
    };

    /// <inheritdoc/>
    public override string Name => "probe verify";

    /// <inheritdoc/>
    public override string Summary => "Verify that the audit log of probes is whole";

    /// <inheritdoc/>
    public override string Operands => "[LOG]";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Checkpoint, ProbeRunOptions.Policy];

    /// <inheritdoc/>
    public override string Description => """
        Finds records that were changed, removed, inserted or reordered. That the end was cut off, or all of it
        written anew, is found with a checkpoint that was kept elsewhere. The exit code is 0 for a whole log, else 1.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The log of this machine", "sudo kernel-magnifier probe verify"),
        ("Against a checkpoint that was kept on another machine",
            "sudo kernel-magnifier probe verify --checkpoint checkpoint.json"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count > 1) throw CliException.Usage("name one log.");
        var policy = ProbePolicyFile.Find(arguments.Text(ProbeRunOptions.Policy));
        var path = arguments.Operands is [var log] ? log : policy.AuditLog;
        var check = CheckpointFile.Verify(path, arguments.List(Checkpoint), policy, host.Cancel);
        foreach (var finding in check.Findings) host.Write($"{finding.Kind}: {finding}\n");
        host.Write(TerminalText.Escape(string.Create(CultureInfo.InvariantCulture,
            $"{check.Path}: {check.Verdict}, {check.Records} records, {check.FindingCount} findings, {check.CheckpointsMet} checkpoints")) + "\n");
        return check.IsWhole ? ExitCode.Ok : ExitCode.BadInput;
    }
}
