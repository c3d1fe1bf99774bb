using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>Chooses the view of edges by what is known of them.</summary>
internal static class EdgeView
{
    /// <summary>The view that shows what is known of some of the edges.</summary>
    public static TaggedView Of(IReadOnlyCollection<CallEdge> edges)
        => Of(edges.Any(e => e.SelfNanoseconds >= 0), edges.Any(e => e.CalleeSourceFile is not null),
            edges.Any(e => e.Caller is not null));

    /// <summary>The view of edges whose times, sources and callers are known or not.</summary>
    public static TaggedView Of(bool time, bool source, bool caller) => new((time, source) switch
    {
        // A recording with times has callers, if not of every call.
        (false, true) when !caller => $"{typeof(CallEdge).FullName}#Callee+Source",
        (false, false) when !caller => $"{typeof(CallEdge).FullName}#Callee",
        (true, true) => $"{typeof(CallEdge).FullName}#Time+Source",
        (true, false) => $"{typeof(CallEdge).FullName}#Time",
        (false, true) => $"{typeof(CallEdge).FullName}#Source",
        _ => null,
    });
}
