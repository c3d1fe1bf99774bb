using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Receives the intervals of a recording, in the order of their ends.</summary>
internal abstract class IntervalSink
{
    /// <summary>Called once, before the first interval.</summary>
    /// <param name="context">The recording.</param>
    /// <param name="names">The keys and tasks that the intervals refer to.</param>
    public virtual void Begin(TraceContext context, LatencyNames names) { }

    /// <summary>Receives one interval, which is certain.</summary>
    public abstract void Accept(in IntervalRecord interval);

    /// <summary>Called once after the last interval.</summary>
    /// <param name="info">The description of the recording.</param>
    /// <param name="accounts">What became of every start and every end, by kind; only kinds with a start or an end.</param>
    public virtual void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts) { }
}
