using KernelMagnifier.Model;

namespace KernelMagnifier.Replay;

/// <summary>Counts the calls that pass to a sink.</summary>
/// <param name="sink">The sink.</param>
internal sealed class CountedCalls(CallSink sink) : CallSink
{
    /// <summary>The number of calls.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public override CallFields Fields => sink.Fields;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => sink.Warnings;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => sink.Begin(context);

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        Count += calls.Length;
        sink.Accept(calls);
    }

    /// <inheritdoc/>
    public override void Idle() => sink.Idle();

    /// <inheritdoc/>
    public override void End(TraceInfo info) => sink.End(info);
}
