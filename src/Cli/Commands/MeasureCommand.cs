using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Measures the running kernel once, without a recording.</summary>
internal sealed class MeasureCommand : Command
{
    // A receiver that does not answer must not keep the command; what it does not take waits in the spool.
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(20);

    private static readonly CliOption Json = new("json", "Write the record as one line of JSON, as logs have it");
    private static readonly CliOption Quiet = new("quiet", "Write nothing but problems, for use with --log-to") { Short = 'q' };

    /// <inheritdoc/>
    public override string Name => "measure";

    /// <inheritdoc/>
    public override string Summary => "Measure latencies or counters of the running kernel once, without a recording";

    /// <inheritdoc/>
    public override string Description => """
        Latencies need root: events are read from a tracefs instance of their own as they come, and no file is kept. The
        preset pressure reads counters of /proc. One measurement runs at a time, and it waits for recordings to end. It is
        ended when it costs more CPU time or memory than it may. The record has the cost of the measurement itself.
        """;

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; }
        = [.. MeasureOptions.Plan, .. MeasureOptions.Targets, Json, Quiet];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("How long tasks waited for a CPU in ten seconds", "sudo kernel-magnifier measure --kind wakeup"),
        ("Interrupts and system calls, by key, as JSON",
            "sudo kernel-magnifier measure --preset interrupts,syscalls --by key --duration 5 --json"),
        ("Counters, without tracing and without root", "kernel-magnifier measure --preset pressure --duration 2"),
        ("Into a log file and the journal",
            "sudo kernel-magnifier measure --quiet --log-to file:/var/log/kernel-magnifier/now.ndjson,journal"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        RequireNoOperands(arguments);
        var (isJson, isQuiet) = (arguments.Has(Json), arguments.Has(Quiet));
        if (isJson && isQuiet) throw CliException.Usage($"{Json} and {Quiet} exclude each other. Choose one.");
        var plan = MeasureOptions.PlanOf(arguments) with { DedicatedProcess = true };
        var targets = MeasureOptions.TargetsOf(arguments);
        var record = Measurer.Run(plan, isQuiet ? null : Progress(host), host.Cancel);
        if (host.ErrorIsTerminal && !isQuiet) host.Error.Write("\r\e[K");
        foreach (var warning in record.Warnings) host.Warn(warning);
        if (isJson) WriteJson(record, host);
        else if (!isQuiet) Write(record, host);
        if (targets.Count == 0) return ExitCode.Ok;
        var delivery = new LogDelivery(LogDelivery.DefaultSpoolDirectory, MeasureOptions.SpoolSizeOf(arguments));
        return Report(delivery.Deliver(record, targets, DeliveryLimit, host.Cancel), host);
    }

    /// <summary>Reports targets that did not take everything. Returns the exit code.</summary>
    public static int Report(IReadOnlyList<LogDeliveryResult> results, CliHost host)
    {
        foreach (var message in results.SelectMany(result => result.Messages())) host.Warn(message.TrimEnd('.'));
        return results.All(result => result.Problem is null) ? ExitCode.Ok : ExitCode.BadOutput;
    }

    private static Action<double>? Progress(CliHost host) => !host.ErrorIsTerminal ? null
        : share => host.Error.Write($"\r\e[Kmeasuring, {share * 100:0} %");

    private static void WriteJson(Measurement record, CliHost host)
    {
        using var output = new DataStream(host.Output, "standard output");
        output.Write(MeasurementJson.ToLine(record));
        output.Write("\n"u8);
        output.Flush();
    }

    private static void Write(Measurement record, CliHost host)
    {
        using var output = new DataStream(host.Output, "standard output");
        var style = new ReportStyle(host.OutputIsTerminal, host.Colour);
        if (record.Latencies.Count > 0)
        {
            var (table, rows) = LatencyReports.Table(record.Latencies, byRecording: false);
            LatencyReports.Write(table, rows, ReportFormat.Table, output, style);
        }
        if (record.Counters.Count > 0)
        {
            if (record.Latencies.Count > 0) output.Write("\n"u8);
            ReportWriter.Write(MeasurementReports.Counters(record.Counters), ReportFormat.Table, output, style);
        }
        if (record.Results.Count > 0)
        {
            var lines = new ProbeResultWriter(output, isJson: false);
            foreach (var result in record.Results) lines.Write(result);
            lines.Finish();
        }
        output.Flush();
        host.Report(MeasurementReports.Summary(record));
    }
}
