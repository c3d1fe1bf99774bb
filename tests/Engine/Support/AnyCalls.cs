using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Collects calls in any order.</summary>
internal sealed class AnyCalls : CallSink
{
    public List<CallRecord> Calls { get; } = [];

    public override CallFields Fields => CallFields.All;

    public override void Accept(ReadOnlySpan<CallRecord> calls) => Calls.AddRange(calls);

    public override CallSink Fork() => new AnyCalls();

    public override void Join(TraceSink fork) => Calls.AddRange(((AnyCalls)fork).Calls);
}
