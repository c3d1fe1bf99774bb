using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Keeps every call: in order, or (as a sink that may be forked) as they come.</summary>
internal sealed class Calls(bool inOrder) : CallSink
{
    public override CallFields Fields => CallFields.All;

    public override bool InOrder => inOrder;

    public List<CallRecord> List { get; } = [];

    public CallNames Names { get; private set; } = null!;

    /// <summary>Every call as <c>time cpu comm-pid context function&lt;-caller duration/self</c>.</summary>
    public List<string> Text => [.. List.Select(c =>
        $"{c.Time} {c.Cpu} {Names.Tasks[c.Task].Comm}-{Names.Tasks[c.Task].ProcessId} {c.Context} {Names.Functions[c.Function]}<-{Names.Functions[c.Caller]} {c.Duration}/{c.SelfDuration}")];

    /// <summary>Function and caller alone.</summary>
    public List<string> Edges => [.. List.Select(c => $"{Names.Functions[c.Function].Name}<-{Names.Functions[c.Caller].Name}")];

    public override void Begin(TraceContext context) => Names = TestContexts.NamesOf(context);

    public override void Accept(ReadOnlySpan<CallRecord> calls) => List.AddRange(calls);

    public override CallSink Fork() => new Calls(false) { Names = Names };

    public override void Join(TraceSink fork) => List.AddRange(((Calls)fork).List);

    public static Calls Of(TraceReader reader, bool inOrder = true, CallFilter? filter = null)
    {
        var calls = new Calls(inOrder);
        reader.Read(calls, filter);
        return calls;
    }
}
