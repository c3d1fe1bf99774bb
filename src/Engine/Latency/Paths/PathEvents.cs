using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Paths;

/// <summary>Feeds an <see cref="ActivityHistory"/> with the events of a recording.</summary>
internal sealed class PathEvents : EventSink
{
    private readonly ActivityTracker _tracker;
    private readonly ActivityHistory _history;
    private readonly double? _since, _until;

    /// <summary>Creates a sink for the events of one recording.</summary>
    /// <param name="history">What tasks and CPUs do.</param>
    /// <param name="since">The begin of the span, in seconds or counts of the trace clock; null for that of the recording.</param>
    /// <param name="until">The end of the span; null for that of the recording.</param>
    public PathEvents(ActivityHistory history, double? since, double? until)
        => (_history, _since, _until, _tracker) = (history, since, until, new ActivityTracker(history));

    /// <summary>The time of the first event; <see cref="CallRecord.NoTime"/> without one.</summary>
    public long First { get; private set; } = CallRecord.NoTime;

    /// <summary>The latest time of an event.</summary>
    public long Last { get; private set; } = CallRecord.NoTime;

    /// <summary>The begin of the span.</summary>
    public long Since { get; private set; } = long.MinValue;

    /// <summary>The end of the span.</summary>
    public long Until { get; private set; } = long.MaxValue;

    /// <inheritdoc/>
    public override CallFields Fields => _tracker.Fields;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => _tracker.Warnings;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        var counts = context.Source.ClockUnit == ClockUnit.Counts;
        (Since, Until) = (ToTime(_since, long.MinValue, counts), ToTime(_until, long.MaxValue, counts));
        _history.Limit(Since, Until);
        _tracker.Begin(context);
    }

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => _tracker.Wants(schema);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (record.Time != CallRecord.NoTime)
        {
            if (First == CallRecord.NoTime) First = record.Time;
            Last = Math.Max(Last, record.Time);
        }
        _tracker.Accept(in record);
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time)
    {
        var last = _tracker.Cpu(cpu) is { } state ? state.LastEvent : Last;
        _history.Lost(cpu, last == CallRecord.NoTime ? time : Math.Min(last, time));
        _tracker.Lost(cpu, events, time);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info)
    {
        _tracker.End(info);
        _history.Complete();
    }

    private static long ToTime(double? timestamp, long none, bool counts)
        => timestamp is not { } time ? none : counts ? (long)time : (long)Math.Round(time * 1e9);
}
