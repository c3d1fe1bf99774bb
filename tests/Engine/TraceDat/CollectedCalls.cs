using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Collects every call: in time order, or in any order from forked sinks.</summary>
internal sealed class CollectedCalls(bool inOrder) : CallSink
{
    public override CallFields Fields => CallFields.All;

    public override bool InOrder => inOrder;

    public List<CallRecord> List { get; } = [];

    public CallNames Names { get; private set; } = null!;

    /// <summary>Each call as <c>time cpu comm-pid context function&lt;-caller duration/self</c>.</summary>
    public List<string> Text => [.. List.Select(c =>
        $"{c.Time} {c.Cpu} {Names.Tasks[c.Task].Comm}-{Names.Tasks[c.Task].ProcessId} {c.Context} {Names.Functions[c.Function]}<-{Names.Functions[c.Caller]} {c.Duration}/{c.SelfDuration}")];

    /// <summary>Each call as <c>function&lt;-caller</c>.</summary>
    public List<string> Edges => [.. List.Select(c => $"{Names.Functions[c.Function].Name}<-{Names.Functions[c.Caller].Name}")];

    public override void Begin(TraceContext context) => Names = TestContexts.NamesOf(context);

    public override void Accept(ReadOnlySpan<CallRecord> calls) => List.AddRange(calls);

    public override CallSink Fork() => new CollectedCalls(false) { Names = Names };

    public override void Join(TraceSink fork) => List.AddRange(((CollectedCalls)fork).List);

    public static CollectedCalls Of(TraceReader reader, bool inOrder = true, CallFilter? filter = null)
    {
        var calls = new CollectedCalls(inOrder);
        reader.Read(calls, filter);
        return calls;
    }
}
