using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Replay;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The output of the watch command: lines, or rows of time ranges, each written when it is due.</summary>
internal sealed class WatchOutput : IDisposable
{
    private readonly CliHost _host;
    private readonly OutputFile? _file;
    private readonly Stream _output;
    private readonly ReportStyle _style;
    private readonly long? _every;
    private readonly bool _counts, _isText, _isJson;
    private readonly LatencyCollector? _collector;
    private readonly TableShape _shape = new();

    private WatchOutput(Arguments arguments, CliHost host, OutputFile? file)
    {
        (_host, _file) = (host, file);
        _output = new DataStream(file?.Stream ?? host.EndlessOutput ?? host.Output,
            file is null ? "standard output" : arguments.Text(WatchOptions.Output)!);
        _style = file is null ? new ReportStyle(host.OutputIsTerminal, host.Colour) : default;
        (_every, _counts) = (WatchOptions.EveryOf(arguments), arguments.Has(WatchOptions.Count));
        (_isText, _isJson) = (arguments.Has(WatchOptions.Text), arguments.Has(WatchOptions.Json));
        if (NeedsEvents) _collector = new LatencyCollector(WatchOptions.PlanOf(arguments));
    }

    /// <summary>Whether kernel events are read even if the recording has calls: latencies are measured.</summary>
    public bool NeedsEvents => _every is not null && !_counts;

    /// <summary>Whether anything was written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Opens the output. A FIFO is waited for until somebody reads it.</summary>
    public static WatchOutput Open(Arguments arguments, CliHost host, IReadOnlyList<InputIdentity> inputs)
    {
        var path = arguments.Text(WatchOptions.Output);
        var file = path is null or "-" ? null : OutputFile.Create(path, force: true, inputs, host.Cancel);
        return new WatchOutput(arguments, host, file);
    }

    /// <summary>Reads a recording and writes what is asked for.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="clock">Its clock; null for none.</param>
    /// <param name="events">The events to watch; null for calls.</param>
    /// <param name="filter">The calls to watch.</param>
    /// <returns>What of the events was found; null for calls.</returns>
    public FilteredEvents? Read(TraceReader reader, ReplayClock? clock, EventFilter? events, CallFilter filter)
    {
        reader.Source.IsWatched = true;
        var sink = NewSink(events is null or { WithCalls: true });
        var (calls, found, finish) = (0L, (FilteredEvents?)null, sink.Finish);
        try
        {
            if (events is not null) found = reader.ReadEvents((EventSink)ReplayPace.Of(sink.Sink, clock), events, _host.Cancel);
            else
            {
                var counted = new CountedCalls((CallSink)ReplayPace.Of(sink.Calls!, clock));
                reader.Read(counted, filter, _host.Cancel);
                calls = counted.Count;
            }
        }
        finally
        {
            // What was due is written, also if the watch is ended.
            if (!_host.Cancel.IsCancellationRequested || clock is null) finish?.Invoke();
        }
        HasWritten |= calls > 0 || found is { Passed: > 0 } or { PassedCalls: > 0 };
        return found;
    }

    /// <summary>Completes the output.</summary>
    public void Finish()
    {
        _output.Flush();
        _file?.Commit();
    }

    /// <summary>Reports why nothing was written, and returns the exit code.</summary>
    public static int ReportNothing(Arguments arguments, CliHost host, Recordings recordings)
        => RowOptions.ReportEmpty(arguments, host, recordings);

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private (TraceSink Sink, CallSink? Calls, Action? Finish) NewSink(bool withCalls)
    {
        if (_collector is not null) return (new LatencyWindows(_collector, Write), null, null);
        if (_every is { } every)
        {
            var counts = new CountWindows(every, withCalls, Write);
            return (counts, counts.Calls, null);
        }
        if (_isText)
        {
            var text = new TracePipeText(_output, withCalls);
            return (text, text.Calls, null);
        }
        var format = _isJson ? ReportFormat.JsonLines : ReportFormat.Table;
        var listing = new EventListing(_output, format, _style, withCalls);
        var calls = new CallListing(_output, format, _style);
        return (listing, calls, () =>
        {
            listing.Idle();
            calls.Idle();
        });
    }

    private void Write(IReadOnlyList<Latency.Latency> latencies)
    {
        var (table, rows) = LatencyReports.Table(latencies, byRecording: false);
        LatencyReports.Write(table, rows, _isJson ? ReportFormat.JsonLines : ReportFormat.Table, _output, _style, _shape);
        _output.Flush();
    }

    private void Write(IReadOnlyList<WindowCount> counts)
    {
        var text = new StringBuilder();
        foreach (var count in counts) text.Append(WindowCounts.Line(count, _isJson)).Append('\n');
        _output.Write(Encoding.UTF8.GetBytes(text.ToString()));
        _output.Flush();
    }
}
