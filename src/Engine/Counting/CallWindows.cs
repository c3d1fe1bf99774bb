using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// Counts calls by time range while they come, in time order, and passes on the counts of each range as soon as a later call
/// comes. A call belongs to the range in which it was made. Nothing of a range that is over is kept.
/// </summary>
/// <param name="by">What to count by.</param>
/// <param name="every">The length of the ranges, in nanoseconds or counts of the clock.</param>
/// <param name="onWindow">Receives the counts of each range, largest first.</param>
internal sealed class CallWindows(CallGrouping by, long every, Action<IReadOnlyList<FunctionCallCount>> onWindow)
{
    private CallCollector? _collector;
    private TraceContext? _context;
    private long _current;

    /// <summary>Whether a call had no time. It is counted in no range.</summary>
    public bool HasUntimed { get; private set; }

    /// <summary>Counts a call.</summary>
    public void Add(CallEvent call)
    {
        if (call.Record.Time == CallRecord.NoTime)
        {
            HasUntimed = true;
            return;
        }
        var range = Math.DivRem(call.Record.Time, every) is var (whole, rest) && rest < 0 ? whole - 1 : whole;
        if (_collector is null || range > _current || !ReferenceEquals(call.Origin, _context)) Begin(range, call.Origin);
        _collector!.Add(call);
    }

    /// <summary>Passes on the last range.</summary>
    public void Complete()
    {
        if (_collector is null) return;
        var counts = _collector.Counts();
        foreach (var count in counts) count.Window = new CallWindow(_context!.Source, _current * every, every);
        _collector = null;
        onWindow(counts);
    }

    private void Begin(long range, TraceContext context)
    {
        Complete();
        (_collector, _current, _context) = (new CallCollector(by), range, context);
    }
}
