using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// Passes the calls whose edge is in a graph to a sink. Used in the second reading, when the graph of several recordings was
/// needed to apply a root or a minimum count. Functions are compared as in <see cref="CallGraph"/>, because ids differ between
/// recordings.
/// </summary>
public sealed class SelectedCalls : CallSink
{
    private readonly CallSink _sink;
    private readonly HashSet<(CallGraph.FunctionKey, CallGraph.FunctionKey)> _edges;
    private readonly Dictionary<(int, int), bool> _known = [];
    private readonly CallRecord[] _kept = new CallRecord[1024];
    private CallNames? _names;

    /// <summary>Creates a sink in front of another one.</summary>
    public SelectedCalls(CallSink sink, CallGraph graph)
        : this(sink, [.. graph.Edges.Select(e => Key(e.CallerSymbol, e.CalleeSymbol))]) { }

    private SelectedCalls(CallSink sink, HashSet<(CallGraph.FunctionKey, CallGraph.FunctionKey)> edges)
        => (_sink, _edges) = (sink, edges);

    /// <inheritdoc/>
    public override CallFields Fields => _sink.Fields;

    /// <inheritdoc/>
    public override bool InOrder => _sink.InOrder;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _names = context.Names;
        _known.Clear();
        _sink.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        var kept = 0;
        foreach (ref readonly var call in calls)
        {
            ref var passes = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, (call.Caller, call.Function), out var exists);
            if (!exists)
                passes = _edges.Contains(Key(_names!.Functions[call.Caller], _names.Functions[call.Function]));
            if (!passes) continue;
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

    private static (CallGraph.FunctionKey, CallGraph.FunctionKey) Key(FunctionSymbol caller, FunctionSymbol callee)
        => (new CallGraph.FunctionKey(caller), new CallGraph.FunctionKey(callee));
}
