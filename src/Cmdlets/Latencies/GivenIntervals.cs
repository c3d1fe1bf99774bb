using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>Passes intervals from the pipeline, live or deserialized, to sinks, in their order, for each recording apart.</summary>
/// <param name="makeSink">Makes the sink for the intervals of a recording.</param>
internal sealed class GivenIntervals(Func<IntervalSink> makeSink)
{
    private static readonly Dictionary<IntervalKind, IntervalAccount> NoAccounts = [];

    // Intervals of one recording that were measured twice have different names, to which their records refer.
    private readonly Dictionary<LatencyNames, (TraceSource Source, IntervalSink Sink)> _sinks =
        new(ReferenceEqualityComparer.Instance);
    private readonly IntervalCopies _copies = new();

    /// <summary>Takes an interval.</summary>
    public void Add(Interval interval)
    {
        if (!_sinks.TryGetValue(interval.Names, out var known))
        {
            known = (interval.Origin.Source, makeSink());
            known.Sink.Begin(interval.Origin, interval.Names);
            _sinks.Add(interval.Names, known);
        }
        known.Sink.Accept(in interval.Record);
    }

    /// <summary>Takes a copy of an interval. Returns false if the object is no interval.</summary>
    /// <exception cref="InputException">A value is not that of an interval.</exception>
    public bool TryAdd(PSObject input)
    {
        var copy = new InputProperties(input);
        if (!IntervalCopies.Is(copy)) return false;
        Add(_copies.Of(copy));
        return true;
    }

    /// <summary>Ends the input. What became of starts and ends without an interval is not known.</summary>
    public void Complete()
    {
        foreach (var (source, sink) in _sinks.Values)
            if (source.Info is { } info) sink.End(info, NoAccounts);
    }
}
