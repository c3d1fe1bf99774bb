using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>Passes the calls of a recording on to the intervals in whose time they are.</summary>
internal sealed class CauseCalls(CauseSink sink) : CallSink
{
    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Time | CallFields.Cpu | CallFields.Duration;

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        foreach (ref readonly var call in calls)
            if (call.Time != CallRecord.NoTime)
                sink.Called(call.Cpu, call.Function, call.Time, call.SelfDuration);
    }
}
