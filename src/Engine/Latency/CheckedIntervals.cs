using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Receives the intervals of a recording that is checked.</summary>
internal sealed class CheckedIntervals(Action<IntervalRecord> onSlice) : IntervalSink
{
    /// <summary>What became of every start and every end, by kind.</summary>
    public IReadOnlyDictionary<IntervalKind, IntervalAccount> Accounts { get; private set; }
        = new Dictionary<IntervalKind, IntervalAccount>();

    /// <inheritdoc/>
    public override void Accept(in IntervalRecord interval)
    {
        if (interval.Kind is IntervalKind.OnCpu or IntervalKind.Idle) onSlice(interval);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts) => Accounts = accounts;
}
