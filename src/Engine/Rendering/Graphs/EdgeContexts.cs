using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Assigns execution contexts to edges and functions, and finds the edges by which the kernel enters a softirq or an interrupt.
/// </summary>
internal static class EdgeContexts
{
    private const int Kinds = (int)ExecutionContext.Nmi + 1;

    // Not all calls need to agree: a few are recorded while the flags change.
    private const double MainShare = 0.9;

    // The kernel itself enters an interrupt or a softirq from fewer functions.
    private const int FewestInterrupted = 8;

    /// <summary>Sets the contexts of edges and functions.</summary>
    public static void Assign(IReadOnlyList<CallShare> shares, IReadOnlyList<GraphEdge> edges, IReadOnlyList<GraphNode> nodes)
    {
        var counts = new Dictionary<(CallGraph.FunctionKey, CallGraph.FunctionKey), long[]>();
        // A graph has far fewer functions than shares, so the key of each function is made once.
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
            edge.Contexts = counts.GetValueOrDefault(
                (new CallGraph.FunctionKey(edge.Caller.Symbol), new CallGraph.FunctionKey(edge.Callee.Symbol)));
        foreach (var node in nodes) node.Contexts = Sum(node.Callers.Count > 0 ? node.Callers : node.Callees);
        foreach (var edge in edges) edge.Entry = EntryOf(edge);
        foreach (var entered in edges.Where(e => e.Entry is not null).GroupBy(e => e.Callee))
            if (entered.Skip(FewestInterrupted - 1).Any())
                foreach (var edge in entered) edge.IsInterruption = true;
    }

    /// <summary>The context of at least 90 % of the calls; null when there is none or it is unknown.</summary>
    public static ExecutionContext? Main(long[]? contexts)
    {
        if (contexts is null) return null;
        var all = contexts.Sum();
        for (var i = 1; i < contexts.Length; i++)
            if (contexts[i] > 0 && contexts[i] >= all * MainShare)
                return (ExecutionContext)i;
        return null;
    }

    /// <summary>The name of a context in pictures; null stands for several contexts.</summary>
    public static string Name(ExecutionContext? context) => context switch
    {
        ExecutionContext.Task => "task",
        ExecutionContext.SoftIrq => "softirq",
        ExecutionContext.HardIrq => "hardirq",
        ExecutionContext.Nmi => "NMI",
        _ => "several contexts",
    };

    /// <summary>
    /// The context that the kernel enters between caller and callee, or null. The kernel enters a softirq or an interrupt inside
    /// a function such as <c>__do_softirq</c> or <c>sysvec_apic_timer_interrupt</c>: the function itself is called outside the
    /// context, its callees run in it.
    /// </summary>
    private static ExecutionContext? EntryOf(GraphEdge edge)
    {
        if (edge.Caller.IsUnknown || Main(edge.Contexts) is not { } inside || inside == ExecutionContext.Task) return null;
        if (edge.Caller.Contexts is not { } caller) return null;
        var (outside, within) = (0L, 0L);
        for (var i = 1; i < caller.Length; i++)
            if (i < (int)inside) outside += caller[i];
            else within += caller[i];
        return outside > 0 && (edge.Caller.Callers.Count == 0 || outside >= (outside + within) * MainShare) ? inside : null;
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
