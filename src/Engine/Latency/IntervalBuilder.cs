using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>
/// Pairs the kernel events of one recording to intervals, in one pass in time order over all CPUs. docs/latency.md has the rules.
/// Pairs are made over the whole recording; a filter chooses intervals afterwards, so that it never breaks a pair.
/// </summary>
/// <param name="sink">Receives the intervals.</param>
internal sealed class IntervalBuilder(IntervalSink sink) : EventSink
{
    private readonly LatencyNames _names = new();

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Edge;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => sink.Begin(context, _names);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record) { }

    /// <inheritdoc/>
    public override void End(TraceInfo info) => sink.End(info, new Dictionary<IntervalKind, IntervalAccount>());
}
