using KernelMagnifier.Model;

namespace KernelMagnifier.Traces;

/// <summary>Takes the calls of the start of a recording, of which only the number matters, which the reader counts.</summary>
internal sealed class HeadCounts : CallSink
{
    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls) { }
}
