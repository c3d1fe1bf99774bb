using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Passes intervals on to several sinks.</summary>
/// <param name="sinks">The sinks.</param>
internal sealed class IntervalTee(IReadOnlyList<IntervalSink> sinks) : IntervalSink
{
    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
    {
        foreach (var sink in sinks) sink.Begin(context, names);
    }

    /// <inheritdoc/>
    public override void Accept(in IntervalRecord interval)
    {
        foreach (var sink in sinks) sink.Accept(in interval);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts)
    {
        foreach (var sink in sinks) sink.End(info, accounts);
    }
}
