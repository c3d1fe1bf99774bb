using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison.Tails;

/// <summary>Finds the intervals of a recording that are in tails.</summary>
/// <param name="plan">What the rows were sampled by, and the filter.</param>
/// <param name="tails">The tails.</param>
internal sealed class TailIntervals(SamplePlan plan, IReadOnlyCollection<Tail> tails) : IntervalSink
{
    private readonly FilterNames _lists = new(plan.Filter);
    private readonly ILookup<(IntervalKind Kind, string? Key), Tail> _tails = tails.ToLookup(tail => (tail.Kind, tail.Key));
    private readonly long[] _least = [.. IntervalKinds.All.Select(kind => tails.Where(tail => tail.Kind == kind)
        .Select(tail => tail.Above).DefaultIfEmpty(long.MaxValue).Min())];
    private readonly Dictionary<Interval, Tail[]> _found = new(ReferenceEqualityComparer.Instance);
    private TraceContext _context = null!;
    private LatencyNames _names = null!;
    private IntervalPredicate _predicate = null!;
    private SampleKey _keys = null!;

    /// <summary>The intervals, and the tails that each of them is in.</summary>
    public IReadOnlyDictionary<Interval, Tail[]> Found => _found;

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
    {
        (_context, _names) = (context, names);
        _predicate = new IntervalPredicate(plan.Filter, _lists, context.Source, names);
        _keys = new SampleKey(plan.By, names, SyscallNames.Of(context.Source.KernelRelease));
    }

    /// <inheritdoc/>
    public override void Accept(in IntervalRecord interval)
    {
        // The limits of the tails keep the number below; a recording that was replaced since can have any number.
        if (interval.Length <= _least[(int)interval.Kind] || _found.Count >= CauseReading.Most) return;
        if (!_predicate.Matches(in interval) || !_predicate.MatchesTask(interval.ProcessId)) return;
        var length = interval.Length;
        Tail[] of = [.. _tails[(interval.Kind, _keys.Of(interval))].Where(tail => length > tail.Above)];
        if (of.Length > 0) _found.Add(new Interval(_context, _names, interval), of);
    }
}
