using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Counting;

/// <summary>Reduces edges that know their call stacks to the calls below the roots of a filter.</summary>
/// <param name="filter">The filter, which has roots.</param>
internal sealed class EdgesBelow(CallFilter filter)
{
    private readonly Dictionary<CallNames, RootStacks> _roots = [];

    /// <summary>Returns the edge with the calls at and below a root; null if there are none.</summary>
    /// <param name="edge">An edge with <see cref="CallEdge.Stacks"/>.</param>
    public CallEdge? Of(CallEdge edge)
    {
        StackShare[] below = [.. edge.Stacks!.Where(share => RootsIn(share.Names).Contains(share.Stack))];
        return below.Length == 0 ? null : new CallEdge(edge.CallerSymbol, edge.CalleeSymbol, below.Sum(share => share.Count),
            CallGraph.Sum(below.Select(share => share.Total)), CallGraph.Sum(below.Select(share => share.Self)),
            edge.Origin, below);
    }

    /// <summary>Returns the shares at and below a root; null if they were not counted by stack.</summary>
    public IReadOnlyList<CallShare>? Of(IReadOnlyList<CallShare>? shares)
        => shares is null || shares.Any(share => share.Names is null) ? null
            : [.. shares.Where(share => RootsIn(share.Names!).Contains(share.Stack))];

    private RootStacks RootsIn(CallNames names)
    {
        if (!_roots.TryGetValue(names, out var roots)) _roots.Add(names, roots = new RootStacks(filter, names));
        return roots;
    }
}
