using System.Text;
using System.Text.Json;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Lab;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Measures for how long the CPUs of this machine are away from a program.</summary>
internal sealed class LabNoiseCommand : Command
{
    private static readonly CliOption Duration = new("duration", "For how long") { Value = "TIME", Default = "10s" };

    /// <inheritdoc/>
    public override string Name => "lab noise";

    /// <inheritdoc/>
    public override string Summary => "Measure for how long the CPUs of this machine are away from a program";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Duration, LabOptions.Json];

    /// <inheritdoc/>
    public override string Description => """
        A thread on each CPU reads the clock again and again. Gaps of more than 10 µs are interrupts, other tasks, the hypervisor
        or the emulation. All CPUs are busy meanwhile. 'lab check --noise' does this in a guest.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples
        =>
        [
            ("Ten seconds on all CPUs", "kernel-magnifier lab noise"),
            ("The longest gap of each CPU in a minute",
                "kernel-magnifier lab noise --duration 1m --json | jq '.[].maxNanoseconds'"),
        ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        RequireNoOperands(arguments);
        var rows = SpinLoop.Measure(DurationOf(arguments, Duration), host.Cancel);
        if (!arguments.Has(LabOptions.Json))
        {
            ReportWriter.Write(LabReports.Table(rows), ReportFormat.Table, new DataStream(host.Output, "standard output"),
                new ReportStyle(host.OutputIsTerminal, host.Colour));
            return ExitCode.Ok;
        }
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, ReportWriter.JsonOptions)) LabNoiseText.Write(json, rows);
        host.Write(Encoding.UTF8.GetString(bytes.ToArray()) + "\n");
        return ExitCode.Ok;
    }

    /// <summary>The duration that an option gives.</summary>
    internal static TimeSpan DurationOf(Arguments arguments, CliOption option)
    {
        var duration = TimeSpan.FromTicks(IntervalOptions.Duration(arguments, option)!.Value / TimeSpan.NanosecondsPerTick);
        return duration > TimeSpan.Zero && duration <= TimeSpan.FromHours(1) ? duration
            : throw CliException.Usage($"{option} takes a time of at most an hour.");
    }
}
