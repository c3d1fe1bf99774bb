using System.Runtime.InteropServices;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Replay;

/// <summary>
/// Counts events by kind, and calls by function, by time range while they come, and passes on the counts of each range as soon as
/// its time is over.
/// </summary>
/// <param name="every">The length of the ranges, in nanoseconds or counts of the clock.</param>
/// <param name="withCalls">Whether calls are counted, too.</param>
/// <param name="onWindow">Receives the counts of each range that has any, largest first.</param>
internal sealed class CountWindows(long every, bool withCalls, Action<IReadOnlyList<WindowCount>> onWindow) : EventSink
{
    private readonly Dictionary<EventSchema, long> _events = new(ReferenceEqualityComparer.Instance);
    private CallSink? _calls;
    private long[] _functions = new long[1024];
    private readonly List<int> _used = [];
    private TraceContext? _context;
    private long _current = long.MinValue;

    /// <inheritdoc/>
    public override CallFields Fields => 0;

    /// <inheritdoc/>
    public override CallSink? Calls => withCalls ? _calls ??= new FunctionCounts(this) : null;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _context = context;
        _current = long.MinValue;
    }

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        Advance(record.Time);
        CollectionsMarshal.GetValueRefOrAddDefault(_events, record.Schema, out _)++;
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info) => Close();

    private void Advance(long time)
    {
        if (time == CallRecord.NoTime) return;
        var range = LatencyTally.Range(time, every);
        if (range <= _current) return;
        if (_current != long.MinValue) Close();
        _current = range;
    }

    private void Count(int function)
    {
        if (function >= _functions.Length) Array.Resize(ref _functions, Math.Max(function + 1, _functions.Length * 2));
        if (_functions[function]++ == 0) _used.Add(function);
    }

    private void Close()
    {
        if (_events.Count + _used.Count == 0) return;
        var source = _context!.Source;
        var from = source.ToTimestamp(_current * every) ?? 0;
        var until = source.ToTimestamp((_current + 1) * every) ?? 0;
        var counts = new List<WindowCount>(_events.Count + _used.Count);
        foreach (var (schema, count) in _events)
        {
            var name = schema.System is { } system ? $"{system}:{schema.Name}" : schema.Name;
            counts.Add(new WindowCount(from, until, false, name, count));
        }
        foreach (var function in _used)
        {
            counts.Add(new WindowCount(from, until, true, _context.Names.Functions[function].ToString(), _functions[function]));
            _functions[function] = 0;
        }
        _events.Clear();
        _used.Clear();
        onWindow([.. counts.OrderByDescending(count => count.Count).ThenBy(count => count.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Counts the calls.</summary>
    private sealed class FunctionCounts(CountWindows windows) : CallSink
    {
        public override CallFields Fields => CallFields.Time;

        public override bool InOrder => true;

        public override void Begin(TraceContext context)
        {
            if (!ReferenceEquals(windows._context, context)) windows.Begin(context);
        }

        public override void End(TraceInfo info) => windows.End(info);

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (ref readonly var call in calls)
            {
                windows.Advance(call.Time);
                windows.Count(call.Function);
            }
        }
    }
}
