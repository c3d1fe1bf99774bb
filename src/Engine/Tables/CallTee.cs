using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Passes calls in order on to two sinks.</summary>
/// <param name="first">The first sink.</param>
/// <param name="second">The second sink.</param>
internal sealed class CallTee(CallSink first, CallSink second) : CallSink
{
    /// <inheritdoc/>
    public override CallFields Fields => first.Fields | second.Fields;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => first.Warnings.Concat(second.Warnings);

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        first.Begin(context);
        second.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        first.Accept(calls);
        second.Accept(calls);
    }

    /// <inheritdoc/>
    public override void Idle()
    {
        first.Idle();
        second.Idle();
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info)
    {
        first.End(info);
        second.End(info);
    }
}
