using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>
/// Measures latencies by time range while the events of one recording come, and passes on the rows of each range as soon as its
/// time is over. An interval belongs to the range in which it ends. Nothing of a range that is over is kept.
/// </summary>
internal sealed class LatencyWindows : EventSink
{
    private readonly LatencyCollector _collector;
    private readonly Action<IReadOnlyList<Latency>> _onWindow;
    private readonly IntervalBuilder _builder;
    private readonly Window _window;
    private readonly long _every;
    private long _current = long.MinValue;

    /// <summary>Creates the measurement of one recording.</summary>
    /// <param name="collector">What is measured: by time range (<see cref="LatencyPlan.Every"/>) and by the end of intervals.</param>
    /// <param name="onWindow">Receives the rows of each range that has any.</param>
    public LatencyWindows(LatencyCollector collector, Action<IReadOnlyList<Latency>> onWindow)
    {
        if (collector.Plan is not { Every: { } every, ByEnd: true })
            throw new ArgumentException("The plan is not by time range and end.", nameof(collector));
        (_collector, _onWindow, _every) = (collector, onWindow, every);
        _window = new Window(collector);
        _builder = new IntervalBuilder(_window, withCalls: false);
    }

    /// <inheritdoc/>
    public override CallFields Fields => _builder.Fields;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => _builder.Warnings;

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => _builder.Wants(schema);

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => _builder.Begin(context);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (record.Time != CallRecord.NoTime) Advance(record.Time);
        _builder.Accept(in record);
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time) => _builder.Lost(cpu, events, time);

    /// <inheritdoc/>
    public override void End(TraceInfo info)
    {
        _builder.End(info);
        Close();
    }

    private void Advance(long time)
    {
        var range = LatencyTally.Range(time, _every);
        if (range <= _current) return;
        if (_current != long.MinValue)
        {
            _builder.Settle();
            Close();
        }
        _current = range;
    }

    private void Close()
    {
        if (_collector.Take(_window.Next()) is { Count: > 0 } rows) _onWindow(rows);
    }

    /// <summary>Counts the intervals of the range that is not over.</summary>
    private sealed class Window(LatencyCollector collector) : IntervalSink
    {
        private LatencyTally _tally = new(collector);

        public override void Begin(TraceContext context, LatencyNames names) => _tally.Begin(context, names);

        public override void Accept(in IntervalRecord interval) => _tally.Accept(in interval);

        public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts)
            => _tally.End(info, accounts);

        /// <summary>Begins another range, and returns the tally of the last one.</summary>
        public LatencyTally Next()
        {
            var done = _tally;
            _tally = new LatencyTally(collector);
            if (done.Context is { } context) _tally.Begin(context, done.Names);
            return done;
        }
    }
}
