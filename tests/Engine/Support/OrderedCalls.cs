using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Collects calls in time order.</summary>
internal sealed class OrderedCalls : CallSink
{
    public List<CallRecord> Calls { get; } = [];

    public CallNames Names { get; private set; } = null!;

    public override CallFields Fields => CallFields.All;

    public override bool InOrder => true;

    public override void Begin(TraceContext context) => Names = TestContexts.NamesOf(context);

    public override void Accept(ReadOnlySpan<CallRecord> calls) => Calls.AddRange(calls);
}
