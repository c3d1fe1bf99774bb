using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Replay;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>Reads one recording for Watch-KmTrace: at the speed of a clock, as objects or as text.</summary>
/// <param name="cmdlet">The cmdlet that writes the output.</param>
/// <param name="name">The name of the recording in messages.</param>
/// <param name="options">What to read.</param>
/// <param name="watch">How.</param>
/// <param name="onPipeline">Has an action run by the thread of the pipeline.</param>
internal sealed class RecordingWatch(
    Cmdlet cmdlet, string name, RecordingImportOptions options, WatchOptions watch, Action<Action> onPipeline)
{
    private bool _wasBehind;

    /// <summary>Reads the recording.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="newEventWriter">Creates the writer of objects of events, with calls or without.</param>
    /// <param name="newCallWriter">Creates the writer of objects of calls.</param>
    /// <param name="cancel">Ends it early.</param>
    public void Read(TraceReader reader, Func<bool, EventObjectWriter> newEventWriter, Func<CallSink> newCallWriter,
        CancellationToken cancel)
    {
        reader.Source.IsWatched = true;
        var clock = watch.Speed is { } speed
            ? new ReplayClock(speed, new MonotonicTime(), cancel) { Behind = late => onPipeline(() => ReportBehind(late)) }
            : null;
        var events = WatchedEvents.Of(reader, options.Event, options.Filter, cancel);
        try
        {
            if (watch.AsText) ReadText(reader, clock, events, cancel);
            else if (events is null) ReadCalls(reader, ReplayPace.Of(newCallWriter(), clock), cancel);
            else
            {
                var writer = newEventWriter(events.WithCalls);
                try
                {
                    ReadEvents(reader, writer, clock, events, cancel);
                }
                finally
                {
                    writer.Flush();
                }
            }
        }
        finally
        {
            if (clock is not null) onPipeline(() => ReportLateness(clock));
        }
    }

    private void ReadText(TraceReader reader, ReplayClock? clock, EventFilter? events, CancellationToken cancel)
    {
        using var lines = new LinesStream(line => onPipeline(() => cmdlet.WriteObject(line)));
        var text = new TracePipeText(watch.Text ?? lines, events is null or { WithCalls: true });
        if (events is null) ReadCalls(reader, ReplayPace.Of(text.Calls!, clock), cancel);
        else ReadEvents(reader, text, clock, events, cancel);
    }

    private void ReadCalls(TraceReader reader, TraceSink sink, CancellationToken cancel)
    {
        var counted = new CountedCalls((CallSink)sink);
        reader.Read(counted, options.Filter, cancel);
        onPipeline(() => options.Found.Add(reader.Names, reader.Info, counted.Count, [options.Filter]));
    }

    private void ReadEvents(TraceReader reader, EventSink sink, ReplayClock? clock, EventFilter events, CancellationToken cancel)
    {
        var found = reader.ReadEvents((EventSink)ReplayPace.Of(sink, clock), events, cancel);
        onPipeline(() => options.FoundEvents?.Add(reader.Names, reader.Info, found, events));
    }

    private void ReportBehind(long late)
    {
        if (_wasBehind) cmdlet.WriteVerbose($"{TerminalText.Escape(name)}: {DurationText.Of(late)} behind.");
        else
            cmdlet.WriteWarning(TerminalText.Escape($"{name}: what follows in the pipeline is slower than the recording, which is "
                + $"now {DurationText.Of(late)} behind. Choose a lower -Speed, or filter more. -Verbose tells how it goes on."));
        _wasBehind = true;
    }

    private void ReportLateness(ReplayClock clock)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{name}: of {clock.Records:N0} records, 99 % were at most ")
            + $"{DurationText.Of(clock.LatenessOf(0.99))} late, and all at most {DurationText.Of(clock.MostLate)}.";
        if (_wasBehind) cmdlet.WriteWarning(TerminalText.Escape(line));
        else cmdlet.WriteVerbose(TerminalText.Escape(line));
    }
}
