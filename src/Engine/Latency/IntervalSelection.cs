using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Passes the intervals of a recording on that a <see cref="LatencyPlan"/> chooses, one by one.</summary>
/// <param name="plan">The kinds and the filter.</param>
/// <param name="lists">The names of the filter.</param>
/// <param name="take">Takes an interval.</param>
internal sealed class IntervalSelection(LatencyPlan plan, FilterNames lists, Action<Interval> take) : IntervalSink
{
    private readonly bool[] _kinds = [.. IntervalKinds.All.Select(plan.Has)];
    private TraceContext _context = null!;
    private LatencyNames _names = null!;
    private IntervalPredicate _predicate = null!;

    /// <summary>The number of intervals passed on.</summary>
    public long Count { get; private set; }

    /// <summary>The kinds passed on.</summary>
    public HashSet<IntervalKind> Found { get; } = [];

    /// <summary>The description of the recording; null if the reading did not reach its end.</summary>
    public TraceInfo? Info { get; private set; }

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
    {
        (_context, _names) = (context, names);
        _predicate = new IntervalPredicate(plan.Filter, lists, context.Source, names);
    }

    /// <inheritdoc/>
    public override void Accept(in IntervalRecord interval)
    {
        if (!_kinds[(int)interval.Kind] || !_predicate.Matches(in interval) || !_predicate.MatchesTask(interval.ProcessId)) return;
        Count++;
        Found.Add(interval.Kind);
        take(new Interval(_context, _names, interval));
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts) => Info = info;
}
