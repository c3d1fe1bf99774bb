using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Replay;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Watches recordings at the speed at which they were made, or the running kernel.</summary>
internal sealed class WatchCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "watch";

    /// <inheritdoc/>
    public override string Summary => "Watch recordings at their own speed, or the running kernel, as if it happened now";

    /// <inheritdoc/>
    public override string Operands => "[FILE...]";

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [.. WatchOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        Each call or event is written when it is due: a recording at its own speed, standard input (-) and a FIFO as it comes,
        the running kernel as it happens. Lines and JSON are those of the command events. A recording that begins with events
        and no calls has its events watched without --event.

        With --every, latencies or counts of each time range are written when the range is over. A range begins at a multiple
        of its length on the trace clock, and an interval belongs to the range in which it ends. The same events give the same
        ranges at each speed, and live.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The scheduler's events of a recording, ten times as fast",
            "kernel-magnifier watch trace.dat --event 'sched:*' --speed 10"),
        ("How long tasks wait for a CPU, each second, now",
            "sudo kernel-magnifier watch --live --preset scheduling --every 1s --kind wakeup"),
        ("A recording as trace_pipe text for another tool",
            "mkfifo pipe; kernel-magnifier watch trace.dat --event '*' --text -o pipe"),
        ("What arrives from another machine",
            "ssh host sudo cat /sys/kernel/tracing/trace_pipe | kernel-magnifier watch - --event '*' --json"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        WatchOptions.Check(arguments);
        return WatchOptions.IsLive(arguments) ? WatchLive(arguments, host) : WatchFiles(arguments, host);
    }

    private static int WatchFiles(Arguments arguments, CliHost host)
    {
        var recordings = Recordings.Of(arguments, host, arguments.Text(WatchOptions.Output));
        var asked = WatchOptions.EventsOf(arguments, recordings.Filter);
        using var output = WatchOutput.Open(arguments, host, recordings.Inputs);
        foreach (var file in recordings.Files)
        {
            var clock = NewClock(arguments, host, file);
            try
            {
                recordings.Watch(file, ReplayPace.ComesByItself(file), reader =>
                {
                    var events = output.NeedsEvents ? WatchOptions.AllEvents(asked, recordings.Filter)
                        : WatchedEvents.Of(reader, asked, recordings.Filter, host.Cancel);
                    return output.Read(reader, clock, events, recordings.Filter) is { } found ? (found, events!) : null;
                });
            }
            finally
            {
                if (clock is not null) ReportLateness(arguments, host, file, clock);
            }
        }
        output.Finish();
        recordings.ReportEvents();
        return output.HasWritten ? ExitCode.Ok : WatchOutput.ReportNothing(arguments, host, recordings);
    }

    private static int WatchLive(Arguments arguments, CliHost host)
    {
        RequireNoOperands(arguments);
        var filter = FilterOptions.Read(arguments);
        if (filter.NeedsGraph)
            throw CliException.Usage("--root and --min-count need all calls of a recording, and --live has no end. Omit them.");
        using var output = WatchOutput.Open(arguments, host, []);
        var request = WatchOptions.LiveOf(arguments, filter, new TraceReadOptions { Cancel = host.Cancel });
        var tracing = LiveWatch.Start(request);
        using (tracing)
        {
            foreach (var warning in tracing.Warnings) host.Warn(warning);
            var events = request.HasEvents ? EventFilter.Of(["*"], filter, request.HasFunctions) : null;
            tracing.Read(reader => output.Read(reader, null, events, filter), host.Cancel);
            output.Finish();
            if (tracing.LostEvents > 0)
                host.Warn(string.Create(CultureInfo.InvariantCulture, $"the kernel lost {tracing.LostEvents:N0} events"));
        }
        foreach (var problem in tracing.Problems) host.Warn(problem);
        // A signal stops the reading, which then ends as at the end of its time.
        var signal = Math.Max(host.Signal, tracing.Signal);
        return signal == 0 ? ExitCode.Ok : ExitCode.Signal + signal;
    }

    private static ReplayClock? NewClock(Arguments arguments, CliHost host, string file)
    {
        if (WatchOptions.SpeedOf(arguments, file) is not { } speed) return null;
        var wasBehind = false;
        return new ReplayClock(speed, new MonotonicTime(), host.Cancel)
        {
            Behind = late =>
            {
                if (!wasBehind)
                    host.Warn($"{file}: what reads the output is slower than the recording, which is now "
                        + $"{DurationText.Of(late)} behind. Choose a lower --speed, or filter more");
                else if (host.ErrorIsTerminal) host.Error.Write($"\r\e[K{DurationText.Of(late)} behind");
                wasBehind = true;
            },
        };
    }

    private static void ReportLateness(Arguments arguments, CliHost host, string file, ReplayClock clock)
    {
        var isFar = clock.MostLate >= ReplayClock.FarBehind;
        if (!isFar && !arguments.Has(WatchOptions.Lateness)) return;
        if (isFar && host.ErrorIsTerminal) host.Error.Write("\r\e[K");
        host.Report(string.Create(CultureInfo.InvariantCulture, $"{file}: of {clock.Records:N0} records, 99 % were at most ")
            + $"{DurationText.Of(clock.LatenessOf(0.99))} late, and all at most {DurationText.Of(clock.MostLate)}");
    }
}
