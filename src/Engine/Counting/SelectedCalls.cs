using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// Hands on the calls whose edge is in a graph: the second reading when a root or a minimum count was judged over several
/// recordings together. Functions are compared as <see cref="CallGraph"/> does, since each recording numbers its own.
/// </summary>
public sealed class SelectedCalls : CallSink
{
    private readonly CallSink _sink;
    private readonly HashSet<(CallGraph.FunctionKey, CallGraph.FunctionKey)> _edges;
    private readonly Dictionary<(int, int), bool> _judged = [];
    private readonly CallRecord[] _kept = new CallRecord[1024];
    private CallNames? _names;

    /// <summary>Hands on to a sink what is in a graph.</summary>
    public SelectedCalls(CallSink sink, CallGraph graph)
        : this(sink, [.. graph.Edges.Select(e => (new CallGraph.FunctionKey(e.CallerSymbol), new CallGraph.FunctionKey(e.CalleeSymbol)))]) { }

    private SelectedCalls(CallSink sink, HashSet<(CallGraph.FunctionKey, CallGraph.FunctionKey)> edges) => (_sink, _edges) = (sink, edges);

    /// <inheritdoc/>
    public override CallFields Fields => _sink.Fields;

    /// <inheritdoc/>
    public override bool InOrder => _sink.InOrder;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _names = context.Names;
        _judged.Clear();
        _sink.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        var kept = 0;
        foreach (ref readonly var call in calls)
        {
            ref var verdict = ref CollectionsMarshal.GetValueRefOrAddDefault(_judged, (call.Caller, call.Function), out var known);
            if (!known)
                verdict = _edges.Contains((new CallGraph.FunctionKey(_names!.Functions[call.Caller]), new CallGraph.FunctionKey(_names.Functions[call.Function])));
            if (!verdict) continue;
            _kept[kept++] = call;
            if (kept < _kept.Length) continue;
            _sink.Accept(_kept);
            kept = 0;
        }
        if (kept > 0) _sink.Accept(_kept.AsSpan(0, kept));
    }

    /// <inheritdoc/>
    public override CallSink Fork() => new SelectedCalls(_sink.Fork(), _edges) { _names = _names };

    /// <inheritdoc/>
    public override void Join(TraceSink fork) => _sink.Join(((SelectedCalls)fork)._sink);

    /// <inheritdoc/>
    public override void End(TraceInfo info) => _sink.End(info);
}
