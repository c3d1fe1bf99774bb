using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Probes.Checks;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Says what probes do and what is wrong with them, without running them.</summary>
internal sealed class ProbeCheckCommand : Command
{
    private static readonly CliOption Library = new("library",
        "The library; else KM_PROBE_LIBRARY, or that of the policy") { Value = "DIR", IsFile = true };
    private static readonly CliOption Policy = new("policy",
        "The policy; else KM_PROBE_POLICY, or that of the machine") { Value = "FILE", IsFile = true };

    private static readonly CliOption Kernel = new("kernel",
        "Check the attach points against a kernel: a recording, a saved description, a file of BTF, or 'running'")
    { Value = "PATH", IsList = true, IsFile = true };

    private static readonly CliOption NoDryRun = new("no-dry-run", "Do not ask bpftrace -d");
    private static readonly CliOption Json = new("json", "Write JSON");

    /// <inheritdoc/>
    public override string Name => "probe check";

    /// <inheritdoc/>
    public override string Summary => "Say what probes do and what is wrong with them, without running them";

    /// <inheritdoc/>
    public override string Operands => "NAME|FILE.bt...";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Library, Policy, Kernel, NoDryRun, Json];

    /// <inheritdoc/>
    public override string Description => """
        An operand that contains a slash or ends with .bt is a file; others are names of probes of the library and may
        have wildcards. The exit code is 0 if no rule of severity Error fires, else 1. docs/probe-rules.md has the rules.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What a program does", "kernel-magnifier probe check ./runqlat.bt"),
        ("On which kernels of a fleet it works", "kernel-magnifier probe check ./runqlat.bt --kernel kernels/6.1,kernels/6.12"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count == 0) throw CliException.Usage("name probes or programs to check.");
        var checking = new ProbeChecking(arguments.Text(Library), arguments.Text(Policy), !arguments.Has(NoDryRun), host.Cancel);
        checking.Use(arguments.List(Kernel));
        List<ProbeCheck> checks = [];
        foreach (var operand in arguments.Operands) checks.AddRange(IsFile(operand) ? checking.OfFile(operand)
            : checking.OfName(operand));
        host.Write(arguments.Has(Json) ? Encoding.UTF8.GetString(ProbeCheckText.Json(checks))
            : string.Join('\n', checks.Select(ProbeCheckText.Of)));
        return checks.TrueForAll(check => check.Errors == 0) ? ExitCode.Ok : ExitCode.BadInput;
    }

    private static bool IsFile(string operand)
        => operand.Contains('/', StringComparison.Ordinal) || operand.EndsWith(".bt", StringComparison.Ordinal);
}
