using System.Globalization;
using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Records function calls and events of the running kernel.</summary>
internal sealed class RecordCommand : Command
{
    /// <summary>The name on the command line.</summary>
    public const string Word = "record";

    private const int Interrupt = 2; // SIGINT

    /// <inheritdoc/>
    public override string Name => Word;

    /// <inheritdoc/>
    public override string Summary => "Record the function calls and events of the running kernel";

    /// <inheritdoc/>
    public override string Operands => "[-- COMMAND [ARGUMENT...]]";

    /// <inheritdoc/>
    public override string Description => """
        Needs root. The recording uses a separate tracefs instance, so that it does not disturb other users of tracing. If
        the kernel's tracer does not support instances, the top level is used and all settings are restored afterwards.
        Ctrl-C and SIGTERM end the recording and keep the data. After SIGKILL, the next recording restores the settings and
        recovers the data. A COMMAND is run without a shell; it and its child processes are recorded. The exit code is then
        that of the COMMAND, or 128 + n if signal n ended it. Otherwise it is 0, also after Ctrl-C. It is 1 to 4 if the
        recording could not be made, and 3 if a full disk or another error cut it short.
        """;

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => RecordOptions.All;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Ten seconds of CPU 0, to kernel-magnifier.data", "kernel-magnifier record --record-time 10 --cpumask 1"),
        ("The TCP and UDP calls of one command",
            "kernel-magnifier record -o net.dat -f 'tcp_*,udp_*' -- curl http://127.0.0.1/"),
        ("Calls with durations, to a depth of six",
            "kernel-magnifier record -o g.dat -t function_graph --graph-root tcp_sendmsg --max-depth 6"),
        ("Events instead of calls", "kernel-magnifier record -o incident.dat -e 'sched:*,irq:*' --buffer-size 64MB"),
        ("What this machine can record", "kernel-magnifier record --check"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        RequireNoOperands(arguments);
        return arguments.Has(RecordOptions.Check)
            ? CheckMachine(host)
            : Record(RecordOptions.ToRequest(arguments), host, arguments.Has(RecordOptions.Quiet),
                arguments.Has(RecordOptions.Json));
    }

    private static int Record(RecordingRequest request, CliHost host, bool quiet, bool json)
    {
        using var session = Recorder.Start(request);
        foreach (var recovered in session.Recovered)
            host.Warn($"recovered {recovered.Path}: {recovered.Events} events. {string.Join(' ', recovered.Warnings)}");
        using var stop = host.Cancel.Register(session.Stop);
        var shown = false;
        while (!session.Ended.WaitOne(500))
        {
            if (quiet || !host.ErrorIsTerminal || session.Progress.Elapsed.TotalSeconds < 1) continue;
            host.Error.Write($"\r\e[K{ProgressLine(session.Progress, request)}");
            shown = true;
        }
        if (shown) host.Error.Write("\r\e[K");
        var recording = session.Wait();
        foreach (var warning in recording.Warnings) host.Warn(warning);
        if (json) host.Write(RecordingJson.Of(recording));
        else if (!quiet) host.Write(SummaryOf(recording));
        if (!quiet) ReportCommand(recording, host);
        // The session can receive a signal before the host does.
        return ExitCodeOf(recording, Math.Max(host.Signal, session.Signal));
    }

    /// <summary>Reports how the command ended, as time(1) does, unless it succeeded.</summary>
    private static void ReportCommand(RecordingResult recording, CliHost host)
    {
        if (recording.Signal is { } signal) host.Report($"the command was ended by signal {signal}.");
        else if (recording.ExitCode is { } code and not 0) host.Report($"the command exited with status {code}.");
    }

    /// <summary>
    /// The exit code of a recording: that of its command, as time(1) passes it on, unless the recorder was told to end or the
    /// recording was cut short. Ctrl-C is the usual way to end a recording and no failure.
    /// </summary>
    /// <param name="recording">The recording.</param>
    /// <param name="signal">The signal that this process received; 0 for none.</param>
    internal static int ExitCodeOf(RecordingResult recording, int signal) => recording.EndedBy switch
    {
        _ when signal is not (0 or Interrupt) => ExitCode.Signal + signal,
        nameof(RecordingEnd.Failed) or nameof(RecordingEnd.FreeSpace) => ExitCode.BadOutput,
        _ => recording.ExitCode ?? ExitCode.Ok,
    };

    private static string ProgressLine(RecordingProgress now, RecordingRequest request)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{now.Elapsed.TotalSeconds:0.0}");
        if (request.Duration is { } duration) text.Append(CultureInfo.InvariantCulture, $" of {duration.TotalSeconds:0.#}");
        text.Append(" s");
        if (now.PercentOf(request) is { } percent) text.Append(CultureInfo.InvariantCulture, $", {percent} %");
        text.Append(CultureInfo.InvariantCulture, $"   {now.Events:N0} events   {now.EventsPerSecond:N0}/s");
        return text.Append(CultureInfo.InvariantCulture, $"   {Sizes.Format(now.Bytes)}   {now.LostEvents:N0} lost").ToString();
    }

    private static string SummaryOf(RecordingResult recording)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TerminalText.Escape(recording.Path)}: {recording.Events:N0} events, ");
        text.Append(CultureInfo.InvariantCulture, $"{recording.LostEvents:N0} lost, {Sizes.Format(recording.Bytes)}, ");
        text.Append(CultureInfo.InvariantCulture, $"{recording.Duration.TotalSeconds:0.##} s\n");
        foreach (var cpu in recording.PerCpu)
            text.Append(CultureInfo.InvariantCulture, $"  CPU {cpu.Cpu}: {cpu.Events} events, {cpu.LostEvents} lost\n");
        return text.ToString();
    }

    private static int CheckMachine(CliHost host)
    {
        var report = HostReport.Inspect();
        var text = new StringBuilder();
        void Row(string name, string? value) => text.Append(CultureInfo.InvariantCulture, $"{name,-16}{value ?? "-"}\n");
        Row("kernel", report.KernelRelease);
        Row("build id", report.BuildId);
        Row("tracefs", report.TraceFs);
        Row("lock-down", report.LockDown);
        Row("tracers", report.Tracers.Count > 0 ? string.Join(' ', report.Tracers) : null);
        Row("functions", report.Functions.ToString(CultureInfo.InvariantCulture));
        Row("events", report.Events.ToString(CultureInfo.InvariantCulture));
        Row("instances", report.Instances ? "yes" : "no");
        Row("cpus online", CpuList.ToList(report.OnlineCpus));
        Row("buffer", $"{Sizes.Format(report.DefaultBufferSize)} per CPU");
        foreach (var left in report.LeftBehind) Row("left behind", TerminalText.Escape(left));
        foreach (var problem in report.Problems) Row(problem.IsFatal ? "cannot record" : "note", problem.Message);
        host.Write(text.ToString());
        return report.CanRecord ? ExitCode.Ok : ExitCode.BadHost;
    }
}
