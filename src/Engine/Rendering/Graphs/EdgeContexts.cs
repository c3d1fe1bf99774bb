using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>In which contexts calls ran, and where a softirq or an interrupt comes into the flow of a task.</summary>
internal static class EdgeContexts
{
    private const int Kinds = (int)ExecutionContext.Nmi + 1;

    // A stray call, such as one while flags were changed, does not make a function one of several contexts.
    private const double Most = 0.9;

    /// <summary>Tells edges and functions their contexts.</summary>
    public static void Assign(IReadOnlyList<CallShare> shares, IReadOnlyList<GraphEdge> edges, IReadOnlyList<GraphNode> nodes)
    {
        var counts = new Dictionary<(CallGraph.FunctionKey, CallGraph.FunctionKey), long[]>();
        // Functions of a graph are few, their shares many: each is looked at once.
        var keys = new Dictionary<FunctionSymbol, CallGraph.FunctionKey>(ReferenceEqualityComparer.Instance);
        CallGraph.FunctionKey Key(FunctionSymbol symbol)
        {
            if (!keys.TryGetValue(symbol, out var key)) keys.Add(symbol, key = new CallGraph.FunctionKey(symbol));
            return key;
        }
        foreach (var share in shares)
        {
            var key = (Key(share.Caller), Key(share.Callee));
            if (!counts.TryGetValue(key, out var of)) counts.Add(key, of = new long[Kinds]);
            of[(int)share.Context] += share.Calls;
        }
        foreach (var edge in edges)
            edge.Contexts = counts.GetValueOrDefault((new CallGraph.FunctionKey(edge.Caller.Symbol), new CallGraph.FunctionKey(edge.Callee.Symbol)));
        foreach (var node in nodes) node.Contexts = Sum(node.Callers.Count > 0 ? node.Callers : node.Callees);
        foreach (var edge in edges) edge.Entry = EntryOf(edge);
    }

    /// <summary>The context nine of ten calls ran in; null when there is none such, or most are not known.</summary>
    public static ExecutionContext? Main(long[]? contexts)
    {
        if (contexts is null) return null;
        var all = contexts.Sum();
        for (var i = 1; i < contexts.Length; i++)
            if (contexts[i] > 0 && contexts[i] >= all * Most)
                return (ExecutionContext)i;
        return null;
    }

    /// <summary>A name for people.</summary>
    public static string Name(ExecutionContext? context) => context switch
    {
        ExecutionContext.Task => "task",
        ExecutionContext.SoftIrq => "softirq",
        ExecutionContext.HardIrq => "hardirq",
        ExecutionContext.Nmi => "NMI",
        _ => "several contexts",
    };

    /// <summary>
    /// The kernel enters a softirq or an interrupt within a function (<c>__do_softirq</c>, <c>sysvec_apic_timer_interrupt</c>): the function
    /// itself was called outside, what it calls runs inside.
    /// </summary>
    private static ExecutionContext? EntryOf(GraphEdge edge)
    {
        if (edge.Caller.IsUnknown || Main(edge.Contexts) is not { } inside || inside == ExecutionContext.Task || edge.Caller.Contexts is not { } caller) return null;
        var (outside, within) = (0L, 0L);
        for (var i = 1; i < caller.Length; i++)
            if (i < (int)inside) outside += caller[i];
            else within += caller[i];
        return outside > 0 && (edge.Caller.Callers.Count == 0 || outside >= (outside + within) * Most) ? inside : null;
    }

    private static long[]? Sum(List<GraphEdge> edges)
    {
        var sum = new long[Kinds];
        foreach (var edge in edges)
        {
            if (edge.Contexts is not { } contexts) return null;
            for (var i = 0; i < Kinds; i++) sum[i] += contexts[i];
        }
        return sum;
    }
}
