using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Lab;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Says what the lab lacks on this machine.</summary>
internal sealed class LabCheckCommand : Command
{
    private static readonly CliOption Noise = new("noise", "Boot a guest and measure for how long its CPUs are away");

    private static readonly CliOption Duration = new("duration", "With --noise: for how long to measure")
    { Value = "TIME", Default = "10s" };

    /// <inheritdoc/>
    public override string Name => "lab check";

    /// <inheritdoc/>
    public override string Summary => "Say what the lab lacks here, whether KVM works, and how noisy a guest is";

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Noise, Duration, LabOptions.Kernel, LabOptions.Cpus, LabOptions.Memory, LabOptions.Accelerator, LabOptions.Recorder,
        LabOptions.Json,
    ];

    /// <inheritdoc/>
    public override string Description => """
        If a kernel is cached and it is not known yet, a guest is booted to see whether KVM works; that takes up to half a minute.
        The exit code is 0 if guests can be booted, else 4.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What is missing", "kernel-magnifier lab check"),
        ("The noise floor of a guest with two CPUs", "kernel-magnifier lab check --noise --kernel 6.1 --cpus 2"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        RequireNoOperands(arguments);
        var checks = LabHost.Inspect(LabOptions.RecorderOf(arguments), tryKvm: true, host.Cancel);
        var isReady = checks.All(row => row.Status != "Missing");
        IReadOnlyList<LabNoise>? noise = null;
        if (!arguments.Has(LabOptions.Json)) Write(LabReports.Table(checks), host);
        if (isReady && arguments.Has(Noise))
        {
            var plan = new LabPlan
            {
                Kernels = arguments.Has(LabOptions.Kernel) ? [arguments.List(LabOptions.Kernel)[0]] : ["bookworm"],
                Cpus = [(int)(arguments.Integers(LabOptions.Cpus, 1, LabRunner.MostCpus) is [var first, ..] ? first : 2)],
                Memory = arguments.Bytes(LabOptions.Memory) ?? 2L << 30, Recorder = LabOptions.RecorderOf(arguments), Output = "",
                Accelerator = Enum.Parse<LabAccelerator>(arguments.Text(LabOptions.Accelerator)!, ignoreCase: true),
            };
            noise = LabHost.Noise(plan, LabNoiseCommand.DurationOf(arguments, Duration), _ => { }, host.Cancel);
            if (!arguments.Has(LabOptions.Json)) Write(LabReports.Table(noise), host);
            if (noise is [{ Note: { } note }, ..]) host.Warn(note);
        }
        if (arguments.Has(LabOptions.Json)) host.Write(LabReports.Json(checks, noise));
        return isReady ? ExitCode.Ok : ExitCode.BadHost;
    }

    private static void Write(ReportTable table, CliHost host)
        => ReportWriter.Write(table, ReportFormat.Table, new DataStream(host.Output, "standard output"),
            new ReportStyle(host.OutputIsTerminal, host.Colour));
}
