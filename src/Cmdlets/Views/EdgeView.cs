using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>Chooses the view of edges by what is known of them.</summary>
internal static class EdgeView
{
    /// <summary>The view that shows what is known of some of the edges.</summary>
    public static TaggedView Of(IReadOnlyCollection<CallEdge> edges)
        => Of(edges.Any(e => e.SelfNanoseconds >= 0), edges.Any(e => e.CalleeSourceFile is not null));

    /// <summary>The view of edges whose times and sources are known or not.</summary>
    public static TaggedView Of(bool time, bool source) => new((time, source) switch
    {
        (true, true) => $"{typeof(CallEdge).FullName}#Time+Source",
        (true, false) => $"{typeof(CallEdge).FullName}#Time",
        (false, true) => $"{typeof(CallEdge).FullName}#Source",
        _ => null,
    });
}
